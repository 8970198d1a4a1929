import type { Clock } from '../platform/platform.ts';

/** Ten frames: a microphone that brings nothing for that long has gone, or is being changed. */
const CAPTURE_GAP_LIMIT_MS = 200;

export interface TalkWatchEvents {
  /** What this microphone sends, or has stopped sending. */
  talking(talking: boolean): void;
  /** A talk spurt ends on a frame; where no more come, it is to be ended. */
  starved(): void;
}

/** Whether one is being sent, and what it is sent from. */
export class TalkWatch {
  readonly #clock: Clock;
  readonly #events: TalkWatchEvents;
  #talking = false;
  #capturedAtMs = -Infinity;
  #fedAtMs = -Infinity;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, events: TalkWatchEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** Whether there is a microphone that brings frames. */
  captures(nowMs: number): boolean {
    return nowMs - this.#capturedAtMs < CAPTURE_GAP_LIMIT_MS;
  }

  captured(nowMs: number): void {
    this.#capturedAtMs = nowMs;
    this.#fedAtMs = nowMs;
  }

  /** There was a frame to be sent, though from no microphone. */
  fed(nowMs: number): void {
    this.#fedAtMs = nowMs;
  }

  follow(talking: boolean): void {
    if (talking === this.#talking) return;
    this.#talking = talking;
    this.#events.talking(talking);
    this.#cancel?.();
    this.#cancel = undefined;
    if (talking) this.#watch(CAPTURE_GAP_LIMIT_MS);
  }

  #watch(delayMs: number): void {
    this.#cancel = this.#clock.after(delayMs, () => {
      const leftMs = this.#fedAtMs + CAPTURE_GAP_LIMIT_MS - this.#clock.nowMs();
      if (leftMs > 0) this.#watch(leftMs);
      else this.#events.starved();
    });
  }
}
