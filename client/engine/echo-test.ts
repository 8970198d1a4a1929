import { FRAME_MS, FRAME_SAMPLES } from '@switchboard/protocol';
import type { Clock } from '../platform/platform.ts';

/** How much later one hears oneself: late enough to have finished the word, early enough to remember how it was said. */
export const ECHO_DELAY_FRAMES = 1_000 / FRAME_MS;
/** Who forgets the test is heard again after that. */
export const ECHO_TEST_MS = 15_000;
/** Where nothing is played, what waits does not pile up. */
const MAX_WAITING_FRAMES = 2 * ECHO_DELAY_FRAMES;

/** Plays the microphone back to who speaks, a second later: frames in, the same frames out. Begins and ends without a click. */
export class EchoTest {
  readonly #clock: Clock;
  readonly #ended: () => void;
  #waiting: Float32Array[] = [];
  #playing = false;
  /** Fades out what a stop cuts off. */
  #tail: Float32Array | undefined;
  #cancelEnd: (() => void) | undefined;

  /** @param ended it has ended by itself. */
  constructor(clock: Clock, ended: () => void) {
    this.#clock = clock;
    this.#ended = ended;
  }

  get on(): boolean {
    return this.#cancelEnd !== undefined;
  }

  start(): void {
    if (this.on) return;
    this.#cancelEnd = this.#clock.after(ECHO_TEST_MS, () => {
      this.stop();
      this.#ended();
    });
  }

  stop(): void {
    if (!this.on) return;
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    if (this.#playing) this.#tail = this.#waiting[0];
    this.#playing = false;
    this.#waiting = [];
  }

  /** @param frame the caller's again afterwards. */
  captured(frame: Float32Array): void {
    if (!this.on) return;
    this.#waiting.push(Float32Array.from(frame));
    if (this.#waiting.length > MAX_WAITING_FRAMES) this.#waiting.shift();
  }

  /** The next 960 samples; undefined for silence. */
  next(): Float32Array | undefined {
    const tail = this.#tail;
    if (tail !== undefined) {
      this.#tail = undefined;
      return ramped(tail, 1, 0);
    }
    const begins = !this.#playing;
    if (begins && this.#waiting.length < ECHO_DELAY_FRAMES) return undefined;
    const frame = this.#waiting.shift();
    // After the last frame of a microphone that brings no more, the next second is gathered anew.
    this.#playing = this.#waiting.length > 0;
    return frame === undefined ? undefined : ramped(frame, begins ? 0 : 1, this.#playing ? 1 : 0);
  }
}

function ramped(frame: Float32Array, from: number, to: number): Float32Array {
  if (from === 1 && to === 1) return frame;
  const step = (to - from) / FRAME_SAMPLES;
  return frame.map((sample, i) => sample * (from + step * (i + 1)));
}
