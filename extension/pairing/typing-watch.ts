import type { Clock } from '@switchboard/client';

/** Nobody strikes keys more slowly than this who is still typing. */
const PAUSE_MS = 1_000;
/** The engine takes typing to have ended by itself when it is not told again. */
const REPEAT_MS = 500;

/** Tells that keys are being struck, again while it goes on, and once that they are not any more. */
export class TypingWatch {
  readonly #clock: Clock;
  readonly #tell: (typing: boolean) => void;
  #toldAtMs = -Infinity;
  #cancelEnd: (() => void) | undefined;

  constructor(clock: Clock, tell: (typing: boolean) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  typed(): void {
    const nowMs = this.#clock.nowMs();
    const begins = this.#cancelEnd === undefined;
    this.#cancelEnd?.();
    this.#cancelEnd = this.#clock.after(PAUSE_MS, () => this.stop());
    if (!begins && nowMs - this.#toldAtMs < REPEAT_MS) return;
    this.#toldAtMs = nowMs;
    this.#tell(true);
  }

  stop(): void {
    if (this.#cancelEnd === undefined) return;
    this.#cancelEnd();
    this.#cancelEnd = undefined;
    this.#tell(false);
  }
}
