import {
  checkConfig,
  MAX_PLUGINS,
  SwitchboardError,
  type PluginConfig,
  type PluginConsent,
  type PluginManifest,
} from '@switchboard/protocol';
import type { BlobStore } from '../platform/platform.ts';
import { keepIdentity } from '../session/identity.ts';
import { sha256Hex } from './package/package-crypto.ts';
import { readPluginPackage, type PluginPackage } from './package/plugin-package.ts';
import { newConsents, updateProblem } from './package/plugin-update.ts';
import { valuesKey } from './plugin-storage.ts';
import { fittedConfig, readRows, rowOf, writeRows, type InstalledPlugin, type PluginRow } from './plugin-rows.ts';

const INDEX = 'plugins/index';
/** The last index that was none. */
const BROKEN_INDEX = 'plugins/index-broken';

/** Where a package came from, and what the person has agreed to. */
export interface Installation {
  readonly agreed: readonly PluginConsent[];
  readonly origin: InstalledPlugin['origin'];
  /** The origin of the server that offered it; null for a file. */
  readonly server: string | null;
}

/**
 * The plugins that are installed, in the person's order. Each change begins with what is kept now, for another window may have changed it,
 * and ends with the index: until that is written, all is as it was.
 */
export class PluginLibrary {
  readonly #blobs: BlobStore;
  readonly #changed: () => void;
  #plugins: readonly InstalledPlugin[] = [];
  #loading: Promise<void> | undefined;
  #working: Promise<unknown> = Promise.resolve();

  constructor(blobs: BlobStore, changed: () => void) {
    this.#blobs = blobs;
    this.#changed = changed;
  }

  get plugins(): readonly InstalledPlugin[] {
    return this.#plugins;
  }

  find(id: string): InstalledPlugin | undefined {
    return this.#plugins.find((plugin) => plugin.id === id);
  }

  /** Reads what is kept, once. @throws SwitchboardError `plugin.storage_failed` */
  load(): Promise<void> {
    if (this.#loading === undefined) {
      const loading = this.#refresh();
      this.#loading = loading;
      loading.catch(() => {
        this.#loading = undefined;
      });
    }
    return this.#loading;
  }

  /**
   * Whether a plugin is still installed, of the same publisher. Another window may have changed that, and is followed.
   * @throws SwitchboardError `plugin.storage_failed`
   */
  async isStillInstalled(id: string): Promise<boolean> {
    const before = this.find(id);
    await this.#refresh();
    const now = this.find(id);
    return before !== undefined && now !== undefined && before.manifest.publisher === now.manifest.publisher;
  }

  /**
   * The package as it was installed, checked anew: what lies on a disk may have been damaged. If another window has updated it, it is the
   * one of now.
   * @throws SwitchboardError `plugin.package_damaged` if it is gone, and as `readPluginPackage`
   */
  async read(plugin: InstalledPlugin): Promise<PluginPackage> {
    const { id, packageSha256 } = plugin;
    const bytes = await storing(() => this.#blobs.get(packageKey(id, packageSha256)));
    if (bytes === undefined) {
      await this.#refresh();
      const now = this.find(id);
      if (now !== undefined && now.packageSha256 !== packageSha256) return this.read(now);
    }
    if (bytes === undefined || (await sha256Hex(bytes)) !== packageSha256)
      throw new SwitchboardError('plugin.package_damaged', 'The plugin is damaged here. Install it again.');
    return readPluginPackage(bytes);
  }

  /**
   * Installs a package, or updates what is installed under its id; switches it on.
   * @param given the zip; copied, so that what is kept is what was checked
   * @throws SwitchboardError `plugin.*`: then all is as it was
   */
  async install(given: Uint8Array, { agreed, origin, server }: Installation): Promise<void> {
    const bytes = given.slice();
    const { manifest, icon } = await readClientPackage(bytes);
    const packageSha256 = await sha256Hex(bytes);
    const { id } = manifest;
    const change = (rows: readonly PluginRow[]) => {
      const before = pluginIn(rows, id);
      const all = [...new Set([...(before?.agreed ?? []), ...agreed])];
      checkInstallation(rows, id, manifest, all);
      const config = fittedConfig(manifest.config, before?.config ?? {});
      const plugin = { id, manifest, icon, origin, server, packageSha256, enabled: true, config, agreed: all };
      if (before !== undefined) return replaced(rows, plugin);
      return [...rows.filter((row) => row.id !== id), rowOf(plugin)];
    };
    await this.#change(change, async (rows) => {
      change(rows);
      await this.#blobs.put(packageKey(id, packageSha256), bytes);
      // What a plugin of this id has kept that was removed, perhaps another author's, is not for this one.
      if (rows.every((row) => row.id !== id)) await this.#blobs.delete(valuesKey(id));
    });
  }

  /** @throws SwitchboardError `plugin.not_found`, `plugin.storage_failed` */
  async remove(id: string): Promise<void> {
    await this.#change((rows) => {
      const others = rows.filter((row) => row.id !== id);
      if (others.length === rows.length) throw new SwitchboardError('plugin.not_found');
      return others;
    });
  }

  /** @throws SwitchboardError `plugin.not_found`, `plugin.storage_failed` */
  async setEnabled(id: string, enabled: boolean): Promise<void> {
    await this.#change((rows) => replaced(rows, { ...required(rows, id), enabled }));
  }

  /** To this place among all, from 0. @throws SwitchboardError `plugin.not_found`, `plugin.storage_failed` */
  async move(id: string, index: number): Promise<void> {
    await this.#change((rows) => {
      const moved = required(rows, id);
      const others = rows.filter(({ plugin }) => plugin?.id !== id);
      // Rows that cannot be read are not seen, and count for nothing.
      const next = others.filter(({ plugin }) => plugin !== undefined)[Math.max(0, Math.trunc(index))];
      const at = next === undefined ? others.length : others.indexOf(next);
      return others.toSpliced(at, 0, rowOf(moved));
    });
  }

  /** @throws SwitchboardError `plugin.not_found`, `plugin.config_invalid` with the field, `plugin.storage_failed` */
  async configure(id: string, given: PluginConfig): Promise<void> {
    await this.#change((rows) => {
      const plugin = required(rows, id);
      const checked = checkConfig(plugin.manifest.config, given);
      if (checked.ok) return replaced(rows, { ...plugin, config: checked.config });
      const { field, fault } = checked;
      throw new SwitchboardError('plugin.config_invalid', `The setting “${field}” ${fault}.`, { field });
    });
  }

  /** @param prepare what has to be there before the index names it */
  #change(
    change: (rows: readonly PluginRow[]) => readonly PluginRow[],
    prepare: (rows: readonly PluginRow[]) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    return this.#serially(async () => {
      const rows = await this.#rows();
      await storing(() => prepare(rows));
      let [before, after] = [rows, rows];
      const next = (bytes: Uint8Array | undefined) => {
        before = readRows(bytes) ?? [];
        after = change(before);
        return writeRows(after);
      };
      await storing(() => this.#blobs.change(INDEX, next));
      this.#take(after);
      await this.#sweep(before, after);
    });
  }

  /** What is kept now. What is no index is laid aside, for nothing could be written without overwriting it. */
  #rows(): Promise<readonly PluginRow[]> {
    return storing(async () => {
      const bytes = await this.#blobs.get(INDEX);
      const rows = readRows(bytes);
      if (rows === undefined && bytes !== undefined) await this.#blobs.put(BROKEN_INDEX, bytes);
      return rows ?? [];
    });
  }

  #refresh(): Promise<void> {
    return this.#serially(async () => this.#take(await this.#rows()));
  }

  #take(rows: readonly PluginRow[]): void {
    const plugins = keepIdentity(
      this.#plugins,
      rows.flatMap(({ plugin }) => plugin ?? []),
    );
    if (plugins === this.#plugins) return;
    this.#plugins = plugins;
    this.#changed();
  }

  /** Packages that no row names any more. One that stays behind takes room, and does no harm. */
  async #sweep(before: readonly PluginRow[], after: readonly PluginRow[]): Promise<void> {
    const kept = new Set(after.map(keyOf));
    for (const key of before.map(keyOf)) {
      if (key !== undefined && !kept.has(key)) await this.#blobs.delete(key).catch(() => undefined);
    }
  }

  #serially<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#working.then(act);
    this.#working = done.catch(() => undefined);
    return done;
  }
}

/**
 * Reads a package for this client.
 * @throws SwitchboardError `plugin.target_wrong`, and as `readPluginPackage`
 */
export async function readClientPackage(bytes: Uint8Array): Promise<PluginPackage> {
  const read = await readPluginPackage(bytes);
  if (read.manifest.targets.includes('client')) return read;
  throw new SwitchboardError(
    'plugin.target_wrong',
    'The plugin runs in the server only. Whoever runs the server can install it there.',
  );
}

/** What of the kept things is the client's own doing fails as `plugin.storage_failed`. */
export async function storing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (SwitchboardError.is(cause)) throw cause;
    throw new SwitchboardError('plugin.storage_failed', undefined, { cause });
  }
}

function checkInstallation(
  rows: readonly PluginRow[],
  id: string,
  manifest: PluginManifest,
  agreed: readonly PluginConsent[],
): void {
  // Also of one that cannot be read here: it is still its publisher's.
  const before = rows.find((row) => row.id === id);
  const refusal = before === undefined ? undefined : updateProblem(before.pin, manifest);
  if (refusal !== undefined) throw refusal;
  const others = rows.filter(({ plugin }) => plugin !== undefined && plugin.id !== id);
  if (before?.plugin === undefined && others.length >= MAX_PLUGINS) throw new SwitchboardError('plugin.too_many');
  if (newConsents(agreed, manifest).length > 0) throw new SwitchboardError('plugin.consent_required');
}

function pluginIn(rows: readonly PluginRow[], id: string): InstalledPlugin | undefined {
  return rows.find(({ plugin }) => plugin?.id === id)?.plugin;
}

function required(rows: readonly PluginRow[], id: string): InstalledPlugin {
  const plugin = pluginIn(rows, id);
  if (plugin === undefined) throw new SwitchboardError('plugin.not_found');
  return plugin;
}

function replaced(rows: readonly PluginRow[], next: InstalledPlugin): readonly PluginRow[] {
  return rows.map((row) => (row.plugin?.id === next.id ? rowOf(next) : row));
}

function packageKey(id: string, packageSha256: string): string {
  return `plugins/package/${id}/${packageSha256}`;
}

function keyOf({ plugin }: PluginRow): string | undefined {
  return plugin === undefined ? undefined : packageKey(plugin.id, plugin.packageSha256);
}
