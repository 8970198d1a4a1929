import { AUTO_FORWARD_FROM_MEMBERS, AUTO_FORWARD_LIMIT, MAX_FORWARD_LIMIT } from '@switchboard/protocol';
import { Challengers } from './challengers.ts';
import { isWithin, smoothed, toSmoothedUnits } from './loudness.ts';

/** One slot: four int32 in a row. */
const TOKEN = 0;
const LEVEL = 1;
const HEARD_AT_MS = 2;
const SINCE_MS = 3;
const WORDS_PER_SLOT = 4;
const WORDS = MAX_FORWARD_LIMIT * WORDS_PER_SLOT;

const VACANT = 0;
const NONE = -1;

/** Who was not heard for so long is no longer speaking: its END was lost. As long as the relay waits before it says so. */
const HOLD_MS = 300;
/** How much louder a challenger must be: people who talk equally loud vary by less over some syllables. Twice the amplitude. */
const MARGIN = toSmoothedUnits(6);
/** A slot is kept at least so long: a word or two. Below that, changes are heard as chopping. */
const MIN_STAY_MS = 400;

/**
 * Which speakers of a room are forwarded: the loudest, by the level that stands in each packet. Pure but for its memory, which the
 * threads of the relay share: a slot for each forwarded speaker.
 *
 * Whoever has a slot stays. A vacant one goes to the next who speaks; with none vacant, the loudest challenger takes that of the
 * quietest. Slots change hands by compare-and-exchange of the token: whoever loses that race is not forwarded with this packet.
 * What else stands in a slot is written by one thread at a time, but for the moment of such a race: then a level is a guess for some packets.
 */
export class LoudestSpeakers {
  readonly #slots: Int32Array;
  readonly #challengers = new Challengers();

  /** Memory for one room. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);
  }

  constructor(state: SharedArrayBuffer) {
    this.#slots = new Int32Array(state);
  }

  /**
   * Takes one packet; allocates nothing.
   *
   * @param token u32, not 0.
   * @param level 0..127 = −dBov, 127 is silence.
   * @param limit 1..32: slots in use. Those beyond are given up as their holders speak.
   * @param nowMs of a clock that all threads share.
   * @returns whether its speaker is among the `limit` loudest now.
   */
  admits(token: number, level: number, limit: number, nowMs: number): boolean {
    const name = token | 0;
    const end = limit * WORDS_PER_SLOT;
    const own = this.#slotOf(name);
    if (own !== NONE && own < end) {
      this.#slots[own + LEVEL] = smoothed(this.#read(own + LEVEL), level);
      this.#slots[own + HEARD_AT_MS] = nowMs;
      return true;
    }
    if (own !== NONE) Atomics.compareExchange(this.#slots, own + TOKEN, name, VACANT);
    return this.#takeVacant(name, level, end, nowMs) || this.#replaceQuietest(name, level, end, nowMs);
  }

  /** At the end of a talk spurt, or of the session. */
  release(token: number): void {
    const name = token | 0;
    this.#challengers.forget(name);
    for (let slot = 0; slot < WORDS; slot += WORDS_PER_SLOT) {
      Atomics.compareExchange(this.#slots, slot + TOKEN, name, VACANT);
    }
  }

  #slotOf(name: number): number {
    for (let slot = 0; slot < WORDS; slot += WORDS_PER_SLOT) {
      if (this.#read(slot + TOKEN) === name) return slot;
    }
    return NONE;
  }

  #takeVacant(name: number, level: number, end: number, nowMs: number): boolean {
    for (let slot = 0; slot < end; slot += WORDS_PER_SLOT) {
      const holder = this.#read(slot + TOKEN);
      if (holder !== VACANT && isWithin(HOLD_MS, this.#read(slot + HEARD_AT_MS), nowMs)) continue;
      if (this.#claim(slot, holder, name, toSmoothedUnits(level), nowMs)) return true;
    }
    return false;
  }

  #replaceQuietest(name: number, level: number, end: number, nowMs: number): boolean {
    let quietest = 0;
    for (let slot = WORDS_PER_SLOT; slot < end; slot += WORDS_PER_SLOT) {
      if (this.#read(slot + LEVEL) > this.#read(quietest + LEVEL)) quietest = slot;
    }
    const holder = this.#read(quietest + TOKEN);
    const bar = this.#read(quietest + LEVEL) - MARGIN;
    const challenge = this.#challengers.contend(name, level, bar, nowMs);
    if (challenge === undefined || isWithin(MIN_STAY_MS, this.#read(quietest + SINCE_MS), nowMs)) return false;
    return this.#claim(quietest, holder, name, challenge, nowMs);
  }

  /** Writes first: whoever sees the new name must not see the times of the holder before, and take the slot for vacant. */
  #claim(slot: number, holder: number, name: number, smoothedLevel: number, nowMs: number): boolean {
    this.#slots[slot + LEVEL] = smoothedLevel;
    this.#slots[slot + HEARD_AT_MS] = nowMs;
    this.#slots[slot + SINCE_MS] = nowMs;
    if (Atomics.compareExchange(this.#slots, slot + TOKEN, holder, name) !== holder) return false;
    this.#challengers.forget(name);
    return true;
  }

  #read(word: number): number {
    return Atomics.load(this.#slots, word);
  }
}

/** How many speakers are forwarded at a time: `setting` as the channel has it, Infinity for all. */
export function effectiveForwardLimit(setting: number | null, members: number): number {
  if (setting === null) return members >= AUTO_FORWARD_FROM_MEMBERS ? AUTO_FORWARD_LIMIT : Infinity;
  return setting === 0 ? Infinity : setting;
}
