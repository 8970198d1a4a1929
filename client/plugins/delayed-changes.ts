import type { Clock } from '../platform/platform.ts';
import type { ChangedValue } from './kept-values.ts';

/** By key. */
export type Changes = ReadonlyMap<string, ChangedValue>;

export interface DelayedChangesOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** From the first change on. */
  readonly delayMs: number;
  readonly write: (changes: Changes) => Promise<void>;
  /** What could not be written is tried again with the next change. */
  readonly failed: (error: unknown) => void;
}

/** Changes of what a plugin keeps, written some at a time: one that counts frames does not write fifty times a second. */
export class DelayedChanges {
  readonly #options: DelayedChangesOptions;
  /** Not written yet. */
  #changes = new Map<string, ChangedValue>();
  #working: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;

  constructor(options: DelayedChangesOptions) {
    this.#options = options;
  }

  add(key: string, value: ChangedValue): void {
    this.#changes.set(key, value);
    this.#cancelTimer ??= this.#options.clock.after(this.#options.delayMs, () => void this.flush());
  }

  /** Writes what is not written yet; resolves also where that fails. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#working = this.#working.then(() => this.#write());
    return this.#working;
  }

  /** Forgets what is not written yet, and does this while nothing is written. Rejects as it does. */
  clear(work: () => Promise<void>): Promise<void> {
    const done = this.#working.then(() => {
      this.#changes.clear();
      return work();
    });
    this.#working = done.catch(() => undefined);
    return done;
  }

  async #write(): Promise<void> {
    const changes = this.#changes;
    if (changes.size === 0) return;
    this.#changes = new Map();
    try {
      await this.#options.write(changes);
    } catch (error) {
      this.#changes = new Map([...changes, ...this.#changes]);
      this.#options.failed(error);
    }
  }
}
