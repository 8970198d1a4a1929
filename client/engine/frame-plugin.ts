import { FRAME_SAMPLES, PLUGIN_FRAME_DEADLINE_MS, PLUGIN_MISSED_FRAMES, type AudioHook } from '@switchboard/protocol';
import type { FrameLine } from '../plugins/frame-line.ts';
import type { FrameAnswer } from '../plugins/sandbox-messages.ts';
import type { PluginStats } from './engine-messages.ts';

/** A plugin that took no longer was not late by itself: its thread had to wait for the machine. */
const OWN_TIME_US = PLUGIN_FRAME_DEADLINE_MS * 1_000;

/** Told once what became of a frame: the plugin's own samples, to be read at once; undefined for none. */
export type Settled = (samples: Float32Array | undefined) => void;

/** A frame that a plugin has been given. */
export class FrameRequest {
  readonly hook: AudioHook;
  #settled: Settled | undefined;
  #open = true;

  constructor(hook: AudioHook, settled: Settled) {
    this.hook = hook;
    this.#settled = settled;
  }

  /** Whether the plugin still has it. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether somebody waits for it. */
  get awaited(): boolean {
    return this.#settled !== undefined;
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#settled = undefined;
  }

  settle(samples: Float32Array | undefined): void {
    this.#open = false;
    const settled = this.#settled;
    this.#settled = undefined;
    settled?.(samples);
  }
}

/** One plugin's sandbox as frames see it: it is asked, answers or does not, and after too many misses in a row it is asked no more. */
export class FramePlugin {
  readonly sandboxId: number;
  readonly #line: FrameLine;
  readonly #stuck: () => void;
  readonly #requests = new Map<number, FrameRequest>();
  /** Buffers that have come back. */
  readonly #spare: Float32Array<ArrayBuffer>[] = [];
  readonly #missedInRow: Record<AudioHook, number> = { on_audio_frame_captured: 0, on_audio_frame_received: 0 };
  #usable = true;
  #sequence = 0;
  #missed = 0;
  #second = { frames: 0, answers: 0, costUs: 0, maxUs: 0 };

  /** @param stuck it has missed too many, or cannot be asked; told once. */
  constructor(sandboxId: number, line: FrameLine, stuck: () => void) {
    this.sandboxId = sandboxId;
    this.#line = line;
    this.#stuck = stuck;
    line.onAnswer((answer) => this.#answered(answer));
  }

  /** Frames pass it by once it is stuck or gone. */
  get usable(): boolean {
    return this.#usable;
  }

  /** @param samples the caller's again at once. */
  ask(hook: AudioHook, speaker: number, samples: Float32Array, settled: Settled): FrameRequest {
    const request = new FrameRequest(hook, settled);
    const buffer = this.#spare.pop() ?? new Float32Array(FRAME_SAMPLES);
    buffer.set(samples);
    const sequence = this.#sequence++;
    this.#requests.set(sequence, request);
    this.#second.frames++;
    try {
      this.#line.post({ sequence, hook, speaker, samples: buffer });
    } catch {
      // No way to it: sound goes on without.
      this.#giveUp();
    }
    return request;
  }

  /** A frame that it could not be given: it still has the one before. */
  skipped(hook: AudioHook, inRow: boolean): void {
    this.#second.frames++;
    this.missed(hook, inRow);
  }

  /** A frame passed as it was. @param inRow whether it is one more in the row. */
  missed(hook: AudioHook, inRow: boolean): void {
    this.#missed++;
    if (!inRow || ++this.#missedInRow[hook] < PLUGIN_MISSED_FRAMES || !this.#usable) return;
    this.#giveUp();
  }

  /** It gets no more frames, and those that it has pass as they were. */
  end(): void {
    this.#usable = false;
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) request.settle(undefined);
  }

  /** Of the time since it was last asked for them. */
  takeStats(): PluginStats {
    const { frames, answers, costUs, maxUs } = this.#second;
    this.#second = { frames: 0, answers: 0, costUs: 0, maxUs: 0 };
    const meanUs = answers === 0 ? 0 : costUs / answers;
    return { sandboxId: this.sandboxId, frames, missed: this.#missed, meanUs, maxUs };
  }

  #giveUp(): void {
    this.end();
    this.#stuck();
  }

  #answered({ sequence, samples, costUs, failed }: FrameAnswer): void {
    const request = this.#requests.get(sequence);
    // A frame that it was not asked for.
    if (request === undefined) return;
    this.#requests.delete(sequence);
    this.#passOver(sequence);
    this.#second.answers++;
    this.#second.costUs += costUs;
    this.#second.maxUs = Math.max(this.#second.maxUs, costUs);
    if (request.awaited) this.#count(request.hook, failed);
    else if (!failed && costUs < OWN_TIME_US) this.#missedInRow[request.hook] = 0;
    request.settle(failed ? undefined : samples);
    this.#spare.push(samples);
  }

  /** Answers come in the order of the questions: those before this one get none. */
  #passOver(sequence: number): void {
    for (const [before, request] of this.#requests) {
      if (before > sequence) return;
      this.#requests.delete(before);
      if (request.awaited) this.missed(request.hook, true);
      request.settle(undefined);
    }
  }

  #count(hook: AudioHook, failed: boolean): void {
    if (failed) this.missed(hook, true);
    else this.#missedInRow[hook] = 0;
  }
}
