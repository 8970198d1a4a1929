import { RateLimit } from './rate-limit.ts';

const MINUTE_MS = 60_000;

/** So many hellos a minute from each network. Those that have been quiet for a minute are forgotten: their bucket is full. */
export class HelloLimits {
  readonly #perMinute: number;
  /** The one that was quiet longest comes first. */
  readonly #networks = new Map<string, { readonly limit: RateLimit; readonly lastAtMs: number }>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  get size(): number {
    return this.#networks.size;
  }

  take(network: string, nowMs: number): boolean {
    this.#forgetQuiet(nowMs);
    const limit = this.#networks.get(network)?.limit ?? new RateLimit(this.#perMinute, this.#perMinute, nowMs);
    this.#networks.delete(network);
    this.#networks.set(network, { limit, lastAtMs: nowMs });
    return limit.take(nowMs);
  }

  #forgetQuiet(nowMs: number): void {
    for (const [network, { lastAtMs }] of this.#networks) {
      if (nowMs - lastAtMs < MINUTE_MS) return;
      this.#networks.delete(network);
    }
  }
}
