/** A block of mono samples whose memory can be moved to another thread. */
export type SampleBuffer = Float32Array<ArrayBuffer>;

/**
 * Cuts a stream of render quanta (128 samples today; the Web Audio specification lets that vary) into frames.
 * Buffers circulate: a full one is delivered, and comes back by `recycle`. When all are out, because the engine has
 * stalled, whole frames are dropped and counted, the newest first: what is already on its way stays in order.
 */
export class FrameAssembler {
  readonly #frameSamples: number;
  readonly #deliver: (frame: SampleBuffer) => void;
  readonly #spare: SampleBuffer[] = [];
  #filling: SampleBuffer | undefined;
  #position = 0;
  #dropped = 0;

  constructor(frameSamples: number, buffers: number, deliver: (frame: SampleBuffer) => void) {
    this.#frameSamples = frameSamples;
    this.#deliver = deliver;
    for (let i = 0; i < buffers; i++) this.#spare.push(new Float32Array(frameSamples));
    this.#filling = this.#spare.pop();
  }

  /** Frames that found no buffer. */
  get dropped(): number {
    return this.#dropped;
  }

  push(samples: Float32Array): void {
    for (let offset = 0; offset < samples.length;) {
      const count = Math.min(samples.length - offset, this.#frameSamples - this.#position);
      this.#filling?.set(samples.subarray(offset, offset + count), this.#position);
      offset += count;
      this.#position += count;
      if (this.#position === this.#frameSamples) this.#finish();
    }
  }

  recycle(buffer: SampleBuffer): void {
    if (buffer.length === this.#frameSamples) this.#spare.push(buffer);
  }

  #finish(): void {
    if (this.#filling === undefined) this.#dropped++;
    else this.#deliver(this.#filling);
    this.#filling = this.#spare.pop();
    this.#position = 0;
  }
}
