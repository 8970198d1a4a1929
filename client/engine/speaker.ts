import type { VoiceCodec } from '../audio/codec.ts';
import { DEFAULT_JITTER_BUFFER, type JitterPacket } from '../audio/jitter-buffer.ts';
import { SpeakerPlayout, type PlayoutFigures, type PlayoutFilter } from '../audio/speaker-playout.ts';
import type { SpeakerStats } from './engine-messages.ts';

type State =
  /** Never heard yet: most of a large room never speaks, and a decoder takes memory. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'starting'; readonly waiting: JitterPacket[] }
  | { readonly kind: 'playing'; readonly playout: SpeakerPlayout }
  /** Has left in the middle of a word: 20 ms more, fading, so that nothing clicks. */
  | { readonly kind: 'leaving'; readonly playout: SpeakerPlayout }
  /** No decoder could be made. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'gone' };

/** What `insert` did with a packet that is not to be played. */
export type SpeakerRefusal = 'overflow' | 'undecodable';

const NOTHING: PlayoutFigures = {
  received: 0,
  played: 0,
  duplicate: 0,
  late: 0,
  overflow: 0,
  lost: 0,
  recovered: 0,
  concealed: 0,
  depthFrames: 0,
  refused: 0,
};

export interface SpeakerOptions {
  readonly codec: VoiceCodec;
  readonly volume: number;
  readonly onSpeaking: (speaking: boolean) => void;
  /** Whose voice it is to plugins: from 1. */
  readonly number: number;
  readonly filter: PlayoutFilter;
}

/** One member of the room as it is heard. Its decoder is made when its first packet comes. */
export class Speaker {
  readonly memberId: string;
  readonly token: number;
  readonly number: number;
  readonly #filter: PlayoutFilter;
  readonly #codec: VoiceCodec;
  readonly #onSpeaking: (speaking: boolean) => void;
  #volume: number;
  #state: State = { kind: 'silent' };

  constructor(member: { readonly memberId: string; readonly token: number }, options: SpeakerOptions) {
    this.memberId = member.memberId;
    this.token = member.token;
    this.number = options.number;
    this.#filter = options.filter;
    this.#codec = options.codec;
    this.#volume = options.volume;
    this.#onSpeaking = options.onSpeaking;
  }

  get stats(): SpeakerStats {
    const { received, concealed, recovered, late, duplicate, depthFrames } = this.#figures;
    return { memberId: this.memberId, received, concealed, recovered, late, duplicate, depth: depthFrames };
  }

  /** Packets that the decoder did not accept. */
  get refused(): number {
    return this.#figures.refused;
  }

  insert(packet: JitterPacket): SpeakerRefusal | undefined {
    switch (this.#state.kind) {
      case 'silent': {
        const waiting = [packet];
        this.#state = { kind: 'starting', waiting };
        void this.#start(waiting);
        return undefined;
      }
      case 'starting':
        if (this.#state.waiting.length >= DEFAULT_JITTER_BUFFER.maxDepthFrames) return 'overflow';
        this.#state.waiting.push(packet);
        return undefined;
      case 'playing':
        return this.#state.playout.insert(packet) === 'overflow' ? 'overflow' : undefined;
      case 'failed':
      case 'leaving':
      case 'gone':
        return 'undecodable';
    }
  }

  /** The next 20 ms; undefined while there is nothing to hear. */
  pull(): Float32Array | undefined {
    const { kind } = this.#state;
    if (kind !== 'playing' && kind !== 'leaving') return undefined;
    const frame = this.#state.playout.pull();
    if (kind === 'leaving') this.free();
    return frame;
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    if (this.#state.kind === 'playing') this.#state.playout.setVolume(volume);
  }

  /**
   * Does not speak any more, and is freed with the next `pull`.
   * @returns whether there is something left to pull.
   */
  leave(): boolean {
    if (this.#state.kind !== 'playing' || !this.#state.playout.speaking) {
      this.free();
      return false;
    }
    const { playout } = this.#state;
    this.#state = { kind: 'leaving', playout };
    playout.setVolume(0);
    this.#onSpeaking(false);
    return true;
  }

  /** Gives the memory back, in whatever state. */
  free(): void {
    const before = this.#state;
    this.#state = { kind: 'gone' };
    if (before.kind === 'playing' || before.kind === 'leaving') before.playout.free();
  }

  get #figures(): PlayoutFigures {
    return this.#state.kind === 'playing' ? this.#state.playout.figures : NOTHING;
  }

  async #start(waiting: readonly JitterPacket[]): Promise<void> {
    try {
      const decoder = await this.#codec.createDecoder();
      if (this.#state.kind !== 'starting') {
        decoder.free();
        return;
      }
      const onSpeaking = (speaking: boolean): void => {
        if (this.#state.kind === 'playing') this.#onSpeaking(speaking);
      };
      const playout = new SpeakerPlayout({ decoder, onSpeaking, filter: this.#filter });
      playout.setVolume(this.#volume);
      // In silence it takes the volume as it is, instead of gliding there from 1.
      playout.pull();
      for (const packet of waiting) playout.insert(packet);
      this.#state = { kind: 'playing', playout };
    } catch {
      // Out of memory: the codec itself was loaded before the engine started. This one is not heard, and its packets count.
      if (this.#state.kind === 'starting') this.#state = { kind: 'failed' };
    }
  }
}
