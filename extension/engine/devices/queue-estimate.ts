/**
 * How much a device still has to play that does not tell: what was written less what time has passed, set right whenever
 * it is known to have run dry. All in ms.
 */
export class QueueEstimate {
  #writtenMs = 0;
  #dryAtMs: number | undefined;

  /** Whether it has been dry once: nothing is known before. */
  get known(): boolean {
    return this.#dryAtMs !== undefined;
  }

  wrote(ms: number): void {
    this.#writtenMs += ms;
  }

  ranDry(nowMs: number): void {
    this.#dryAtMs = nowMs;
    this.#writtenMs = 0;
  }

  aheadMs(nowMs: number): number {
    return this.#dryAtMs === undefined ? 0 : this.#writtenMs - (nowMs - this.#dryAtMs);
  }
}
