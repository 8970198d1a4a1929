import { REPLAY_WINDOW_PACKETS } from '@switchboard/protocol';

const BITS_PER_WORD = 32;
const NONE = -1;

/**
 * Remembers which of the last 1,024 sequences of one counter were seen (RFC 4303, section 3.4.3; a ring as in RFC 6479).
 *
 * Only sequences of packets whose hop tag was right may come here: anyone could push the window ahead otherwise.
 */
export class ReplayWindow {
  /** One bit a sequence, at `sequence` modulo the size: the window moves without anything being shifted. */
  readonly #seen = new Uint32Array(REPLAY_WINDOW_PACKETS / BITS_PER_WORD);
  #newest = NONE;

  /** Whether no sequence so high was seen before. */
  isNewest(sequence: number): boolean {
    return sequence > this.#newest;
  }

  /** Marks a u48 sequence as seen; false if it was seen before, or is too old to tell. */
  accept(sequence: number): boolean {
    if (sequence > this.#newest) {
      this.#forgetUpTo(sequence);
      this.#newest = sequence;
    } else if (sequence <= this.#newest - REPLAY_WINDOW_PACKETS || this.#has(sequence)) {
      return false;
    }
    this.#mark(sequence);
    return true;
  }

  /** Takes all up to `sequence` for seen: it was seen elsewhere, and what else was nobody here knows. */
  skipTo(sequence: number): void {
    if (sequence <= this.#newest) return;
    this.#seen.fill(0xffffffff);
    this.#newest = sequence;
  }

  /** The places between the newest and `sequence` still hold what was seen one window ago. */
  #forgetUpTo(sequence: number): void {
    if (sequence - this.#newest >= REPLAY_WINDOW_PACKETS) {
      this.#seen.fill(0);
      return;
    }
    for (let skipped = this.#newest + 1; skipped < sequence; skipped++) this.#unmark(skipped);
  }

  #has(sequence: number): boolean {
    const place = sequence % REPLAY_WINDOW_PACKETS;
    return ((this.#seen[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
  }

  #mark(sequence: number): void {
    const place = sequence % REPLAY_WINDOW_PACKETS;
    this.#seen[place >>> 5] = (this.#seen[place >>> 5] ?? 0) | (1 << (place & 31));
  }

  #unmark(sequence: number): void {
    const place = sequence % REPLAY_WINDOW_PACKETS;
    this.#seen[place >>> 5] = (this.#seen[place >>> 5] ?? 0) & ~(1 << (place & 31));
  }
}
