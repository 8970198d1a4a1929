/**
 * How many copies of packets one relay thread has given to the bridge that the bridge has not handed out yet, in memory that
 * both see. Between threads nothing else pushes back: a bridge that cannot keep up would get ever further behind.
 */
export class BridgeBacklog {
  readonly #copies: Int32Array;

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  constructor(shared: SharedArrayBuffer) {
    this.#copies = new Int32Array(shared);
  }

  get size(): number {
    return Atomics.load(this.#copies, 0);
  }

  add(copies: number): void {
    Atomics.add(this.#copies, 0, copies);
  }

  remove(copies: number): void {
    Atomics.sub(this.#copies, 0, copies);
  }
}
