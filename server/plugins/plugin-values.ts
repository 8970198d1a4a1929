import { Logger } from '@nestjs/common';
import { DelayedChanges } from '@switchboard/client/plugins';
import type { Clock } from '../common/clock.ts';
import type { PluginStore } from './plugin-store.ts';

/** What a plugin keeps is written this long after its first change: each commit waits for the disk, and chat is behind it. */
const WRITE_AFTER_MS = 500;

/** Writes what one plugin keeps. How much that may be is checked before it comes here. */
export class PluginValues {
  readonly #pluginId: string;
  readonly #store: PluginStore;
  readonly #changes: DelayedChanges;
  readonly #logger = new Logger(PluginValues.name);

  constructor(pluginId: string, store: PluginStore, clock: Clock) {
    this.#pluginId = pluginId;
    this.#store = store;
    this.#changes = new DelayedChanges({
      clock,
      delayMs: WRITE_AFTER_MS,
      write: (changes) => store.changeValues(pluginId, changes),
      failed: (error) => {
        const stack = error instanceof Error ? error.stack : String(error);
        this.#logger.error(`What the plugin “${pluginId}” keeps could not be stored`, stack);
      },
    });
  }

  change(key: string, value: Uint8Array | null): void {
    this.#changes.add(key, value);
  }

  async read(): Promise<Record<string, Uint8Array>> {
    await this.flush();
    return this.#store.valuesOf(this.#pluginId);
  }

  /** Resolves once all that was changed is on the disk, or could not be stored, which is logged: it is tried again with the next. */
  flush(): Promise<void> {
    return this.#changes.flush();
  }
}
