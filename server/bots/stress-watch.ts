const MAX_LOSS_PCT = 20;
const MAX_LOOP_DELAY_MS = 200;
/** In a row. */
const SECONDS = 5;

/** Protects a live server from its own test. Asked once a second; counts what has been too much for how long. */
export class StressWatch {
  #lossyS = 0;
  #lateS = 0;

  /**
   * @param loopDelayMs how late the main thread was in the last second, 99th percentile.
   * @returns why the test has to end, in a sentence; undefined while it may go on.
   */
  look(lossPct: number, loopDelayMs: number): string | undefined {
    this.#lossyS = lossPct > MAX_LOSS_PCT ? this.#lossyS + 1 : 0;
    this.#lateS = loopDelayMs > MAX_LOOP_DELAY_MS ? this.#lateS + 1 : 0;
    if (this.#lossyS >= SECONDS) return `More than ${MAX_LOSS_PCT} % of the packets were lost for ${SECONDS} s.`;
    if (this.#lateS >= SECONDS) return `The server was more than ${MAX_LOOP_DELAY_MS} ms late for ${SECONDS} s.`;
    return undefined;
  }
}
