import type { Clock } from '../platform/platform.ts';

const RESTARTS = 3;
const WITHIN_MS = 60_000;

/** What breaks again and again is not started for ever: three times a minute, and then no more. */
export class RestartLimit {
  readonly #clock: Pick<Clock, 'nowMs'>;
  #startedAtMs: readonly number[] = [];

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  /** Whether it may be started once more now; counts that. */
  take(): boolean {
    const nowMs = this.#clock.nowMs();
    const recent = this.#startedAtMs.filter((atMs) => nowMs - atMs < WITHIN_MS);
    if (recent.length >= RESTARTS) return false;
    this.#startedAtMs = [...recent, nowMs];
    return true;
  }
}
