import { isWithin, smoothed, SMOOTHED_SILENCE, toSmoothedUnits } from './loudness.ts';

/** Who contends at once. Only those far louder than a forwarded speaker do, and those are soon let in; whoever is too many waits. */
const PLACES = 32;
/** Without a loud packet for this long nobody contends any more: clicks now and then don't add up, and hold no place. */
const FORGET_AFTER_MS = 100;
const NOBODY = 0;

/**
 * Those who are not forwarded and louder than somebody who is. Each starts from silence, so one click wins nothing. Every thread
 * of the relay has its own: all packets of one speaker come to one thread.
 */
export class Challengers {
  readonly #tokens = new Int32Array(PLACES);
  readonly #levels = new Int32Array(PLACES);
  readonly #loudAtMs = new Int32Array(PLACES);

  /**
   * Takes one packet of `token`, an int32, of `level` 0..127 = −dBov.
   *
   * @param bar the smoothed level to be reached.
   * @returns the smoothed level of its speaker, if that has reached the bar and is the loudest here: the one to be let in first.
   */
  contend(token: number, level: number, bar: number, nowMs: number): number | undefined {
    const isLoud = toSmoothedUnits(level) <= bar;
    let place = this.#placeOf(token, nowMs);
    if (place < 0) {
      if (isLoud) place = this.#enter(token, nowMs);
      if (place < 0) return undefined;
    }
    if (isLoud) this.#loudAtMs[place] = nowMs;
    const smoothedLevel = smoothed(this.#levels[place] ?? 0, level);
    this.#levels[place] = smoothedLevel;
    return smoothedLevel <= bar && this.#isLoudest(smoothedLevel, nowMs) ? smoothedLevel : undefined;
  }

  forget(token: number): void {
    for (let place = 0; place < PLACES; place++) if (this.#tokens[place] === token) this.#tokens[place] = NOBODY;
  }

  #placeOf(token: number, nowMs: number): number {
    for (let place = 0; place < PLACES; place++) {
      if (this.#tokens[place] === token && this.#contends(place, nowMs)) return place;
    }
    return -1;
  }

  #enter(token: number, nowMs: number): number {
    for (let place = 0; place < PLACES; place++) {
      if (this.#contends(place, nowMs)) continue;
      this.#tokens[place] = token;
      this.#levels[place] = SMOOTHED_SILENCE;
      return place;
    }
    return -1;
  }

  #isLoudest(level: number, nowMs: number): boolean {
    for (let place = 0; place < PLACES; place++) {
      if ((this.#levels[place] ?? 0) < level && this.#contends(place, nowMs)) return false;
    }
    return true;
  }

  #contends(place: number, nowMs: number): boolean {
    return this.#tokens[place] !== NOBODY && isWithin(FORGET_AFTER_MS, this.#loudAtMs[place] ?? 0, nowMs);
  }
}
