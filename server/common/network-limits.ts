import { RateLimit } from './rate-limit.ts';

const MINUTE_MS = 60_000;
/** Some 10 MB; with more of them the one that was quiet longest is forgotten. */
const MAX_NETWORKS = 50_000;

/**
 * So many of something a minute from each network, or whoever else is named. Those that have been quiet for a minute are forgotten:
 * their bucket is full.
 */
export class NetworkLimits {
  readonly #perMinute: number;
  readonly #burst: number;
  /** The one that was quiet longest comes first. */
  readonly #networks = new Map<string, { readonly limit: RateLimit; readonly lastAtMs: number }>();

  constructor(perMinute: number, burst = perMinute) {
    this.#perMinute = perMinute;
    this.#burst = burst;
  }

  get size(): number {
    return this.#networks.size;
  }

  /** After how many ms there is room for one more, where there was none for this one. */
  get retryAfterMs(): number {
    return MINUTE_MS / this.#perMinute;
  }

  take(network: string, nowMs: number): boolean {
    this.#forgetQuiet(nowMs);
    const limit = this.#networks.get(network)?.limit ?? new RateLimit(this.#perMinute, this.#burst, nowMs);
    this.#networks.delete(network);
    this.#networks.set(network, { limit, lastAtMs: nowMs });
    return limit.take(nowMs);
  }

  #forgetQuiet(nowMs: number): void {
    for (const [network, { lastAtMs }] of this.#networks) {
      if (nowMs - lastAtMs < MINUTE_MS && this.#networks.size <= MAX_NETWORKS) return;
      this.#networks.delete(network);
    }
  }
}
