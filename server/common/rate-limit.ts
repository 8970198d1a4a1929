/** A bucket that fills with time: so many at once, so many a minute. Time comes in. */
export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  #level: number;
  #atMs: number;

  constructor(perMinute: number, burst: number, nowMs: number) {
    this.#perMs = perMinute / 60_000;
    this.#burst = burst;
    this.#level = burst;
    this.#atMs = nowMs;
  }

  take(nowMs: number): boolean {
    this.#level = Math.min(this.#burst, this.#level + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#level < 1) return false;
    this.#level--;
    return true;
  }
}
