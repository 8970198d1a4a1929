import { watch, type FSWatcher } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { readPluginPackage } from '@switchboard/client/plugins';
import { SwitchboardError } from '@switchboard/protocol';
import { AuditService } from '../audit/audit.service.ts';
import { Clock } from '../common/clock.ts';
import { Turns } from '../common/turns.ts';
import { ServerConfig } from '../config/server-config.ts';
import { packagesIn, readPackage, type PackageFile } from './package-folder.ts';
import { PluginsService, type Inspection } from './plugins.service.ts';

/** A file is copied in many steps, each of which is told. */
const SETTLE_MS = 200;
/** What is the same after this is no copy that goes on. */
const SECOND_LOOK_MS = 1_000;
/** Some file systems tell nothing, and what was half there is looked at again. */
const RESCAN_MS = 10_000;

/** More are not looked at: nobody has so many, and each is read whole. Those that are refused do not count. */
const MAX_PACKAGES = 100;

/** A file as it was read last. */
interface Seen {
  readonly state: string;
  /** Of the plugin in it, also where that was refused; undefined of what is no package. */
  readonly id: string | undefined;
  readonly bytes?: Uint8Array;
  readonly inspection?: Inspection;
  readonly refusal?: SwitchboardError;
  /** Looked at twice, and the same: it is no copy that is on its way. */
  readonly isSettled: boolean;
}

/**
 * Installs what lies in the folder `plugins` of the data, and updates it when it changes: who can write there, has agreed to everything. What is
 * taken out of the folder stays installed.
 */
@Injectable()
export class PluginFolder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #folder: string;
  readonly #plugins: PluginsService;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #logger = new Logger(PluginFolder.name);
  readonly #seen = new Map<string, Seen>();
  /** What was said in the log of each file, so that it is said once. */
  readonly #said = new Map<string, string>();
  readonly #turns = new Turns();
  #watcher: FSWatcher | undefined;
  #timer: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  #isStopping = false;

  constructor(config: ServerConfig, plugins: PluginsService, audit: AuditService, clock: Clock) {
    this.#folder = join(config.dataDir, 'plugins');
    this.#plugins = plugins;
    this.#audit = audit;
    this.#clock = clock;
  }

  async onApplicationBootstrap(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#look();
    this.#watch();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    this.#watcher?.close();
    this.#timer?.cancel();
    await this.#turns.take(() => Promise.resolve());
  }

  /** Of a plugin that is removed: else it would be back at the next start. */
  discard(id: string): Promise<void> {
    return this.#turns.take(async () => {
      for (const [name, seen] of this.#seen) if (seen.id === id) await rm(join(this.#folder, name), { force: true });
    });
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, () => {
        this.#later(SETTLE_MS);
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn(`The folder of plugins is looked at every ${RESCAN_MS / 1_000} s only: ${reason}`);
    }
  }

  /** Looks at the folder after this time, or before, if that is due already. */
  #later(delayMs: number): void {
    const dueMs = this.#clock.nowMs() + delayMs;
    if (this.#isStopping || (this.#timer !== undefined && this.#timer.dueMs <= dueMs)) return;
    this.#timer?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      void this.#look();
    });
    this.#timer = { dueMs, cancel };
  }

  async #look(): Promise<void> {
    try {
      await this.#turns.take(() => this.#scan());
    } catch (error) {
      this.#logger.error('The folder of plugins failed', error instanceof Error ? error.stack : String(error));
    }
    const isWaiting = [...this.#seen.values()].some(({ refusal, isSettled }) => refusal !== undefined && !isSettled);
    this.#later(isWaiting ? SECOND_LOOK_MS : RESCAN_MS);
  }

  async #scan(): Promise<void> {
    const files = await packagesIn(this.#folder);
    const names = new Set(files.map(({ name }) => name));
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
    await this.#readAll(files);
    const usable = [...this.#seen].filter(([, { refusal }]) => refusal === undefined);
    const byId = Map.groupBy(usable, ([, { id }]) => id);
    for (const [name, seen] of this.#seen) {
      if (this.#isStopping) return;
      const others = (seen.id === undefined ? [] : (byId.get(seen.id) ?? [])).filter(([other]) => other !== name);
      await this.#take(name, seen, others[0]?.[0]);
    }
  }

  async #readAll(files: readonly PackageFile[]): Promise<void> {
    let packages = 0;
    for (const file of files) {
      if (packages === MAX_PACKAGES) {
        this.#refuse(file.name, `There are ${MAX_PACKAGES} packages before it. Nor are those looked at that follow.`);
        return;
      }
      await this.#read(file);
      if (this.#seen.get(file.name)?.refusal === undefined) packages++;
    }
  }

  async #read(file: PackageFile): Promise<void> {
    const before = this.#seen.get(file.name);
    if (before?.state === file.state) {
      this.#seen.set(file.name, { ...before, isSettled: true });
      return;
    }
    const { state } = file;
    let id: string | undefined;
    try {
      const bytes = await readPackage(this.#folder, file);
      const content = await readPluginPackage(bytes);
      ({ id } = content.manifest);
      const inspection = this.#plugins.compare(content, bytes, { inDevelopment: true });
      this.#seen.set(file.name, { state, id, bytes, inspection, isSettled: false });
    } catch (error) {
      const refusal = SwitchboardError.is(error) ? error : new SwitchboardError('plugin.package_damaged');
      this.#seen.set(file.name, { state, id, refusal, isSettled: false });
    }
  }

  async #take(
    name: string,
    { inspection, bytes, refusal, isSettled, state, ...seen }: Seen,
    other?: string,
  ): Promise<void> {
    if (refusal !== undefined) {
      // Half a copy is damaged, too: it is said of what stays so.
      if (isSettled) this.#refuse(name, refusal.message);
      return;
    }
    if (inspection === undefined || bytes === undefined) return;
    if (other !== undefined) {
      const { message } = new SwitchboardError('plugin.duplicate');
      this.#refuse(name, `${message} The other one is “${other}”.`);
      return;
    }
    // Read once: what is installed is in the database.
    this.#seen.set(name, { ...seen, state, isSettled });
    const { manifest } = inspection.content;
    if (this.#plugins.find(manifest.id)?.packageSha256 === inspection.packageSha256) return;
    try {
      await this.#install(bytes, name);
      this.#said.delete(name);
      this.#logger.log(`The plugin “${manifest.id}” ${manifest.version} was installed from “${name}”.`);
    } catch (error) {
      this.#refuse(name, error instanceof Error ? error.message : String(error));
    }
  }

  async #install(bytes: Uint8Array, file: string): Promise<void> {
    const terms = { agreed: 'all', enable: true, inDevelopment: true } as const;
    await this.#plugins.install(bytes, terms, async (manager, { id, manifest, version, consents }, before) => {
      const action = before === undefined ? 'plugin.install' : 'plugin.update';
      const detail = { version, from: before?.version ?? null, consents, file };
      await this.#audit.record({ actor: null, action, target: { id, name: manifest.name }, detail }, manager);
    });
  }

  #refuse(name: string, reason: string): void {
    if (this.#said.get(name) === reason) return;
    this.#said.set(name, reason);
    this.#logger.warn(`“${name}” in the folder of plugins was not installed: ${reason}`);
  }
}
