const RECEIVED = 0;
const SENT = 1;
const COUNTS = 2;

/**
 * How many voice packets one session sent and was sent, modulo 2^32: what a pong tells. Each thread of the relay counts in
 * cells of its own, in memory that all of them read, so counting needs no lock and any thread can answer a ping.
 */
export class TrafficCounts {
  readonly #cells: Uint32Array;
  readonly #own: number;

  static allocate(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(threads * COUNTS * Uint32Array.BYTES_PER_ELEMENT);
  }

  constructor(shared: SharedArrayBuffer, thread: number) {
    this.#cells = new Uint32Array(shared);
    this.#own = thread * COUNTS;
  }

  addReceived(): void {
    this.#cells[this.#own + RECEIVED]!++;
  }

  addSent(packets: number): void {
    this.#cells[this.#own + SENT]! += packets;
  }

  get received(): number {
    return this.#sum(RECEIVED);
  }

  get sent(): number {
    return this.#sum(SENT);
  }

  #sum(kind: number): number {
    let sum = 0;
    for (let at = kind; at < this.#cells.length; at += COUNTS) sum += this.#cells[at]!;
    return sum >>> 0;
  }
}
