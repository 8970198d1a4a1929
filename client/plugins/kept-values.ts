import {
  MAX_PLUGIN_STORAGE_BYTES,
  MAX_PLUGIN_STORAGE_KEY_LENGTH,
  MAX_PLUGIN_STORAGE_KEYS,
} from '@switchboard/protocol';
import type { StoredValues } from './sandbox-messages.ts';

/** Null takes a value away. */
export type ChangedValue = Uint8Array | null;

/** What a plugin keeps, within its limits. What is beyond them already, as under an older, larger limit, can be made smaller step by step. */
export class KeptValues {
  readonly #values: Map<string, Uint8Array>;
  readonly #maxBytes: number;
  #bytes: number;

  constructor(values: StoredValues, maxBytes = MAX_PLUGIN_STORAGE_BYTES) {
    this.#values = new Map(Object.entries(values));
    this.#maxBytes = Math.min(maxBytes, MAX_PLUGIN_STORAGE_BYTES);
    this.#bytes = [...this.#values.values()].reduce((bytes, value) => bytes + value.length, 0);
  }

  get all(): StoredValues {
    return Object.fromEntries(this.#values);
  }

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  /** @returns why it is not kept, for the plugin's author; undefined if it is */
  change(key: string, value: ChangedValue): string | undefined {
    const before = this.#values.get(key);
    const bytes = this.#bytes + (value?.length ?? 0) - (before?.length ?? 0);
    const fault = value === null ? undefined : this.#fault(key, bytes);
    if (fault !== undefined) return fault;
    if (value === null) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#bytes = bytes;
    return undefined;
  }

  /** @param bytes of all values, with this one */
  #fault(key: string, bytes: number): string | undefined {
    if (key.length > MAX_PLUGIN_STORAGE_KEY_LENGTH) {
      return `The storage takes keys of at most ${MAX_PLUGIN_STORAGE_KEY_LENGTH} characters.`;
    }
    if (!this.#values.has(key) && this.#values.size >= MAX_PLUGIN_STORAGE_KEYS) {
      return `The storage is full: it has ${MAX_PLUGIN_STORAGE_KEYS} keys.`;
    }
    if (bytes > this.#maxBytes && bytes > this.#bytes) {
      return `The storage is full: it takes ${this.#maxBytes} bytes, and this would make ${bytes}.`;
    }
    return undefined;
  }
}

/** In this order changes are never beyond a limit that they keep to in the end: what takes less room than before, then what takes more. */
export function smallestFirst(
  changes: Iterable<readonly [key: string, value: ChangedValue]>,
  before: (key: string) => Uint8Array | undefined,
): (readonly [key: string, value: ChangedValue])[] {
  return Array.from(changes, (change) => ({ change, growth: room(change[1]) - room(before(change[0])) }))
    .sort((one, other) => one.growth - other.growth)
    .map(({ change }) => change);
}

function room(value: ChangedValue | undefined): number {
  return value?.length ?? -1;
}
