/** Where frames are changed from one to the next in another way than before, their waveforms do not meet: this leads from one into the other. */

import { FRAME_SAMPLES, msToSamples } from './frame.ts';

const SEAM_SAMPLES = msToSamples(5);

/** One stream of frames, each of which may have been changed on its way. */
export class Seam {
  /** How the latest frame was changed; undefined where there is none to follow. */
  #way: number | undefined;
  #lastOut = 0;
  #lastOriginal = 0;

  /** What follows follows nothing: silence was between. */
  reset(): void {
    this.#way = undefined;
  }

  /**
   * The next frame, changed in place where it does not go on as the one before.
   *
   * @param original the frame before it was changed; `samples` itself where it was not.
   * @param way a number for how it was changed; 0 for not at all.
   */
  join(samples: Float32Array, original: Float32Array, way: number): void {
    // Taken first: they may be one array.
    const lastOriginal = original[FRAME_SAMPLES - 1] ?? 0;
    if (this.#way !== undefined && this.#way !== way) this.#lead(samples, original);
    this.#way = way;
    this.#lastOut = samples[FRAME_SAMPLES - 1] ?? 0;
    this.#lastOriginal = lastOriginal;
  }

  /** From the original, moved so that it begins where the frame before ended. */
  #lead(samples: Float32Array, original: Float32Array): void {
    const offset = this.#lastOut - this.#lastOriginal;
    for (let i = 0; i < SEAM_SAMPLES; i++) {
      const share = (i + 1) / SEAM_SAMPLES;
      const sample = (samples[i] ?? 0) * share + ((original[i] ?? 0) + offset) * (1 - share);
      samples[i] = Math.max(-1, Math.min(1, sample));
    }
  }
}

/** Changes `samples` in place so that they are `before` up to `start`, and themselves from 5 ms later on. */
export function crossFade(before: Float32Array, samples: Float32Array, start = 0): void {
  samples.set(before.subarray(0, start));
  for (let i = 0; i < SEAM_SAMPLES; i++) {
    const at = start + i;
    const share = (i + 1) / SEAM_SAMPLES;
    samples[at] = (samples[at] ?? 0) * share + (before[at] ?? 0) * (1 - share);
  }
}
