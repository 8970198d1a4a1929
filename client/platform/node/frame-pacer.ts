import { FRAME_MS } from '@switchboard/protocol';
import type { Clock } from '../platform.ts';

/** Ticks that are made up for in a row. What is later than that was a stall, and is not made up for: nobody could use the burst. */
const MAX_CATCH_UP_TICKS = 3;

/**
 * The beat of a sound device that is none: a tick every 20 ms, by the clock's own time, so that late timers do not add up.
 */
export class FramePacer {
  readonly #clock: Clock;
  readonly #tick: (atMs: number) => void;
  readonly #stalled: (ms: number) => void;
  #dueMs = 0;
  #running = false;
  #cancel: (() => void) | undefined;

  /**
   * @param tick is told when it was due.
   * @param stalled is told how much time was left out.
   */
  constructor(clock: Clock, tick: (atMs: number) => void, stalled: (ms: number) => void) {
    this.#clock = clock;
    this.#tick = tick;
    this.#stalled = stalled;
  }

  start(): void {
    this.#dueMs = this.#clock.nowMs();
    this.#running = true;
    this.#run();
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
  }

  #run(): void {
    const nowMs = this.#clock.nowMs();
    const lateMs = nowMs - this.#dueMs;
    if (lateMs > MAX_CATCH_UP_TICKS * FRAME_MS) {
      this.#stalled(lateMs);
      this.#dueMs = nowMs;
    }
    while (this.#running && this.#dueMs <= nowMs) {
      const atMs = this.#dueMs;
      this.#dueMs += FRAME_MS;
      this.#tick(atMs);
    }
    // A tick may have stopped it.
    if (!this.#running) return;
    this.#cancel = this.#clock.after(Math.max(0, this.#dueMs - this.#clock.nowMs()), () => this.#run());
  }
}
