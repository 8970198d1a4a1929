import { bytesToHex, hexToBytes } from '@switchboard/protocol';
import * as v from 'valibot';
import type { BlobStore, Clock } from '../platform/platform.ts';
import { DelayedChanges, type Changes } from './delayed-changes.ts';
import { KeptValues, smallestFirst } from './kept-values.ts';
import type { StoredValues } from './sandbox-messages.ts';

/** What plugins keep is written this long after the first change. */
const WRITE_DELAY_MS = 1_000;

/** Pairs, for a key may be any word, `__proto__` too. */
const kept = v.array(v.tuple([v.string(), v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/))]));

/** What plugins keep between visits, by plugin. */
export class PluginStorage {
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #failed: (pluginId: string) => void;
  readonly #isInstalled: (pluginId: string) => Promise<boolean>;
  readonly #changes = new Map<string, DelayedChanges>();

  /**
   * @param failed is told which plugin's values could not be written. They are tried again with the next, unless there is no room for them
   * @param isInstalled is asked before each writing: a plugin may still run here that another window has removed
   */
  constructor(
    blobs: BlobStore,
    clock: Clock,
    failed: (pluginId: string) => void,
    isInstalled: (pluginId: string) => Promise<boolean>,
  ) {
    this.#blobs = blobs;
    this.#clock = clock;
    this.#failed = failed;
    this.#isInstalled = isInstalled;
  }

  /** Rejects as the store does. */
  async read(pluginId: string): Promise<StoredValues> {
    await this.#changesOf(pluginId).flush();
    return valuesIn(await this.#blobs.get(valuesKey(pluginId)));
  }

  /** Null forgets the key. */
  keep(pluginId: string, key: string, value: Uint8Array | null): void {
    this.#changesOf(pluginId).add(key, value);
  }

  /** Writes what is not written yet; resolves also where that fails. */
  async flush(): Promise<void> {
    await Promise.all(Array.from(this.#changes.values(), (changes) => changes.flush()));
  }

  /** All of one plugin. Rejects as the store does. */
  remove(pluginId: string): Promise<void> {
    return this.#changesOf(pluginId).clear(() => this.#blobs.delete(valuesKey(pluginId)));
  }

  #changesOf(pluginId: string): DelayedChanges {
    const known = this.#changes.get(pluginId);
    if (known !== undefined) return known;
    const changes = new DelayedChanges({
      clock: this.#clock,
      delayMs: WRITE_DELAY_MS,
      write: (written) => this.#apply(pluginId, written),
      failed: () => this.#failed(pluginId),
    });
    this.#changes.set(pluginId, changes);
    return changes;
  }

  /** On top of what is there: another window's copy of the plugin may have kept something as well, and what both keep is too much. */
  async #apply(pluginId: string, changes: Changes): Promise<void> {
    if (!(await this.#isInstalled(pluginId))) return;
    const faulty: string[] = [];
    await this.#blobs.change(valuesKey(pluginId), (bytes) => {
      const values = new KeptValues(valuesIn(bytes));
      for (const [key, value] of smallestFirst(changes, (one) => values.get(one))) {
        if (values.change(key, value) !== undefined) faulty.push(key);
      }
      const rows = Object.entries(values.all).map(([key, value]) => [key, bytesToHex(value)]);
      return new TextEncoder().encode(JSON.stringify(rows));
    });
    if (faulty.length > 0) this.#failed(pluginId);
  }
}

function valuesIn(bytes: Uint8Array | undefined): StoredValues {
  if (bytes === undefined) return {};
  try {
    const rows = v.parse(kept, JSON.parse(new TextDecoder().decode(bytes)));
    return Object.fromEntries(rows.map(([key, value]) => [key, hexToBytes(value)]));
  } catch {
    // Damaged: the plugin begins anew.
    return {};
  }
}

/** Where the values of a plugin are among the blobs. */
export function valuesKey(pluginId: string): string {
  return `plugins/values/${pluginId}`;
}
