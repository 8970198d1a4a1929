import type { Clock } from '@switchboard/client';
import type { News } from './news.ts';

/** Between two notifications; what comes meanwhile is told together. */
const INTERVAL_MS = 5_000;

/** Lets news through one by one while they are few, and together when they are many. */
export class NewsGate {
  readonly #clock: Clock;
  readonly #tell: (news: readonly News[]) => void;
  #held: News[] = [];
  #cancel: (() => void) | undefined;

  /** @param tell is given one or more, of whatever kinds */
  constructor(clock: Clock, tell: (news: readonly News[]) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(news: readonly News[]): void {
    if (news.length === 0) return;
    this.#held.push(...news);
    if (this.#cancel === undefined) this.#release();
  }

  /** What is held back is not told any more: one has seen it, or gone. */
  drop(): void {
    this.#held = [];
  }

  close(): void {
    this.drop();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #release(): void {
    const news = this.#held;
    this.#held = [];
    this.#tell(news);
    this.#cancel = this.#clock.after(INTERVAL_MS, () => {
      this.#cancel = undefined;
      if (this.#held.length > 0) this.#release();
    });
  }
}
