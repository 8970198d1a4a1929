/** Below this many packets sent a second, each leaves as soon as it came: about a third of a core of 2026. */
const HIGH_LOAD_PER_SECOND = 150_000;
const WINDOW_MS = 100;
/** At most this long does a packet wait for others to leave with. */
const GATHER_MS = 1;
/** Work that takes longer than this gathers packets enough by itself. */
const PERIOD_MS = 2;

/**
 * When the load is high, packets are received after a pause, all that wait at once: those of several talkers for one listener
 * then leave together, and cost about half (docs/benchmarks.md). When it is low, nothing waits.
 *
 * The load is told by what is sent, not by the time it takes: gathering makes sending cheaper, and would switch itself off.
 */
export class GatherPace {
  #windowAtMs = 0;
  #sentBefore = 0;
  #high = false;
  #receivedAtMs = 0;
  #pausedMs = 0;

  /**
   * How long to wait, in ms, before the next packets are received. `sent` counts all packets sent so far; the last were
   * received at `receivedAtMs`, and `moreWait` says that not all could be which had come.
   */
  pauseMs(sent: number, receivedAtMs: number, moreWait: boolean): number {
    this.#measure(sent, receivedAtMs);
    // Of the round before: reading the clock once more costs more than knowing better.
    const workedMs = receivedAtMs - this.#receivedAtMs - this.#pausedMs;
    this.#receivedAtMs = receivedAtMs;
    this.#pausedMs = this.#high && !moreWait ? Math.min(GATHER_MS, Math.max(0, PERIOD_MS - workedMs)) : 0;
    return this.#pausedMs;
  }

  #measure(sent: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#windowAtMs;
    if (elapsedMs < WINDOW_MS) return;
    this.#high = (sent - this.#sentBefore) / elapsedMs > HIGH_LOAD_PER_SECOND / 1000;
    this.#windowAtMs = nowMs;
    this.#sentBefore = sent;
  }
}
