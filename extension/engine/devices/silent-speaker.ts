import type { Clock } from '@switchboard/client/engine-parts';
import { FRAME_MS, FRAME_SAMPLES } from '@switchboard/protocol';
import type { SpeakerFigures, SpeakerLine } from './sound-library.ts';

const MAX_FRAMES_AT_ONCE = 50;

/** Plays to nobody, at the pace of the clock, while there is no speaker. */
export class SilentSpeaker implements SpeakerLine {
  readonly figures: SpeakerFigures = { underruns: 0, skippedFrames: 0, leadMs: 0 };
  readonly #clock: Clock;
  readonly #render: (out: Float32Array) => void;
  readonly #frame = new Float32Array(FRAME_SAMPLES);
  #dueMs: number;
  #cancel: () => void;

  constructor(clock: Clock, render: (out: Float32Array) => void) {
    this.#clock = clock;
    this.#render = render;
    this.#dueMs = clock.nowMs() + FRAME_MS;
    this.#cancel = clock.after(FRAME_MS, () => this.#tick());
  }

  close(): void {
    this.#cancel();
  }

  #tick(): void {
    const nowMs = this.#clock.nowMs();
    // A machine that slept has nothing to make up for.
    this.#dueMs = Math.max(this.#dueMs, nowMs - MAX_FRAMES_AT_ONCE * FRAME_MS);
    for (; this.#dueMs <= nowMs; this.#dueMs += FRAME_MS) this.#render(this.#frame);
    this.#cancel = this.#clock.after(this.#dueMs - nowMs, () => this.#tick());
  }
}
