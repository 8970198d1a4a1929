/** What a counter of packets counts. */
export type SequenceKind = 'voice' | 'whisper';

const CELLS: Record<SequenceKind, number> = { voice: 0, whisper: 1 };
const CELL_COUNT = 2;

/**
 * The newest sequences of one session that each thread of the relay has accepted, in memory that all of them read. A thread
 * that a session moves to, or one that takes the place of another that died, starts its replay windows behind them.
 */
export class NewestSequences {
  /** A double holds every u48, and is written in one piece. One more than the sequence: memory starts as 0. */
  readonly #cells: Float64Array;
  readonly #own: number;

  static allocate(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(threads * CELL_COUNT * Float64Array.BYTES_PER_ELEMENT);
  }

  constructor(shared: SharedArrayBuffer, thread: number) {
    this.#cells = new Float64Array(shared);
    this.#own = thread * CELL_COUNT;
  }

  note(kind: SequenceKind, sequence: number): void {
    this.#cells[this.#own + CELLS[kind]] = sequence + 1;
  }

  /** Of all threads; −1 if none has accepted any. */
  of(kind: SequenceKind): number {
    let newest = 0;
    for (let at = CELLS[kind]; at < this.#cells.length; at += CELL_COUNT)
      newest = Math.max(newest, this.#cells[at] ?? 0);
    return newest - 1;
  }
}
