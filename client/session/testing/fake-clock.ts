import type { Clock } from '../../platform/platform.ts';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that passes only when told to; timers fire in their order, at their time. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that are still to fire: what would keep a process alive. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Time passes, and the timers are late: they fire at the next `advance`. */
  oversleep(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** Lets time pass, and with each timer what promises have to do. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settled();
    for (;;) {
      const next = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await settled();
    }
    this.#nowMs = untilMs;
  }
}

/** After everything that promises have to do. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
