/** Sums the speakers into what is heard. */

import { FRAME_SAMPLES } from './frame.ts';
import { Limiter } from './limiter.ts';

export class Mixer {
  readonly #limiter = new Limiter();

  /**
   * One tick: any number of 960-sample frames in, one out, within ±1 and 0.5 ms late (the limiter's look-ahead). Called
   * with none as well, else the last half millisecond would never come out.
   */
  mix(frames: Iterable<Float32Array>): Float32Array {
    const mixed = new Float32Array(FRAME_SAMPLES);
    for (const frame of frames) {
      for (let i = 0; i < FRAME_SAMPLES; i++) mixed[i] = (mixed[i] ?? 0) + (frame[i] ?? 0);
    }
    this.#limiter.process(mixed);
    return mixed;
  }
}
