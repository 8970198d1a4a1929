import { Randomness } from '../common/randomness.ts';

/** Gives other bytes each time, and the same ones in each run. */
export class CountingRandomness extends Randomness {
  #calls = 0;

  bytes(length: number): Uint8Array {
    this.#calls++;
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(0, this.#calls);
    return bytes;
  }
}
