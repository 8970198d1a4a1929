import type { Clock } from '@switchboard/client';

/** Time that passes only when told to. */
export class HandClock implements Clock {
  readonly #timers = new Map<() => void, number>();
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = (): void => callback();
    this.#timers.set(timer, this.#nowMs + delayMs);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size;
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
    for (const [timer, atMs] of [...this.#timers]) {
      if (atMs <= this.#nowMs && this.#timers.delete(timer)) timer();
    }
  }
}
