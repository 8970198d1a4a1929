import type { AudioPort } from '@switchboard/client/engine-parts';

/** Looked at for so long, what was never needed is given back: a burst after a stall must not stay as delay. */
const WINDOW_FRAMES = 100;

/** What is heard is played, with nothing between but the frames that bursts need: the bare device loop. */
export class FrameLoop implements AudioPort {
  readonly #frames: Float32Array[] = [];
  #lowest = Infinity;
  #rendered = 0;
  /** Renderings that found no frame. */
  missing = 0;
  /** Frames left out, as more were waiting than are needed. */
  dropped = 0;

  captured(frame: Float32Array): void {
    this.#frames.push(frame.slice());
  }

  render(out: Float32Array): void {
    this.#lowest = Math.min(this.#lowest, this.#frames.length);
    if (++this.#rendered % WINDOW_FRAMES === 0) {
      for (; this.#lowest > 1; this.#lowest--) {
        this.#frames.shift();
        this.dropped++;
      }
      this.#lowest = Infinity;
    }
    const frame = this.#frames.shift();
    if (frame === undefined) this.missing++;
    out.fill(0);
    if (frame !== undefined) out.set(frame);
  }
}
