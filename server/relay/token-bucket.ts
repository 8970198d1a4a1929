/** Lets `perSecond` units through a second, and up to one second's worth at once after a pause. The clock comes with each call. */
export class TokenBucket {
  readonly #perSecond: number;
  #level: number;
  #filledAtMs: number;

  /** Full at first. */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#level = perSecond;
    this.#filledAtMs = nowMs;
  }

  /** Takes `units` if there are as many; what is refused costs nothing. */
  take(units: number, nowMs: number): boolean {
    // A clock that steps back fills nothing, and what it repeats is not filled in twice.
    if (nowMs > this.#filledAtMs) {
      this.#level = Math.min(this.#perSecond, this.#level + ((nowMs - this.#filledAtMs) / 1000) * this.#perSecond);
      this.#filledAtMs = nowMs;
    }
    if (units > this.#level) return false;
    this.#level -= units;
    return true;
  }
}
