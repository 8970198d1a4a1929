import type { KeyValueStore } from '../platform.ts';

const PREFIX = 'switchboard.';

/**
 * Keeps values in `localStorage`, and for this visit in memory where the browser denies it: a page embedded by another
 * site, private browsing, a full disk.
 */
export class BrowserStore implements KeyValueStore {
  readonly #memory = new Map<string, string>();
  readonly #storage: () => Storage;

  /** @param storage gets the storage; where it is blocked even looking at it throws. */
  constructor(storage: () => Storage = () => localStorage) {
    this.#storage = storage;
  }

  get(key: string): string | undefined {
    const remembered = this.#memory.get(key);
    if (remembered !== undefined) return remembered;
    try {
      return this.#storage().getItem(PREFIX + key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  set(key: string, value: string): void {
    try {
      this.#storage().setItem(PREFIX + key, value);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value);
    }
  }
}
