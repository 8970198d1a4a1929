import { RateLimit } from '../control/rate-limit.ts';

const PER_MINUTE = 600;
const BURST = 100;
const MINUTE_MS = 60_000;
/** Some 10 MB; with more of them the one that was quiet longest is forgotten. */
const MAX_NETWORKS = 50_000;

/** So many requests a minute from each network. Those that have been quiet for a minute are forgotten: their bucket is full. */
export class AddressLimits {
  /** The one that was quiet longest comes first. */
  readonly #networks = new Map<string, { readonly limit: RateLimit; readonly lastAtMs: number }>();

  get size(): number {
    return this.#networks.size;
  }

  /** After how many ms there is room for one more request, where there was none for this one. */
  readonly retryAfterMs = MINUTE_MS / PER_MINUTE;

  take(network: string, nowMs: number): boolean {
    this.#forgetQuiet(nowMs);
    const limit = this.#networks.get(network)?.limit ?? new RateLimit(PER_MINUTE, BURST, nowMs);
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
