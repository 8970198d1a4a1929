import type { Clock } from '@switchboard/client';
import type { Chord } from './keys.ts';

/** A key that has begun to repeat goes on with that, twice a second at least, until it comes up or another one is pressed. */
const REPEAT_GAP_MS = 3_000;
/** Nobody talks for so long without letting go, and keys that do not repeat give no other sign. */
const UNSEEN_MS = 120_000;

/**
 * Follows one chord among all keys of a keyboard: it begins when the last of its keys goes down and ends when the first comes up.
 * Other keys are neither kept nor in its way. A key that repeats while held is one press.
 *
 * A key can come up unseen: where the screen is locked, or a window of the system has the keyboard. Then the chord is lost sooner or later, lest
 * the microphone stay open.
 */
export class HeldChord {
  readonly #chord: Chord;
  readonly #clock: Clock;
  readonly #lost: () => void;
  /** Codes of the chord's own keys that are down, and when that was seen last. */
  readonly #down = new Map<number, number>();
  #held = false;
  #repeating = false;
  #unwatch: () => void = () => undefined;

  /** @param lost is told where the chord is taken to have ended, though no key of it was seen to come up */
  constructor(chord: Chord, clock: Clock, lost: () => void) {
    this.#chord = chord;
    this.#clock = clock;
    this.#lost = lost;
  }

  /** @returns what that means for the chord; undefined for every other key and for repeats. */
  key(code: number, down: boolean): 'pressed' | 'released' | undefined {
    if (!this.#chord.some((codes) => codes.includes(code))) {
      if (down) this.#interrupted();
      return undefined;
    }
    this.#repeating = down && this.#down.has(code);
    this.#note(code, down);
    const held = this.#chord.every((codes) => codes.some((each) => this.#down.has(each)));
    const before = this.#held;
    this.#held = held;
    this.#watch();
    if (held === before) return undefined;
    return held ? 'pressed' : 'released';
  }

  #note(code: number, down: boolean): void {
    const nowMs = this.#clock.nowMs();
    for (const [other, seenMs] of this.#down) {
      // Only the key that was pressed last repeats, and speaks for those that are held with it.
      if (this.#held) this.#down.set(other, nowMs);
      else if (nowMs - seenMs >= UNSEEN_MS) this.#down.delete(other);
    }
    if (down) this.#down.set(code, nowMs);
    else this.#down.delete(code);
  }

  /** Another key repeats now, or none: nothing is to be learnt from that any more. */
  #interrupted(): void {
    if (!this.#repeating) return;
    this.#repeating = false;
    this.#watch();
  }

  #watch(): void {
    this.#unwatch();
    if (!this.#held) return;
    this.#unwatch = this.#clock.after(this.#repeating ? REPEAT_GAP_MS : UNSEEN_MS, () => {
      this.#down.clear();
      this.#held = false;
      this.#repeating = false;
      this.#lost();
    });
  }
}
