/** Packets that are remembered of each speaker: 20 s, far more than any is late by. */
const KEPT = 1_024;

interface Speaker {
  /** By the sequence modulo `KEPT`. */
  readonly sentAtMs: Float64Array;
  /** Which frame of the speech its packet 0 carries. */
  readonly firstFrame: number;
  /** The sequence after its newest packet. */
  next: number;
}

/** What the bots have said, and when: speakers and listeners share a thread, so a packet needs to carry no time of its own. */
export class SpokenPackets {
  readonly #frames: number;
  readonly #speakers = new Map<number, Speaker>();

  /** @param frames of the speech, which begins anew after them. */
  constructor(frames: number) {
    this.#frames = frames;
  }

  /** Somebody is about to say something under this token. */
  begin(token: number, firstFrame: number): void {
    this.#speakers.set(token, { sentAtMs: new Float64Array(KEPT), firstFrame, next: 0 });
  }

  end(token: number): void {
    this.#speakers.delete(token);
  }

  /** @returns the packet's sequence, and the number of the frame that it carries. */
  say(token: number, nowMs: number): { readonly sequence: number; readonly frame: number } {
    const speaker = this.#speakers.get(token);
    if (speaker === undefined) throw new Error('who speaks has begun to');
    const sequence = speaker.next++;
    speaker.sentAtMs[sequence % KEPT] = nowMs;
    return { sequence, frame: this.#frameOf(speaker, sequence) };
  }

  /** When it was sent, and the number of the frame that it carries; undefined if nobody here has sent it lately. */
  find(token: number, sequence: number): { readonly sentAtMs: number; readonly frame: number } | undefined {
    const speaker = this.#speakers.get(token);
    if (speaker === undefined || sequence >= speaker.next || sequence < speaker.next - KEPT) return undefined;
    return { sentAtMs: speaker.sentAtMs[sequence % KEPT] ?? 0, frame: this.#frameOf(speaker, sequence) };
  }

  #frameOf({ firstFrame }: Speaker, sequence: number): number {
    return (firstFrame + sequence) % this.#frames;
  }
}
