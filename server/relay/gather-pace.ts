/** Below this many packets sent a second, each leaves as soon as it came: about a third of a core of 2026. */
const HIGH_LOAD_PER_SECOND = 150_000;
const WINDOW_MS = 100;
/** At most this long does a packet wait for others to leave with. */
const GATHER_MS = 1;

/**
 * When the load is high, packets are received once a millisecond, all that wait at once: those of several talkers for one
 * listener then leave together, and cost about half (docs/benchmarks.md). When it is low, nothing waits.
 *
 * The load is told by what is sent, not by the time it takes: gathering makes sending cheaper, and would switch itself off.
 */
export class GatherPace {
  #windowAtMs = 0;
  #sentBefore = 0;
  #high = false;
  #gatheredAtMs = 0;

  /** How long to wait, in ms, before the next packets are received; `sent` counts all packets sent so far. */
  pauseMs(sent: number, nowMs: number): number {
    this.#measure(sent, nowMs);
    const sinceMs = nowMs - this.#gatheredAtMs;
    const pause = this.#high ? Math.min(GATHER_MS, Math.max(0, GATHER_MS - sinceMs)) : 0;
    this.#gatheredAtMs = nowMs + pause;
    return pause;
  }

  #measure(sent: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#windowAtMs;
    if (elapsedMs < WINDOW_MS) return;
    this.#high = (sent - this.#sentBefore) / elapsedMs > HIGH_LOAD_PER_SECOND / 1000;
    this.#windowAtMs = nowMs;
    this.#sentBefore = sent;
  }
}
