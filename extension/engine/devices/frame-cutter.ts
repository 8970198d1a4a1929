import { FRAME_SAMPLES } from '@switchboard/protocol';

/** Makes frames of 20 ms out of blocks of any size. */
export class FrameCutter {
  readonly #frame = new Float32Array(FRAME_SAMPLES);
  readonly #deliver: (frame: Float32Array) => void;
  #position = 0;

  /** @param deliver is given the same memory every time. */
  constructor(deliver: (frame: Float32Array) => void) {
    this.#deliver = deliver;
  }

  push(samples: Float32Array): void {
    for (let offset = 0; offset < samples.length;) {
      const count = Math.min(samples.length - offset, FRAME_SAMPLES - this.#position);
      this.#frame.set(samples.subarray(offset, offset + count), this.#position);
      offset += count;
      this.#position += count;
      if (this.#position < FRAME_SAMPLES) continue;
      this.#position = 0;
      this.#deliver(this.#frame);
    }
  }
}
