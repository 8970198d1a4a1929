/** How far ahead of a device its sound is made. All in ms. */
export interface LeadTuning {
  readonly startMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Added at every gap. */
  readonly growMs: number;
  /** Of what was not needed in a window without a gap, this share is given back. */
  readonly shrinkShare: number;
  /** Kept beyond what the window has needed. */
  readonly marginMs: number;
  readonly windowMs: number;
}

/**
 * The lead follows what is measured, as the page's does: too little, and the device finds nothing to play; what is too
 * much is delay. It grows at every gap, and what was not needed for a while is given back.
 */
export class PlaybackLead {
  readonly #tuning: LeadTuning;
  #ms: number;
  #lowestMs = Infinity;
  #sinceMs: number | undefined;
  #gaps = 0;

  constructor(tuning: LeadTuning) {
    this.#tuning = tuning;
    this.#ms = tuning.startMs;
  }

  get ms(): number {
    return this.#ms;
  }

  get gaps(): number {
    return this.#gaps;
  }

  /**
   * Told before each time that more is made.
   *
   * @param aheadMs how much the device still had to play; 0 or less: nothing, there was a gap.
   * @param nowMs by any clock that does not go back.
   */
  observe(aheadMs: number, nowMs: number): void {
    const { maxMs, minMs, growMs, marginMs, shrinkShare, windowMs } = this.#tuning;
    if (aheadMs <= 0) {
      this.#gaps++;
      this.#ms = Math.min(maxMs, this.#ms + growMs);
      this.#startWindow(nowMs);
      return;
    }
    this.#sinceMs ??= nowMs;
    this.#lowestMs = Math.min(this.#lowestMs, aheadMs);
    if (nowMs - this.#sinceMs < windowMs) return;
    const unneededMs = Math.max(0, this.#lowestMs - marginMs);
    this.#ms = Math.max(minMs, this.#ms - unneededMs * shrinkShare);
    this.#startWindow(nowMs);
  }

  #startWindow(nowMs: number): void {
    this.#lowestMs = Infinity;
    this.#sinceMs = nowMs;
  }
}
