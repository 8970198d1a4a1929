import { KeptValues, smallestFirst } from '../kept-values.ts';
import type { StoredValues } from '../sandbox-messages.ts';

/** What a plugin keeps, as its thread knows it. */
export class StoredMap {
  readonly #values: KeptValues;
  /** What was told last of each that has changed since. */
  readonly #changed = new Map<string, Uint8Array | undefined>();

  constructor(values: StoredValues, maxBytes?: number) {
    this.#values = new KeptValues(values, maxBytes);
  }

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  /** @returns why it is not kept, for the plugin's author; undefined if it is */
  set(key: string, value: Uint8Array): string | undefined {
    const before = this.#values.get(key);
    if (before !== undefined && isSame(before, value)) return undefined;
    const fault = this.#values.change(key, value);
    if (fault === undefined) this.#hasChanged(key, before);
    return fault;
  }

  delete(key: string): void {
    const before = this.#values.get(key);
    if (before === undefined) return;
    this.#values.change(key, null);
    this.#hasChanged(key, before);
  }

  /** Tells each key that has changed since the last time, with its value of now: null where it is gone. What takes less room comes first. */
  tellChanges(tell: (key: string, value: Uint8Array<ArrayBuffer> | null) => void): void {
    if (this.#changed.size === 0) return;
    const changes = Array.from(this.#changed.keys(), (key) => [key, this.#values.get(key) ?? null] as const);
    for (const [key, value] of smallestFirst(changes, (one) => this.#changed.get(one)))
      tell(key, value?.slice() ?? null);
    this.#changed.clear();
  }

  #hasChanged(key: string, before: Uint8Array | undefined): void {
    if (!this.#changed.has(key)) this.#changed.set(key, before);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
