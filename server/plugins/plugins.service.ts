import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import {
  checkConfig,
  consentsOf,
  defaultConfig,
  MAX_PLUGINS,
  pluginManifest,
  SwitchboardError,
  type PluginConfig,
  type PluginConsent,
  type PluginManifest,
  type PluginTarget,
} from '@switchboard/protocol';
import { newConsents, readPluginPackage, updateProblem, type PluginPackage } from '@switchboard/client/plugins';
import type { EntityManager } from 'typeorm';
import * as v from 'valibot';
import { Clock } from '../common/clock.ts';
import { Turns } from '../common/turns.ts';
import { PluginStore, type WithPackage } from './plugin-store.ts';
import { InstalledPlugin } from './plugin.entity.ts';

/** A package that has been looked at, and not installed. */
export interface Inspection {
  readonly content: PluginPackage;
  readonly packageSha256: string;
  readonly packageBytes: number;
  /** The version that is installed; null for none. */
  readonly installedVersion: string | null;
  /** What of it has not been agreed to yet. */
  readonly newConsents: readonly PluginConsent[];
}

export interface InstallTerms {
  /** `all`: by who put it into the folder, which takes more rights than agreeing. */
  readonly agreed: readonly PluginConsent[] | 'all';
  /** At the first installation; an update leaves both as they were. */
  readonly enable?: boolean | undefined;
  readonly offer?: boolean | undefined;
  /** Versions that are still being made replace each other in whatever order. */
  readonly inDevelopment?: boolean;
}

export interface PluginChanges {
  readonly enabled?: boolean | undefined;
  readonly offered?: boolean | undefined;
  /** What is absent takes its default. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** Written with a change or not at all. */
export type Alongside = (
  manager: EntityManager,
  plugin: InstalledPlugin,
  before: InstalledPlugin | undefined,
) => Promise<void>;

/** `before` is absent of one that is new, `now` of one that is gone. */
export type PluginsListener = (now: InstalledPlugin | undefined, before: InstalledPlugin | undefined) => void;

const nothing: Alongside = () => Promise.resolve();

/** The plugins that are installed here: few, in memory. Changes are made one after the other. */
@Injectable()
export class PluginsService implements OnModuleInit {
  readonly #store: PluginStore;
  readonly #clock: Clock;
  readonly #turns = new Turns();
  readonly #listeners: PluginsListener[] = [];
  readonly #logger = new Logger(PluginsService.name);
  #plugins: readonly InstalledPlugin[] = [];
  /** Of another version of this server: installed, and nothing can be done with them but to remove or replace them. */
  #unreadable: readonly InstalledPlugin[] = [];

  constructor(store: PluginStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async onModuleInit(): Promise<void> {
    const stored = await this.#store.all();
    // What an earlier version took, or somebody wrote past the server, must not keep it from starting.
    this.#plugins = stored.filter(({ manifest }) => v.is(pluginManifest, manifest));
    this.#unreadable = stored.filter((plugin) => !this.#plugins.includes(plugin));
    for (const { id } of this.#unreadable) {
      this.#logger.warn(`The plugin “${id}” is none of this version, and is left alone.`);
    }
  }

  /** In the order in which they are asked. */
  get all(): readonly InstalledPlugin[] {
    return this.#plugins;
  }

  find(id: string): InstalledPlugin | undefined {
    return this.#plugins.find((plugin) => plugin.id === id);
  }

  /** @throws SwitchboardError `plugin.not_found` */
  get(id: string): InstalledPlugin {
    const plugin = this.find(id);
    if (plugin === undefined) throw new SwitchboardError('plugin.not_found');
    return plugin;
  }

  /** Told of each change, once it is stored. */
  onChanged(listener: PluginsListener): void {
    this.#listeners.push(listener);
  }

  /** Checks a package whole. @throws SwitchboardError `plugin.*`: what is wrong with it */
  async inspect(bytes: Uint8Array, terms: Pick<InstallTerms, 'inDevelopment'> = {}): Promise<Inspection> {
    return this.compare(await readPluginPackage(bytes), bytes, terms);
  }

  /**
   * A package that was read, beside what is installed.
   * @throws SwitchboardError `plugin.publisher_changed`, `plugin.older`
   */
  compare(
    content: PluginPackage,
    bytes: Uint8Array,
    { inDevelopment = false }: Pick<InstallTerms, 'inDevelopment'> = {},
  ): Inspection {
    const { manifest } = content;
    const installed = this.find(manifest.id);
    const replaced = installed ?? this.#unreadable.find(({ id }) => id === manifest.id);
    const problem = replaced === undefined ? undefined : updateProblem(described(replaced), manifest);
    const isReplaced = inDevelopment && isPrerelease(manifest) && installed !== undefined && isPrerelease(installed);
    if (problem !== undefined && !(isReplaced && problem.code === 'plugin.older')) throw problem;
    return {
      content,
      packageSha256: createHash('sha256').update(bytes).digest('hex'),
      packageBytes: bytes.length,
      installedVersion: installed?.version ?? null,
      newConsents: newConsents(installed?.consents ?? [], manifest),
    };
  }

  /**
   * Installs or updates; on every failure what was installed stays.
   * @throws SwitchboardError `plugin.*`; `plugin.consent_required` where somebody has to agree to more
   */
  install(bytes: Uint8Array, terms: InstallTerms, alongside: Alongside = nothing): Promise<InstalledPlugin> {
    return this.#turns.take(async () => {
      const inspection = await this.inspect(bytes, terms);
      const { manifest } = inspection.content;
      const { agreed } = terms;
      const missing = agreed === 'all' ? [] : inspection.newConsents.filter((consent) => !agreed.includes(consent));
      if (missing.length > 0) throw new SwitchboardError('plugin.consent_required');
      const before = this.find(manifest.id);
      if (before === undefined && this.#plugins.length >= MAX_PLUGINS) throw new SwitchboardError('plugin.too_many');
      const row = this.#rowOf(inspection, bytes, terms, before);
      await this.#store.inTransaction(async (manager) => {
        await this.#store.put(row, manager);
        await alongside(manager, row, before);
      });
      const { package: _, ...installed } = row;
      this.#keep(installed, before);
      return installed;
    });
  }

  /** @throws SwitchboardError `plugin.not_found`, `plugin.target_wrong`, `plugin.config_invalid` */
  change(id: string, wanted: PluginChanges, alongside: Alongside = nothing): Promise<InstalledPlugin> {
    return this.#turns.take(async () => {
      const before = this.get(id);
      if (wanted.enabled === true) demandTarget(before.manifest, 'server', 'enabled');
      if (wanted.offered === true) demandTarget(before.manifest, 'client', 'offered');
      const changes = {
        ...(wanted.enabled === undefined ? {} : { enabled: wanted.enabled }),
        ...(wanted.offered === undefined ? {} : { offered: wanted.offered }),
        ...(wanted.config === undefined ? {} : { config: checkedConfig(before.manifest, wanted.config) }),
      };
      if (Object.keys(changes).length === 0) return before;
      const now = Object.assign(new InstalledPlugin(), before, changes);
      await this.#store.inTransaction(async (manager) => {
        await this.#store.change(id, changes, manager);
        await alongside(manager, now, before);
      });
      this.#keep(now, before);
      return now;
    });
  }

  /**
   * @param ids all that are installed, each once
   * @throws SwitchboardError `protocol.invalid`
   */
  order(ids: readonly string[], alongside: (manager: EntityManager) => Promise<void>): Promise<void> {
    return this.#turns.take(async () => {
      const ordered = ids.map((id) => this.find(id)).filter((plugin) => plugin !== undefined);
      if (new Set(ids).size !== this.#plugins.length || ordered.length !== ids.length) {
        throw new SwitchboardError('protocol.invalid', 'Name all plugins that are installed, each once.', {
          field: 'ids',
        });
      }
      const now = ordered.map((plugin, position) => Object.assign(new InstalledPlugin(), plugin, { position }));
      await this.#store.inTransaction(async (manager) => {
        for (const { id, position } of now) await this.#store.change(id, { position }, manager);
        await alongside(manager);
      });
      const before = this.#plugins;
      this.#plugins = now;
      for (const plugin of now) {
        this.#tell(
          plugin,
          before.find(({ id }) => id === plugin.id),
        );
      }
    });
  }

  /**
   * With all that it has kept.
   * @returns what is gone; of one that another version installed, its manifest may be anything
   * @throws SwitchboardError `plugin.not_found`
   */
  remove(id: string, alongside: Alongside = nothing): Promise<InstalledPlugin> {
    return this.#turns.take(async () => {
      const plugin = this.#unreadable.find((other) => other.id === id) ?? this.get(id);
      await this.#store.inTransaction(async (manager) => {
        await this.#store.remove(id, manager);
        await alongside(manager, plugin, plugin);
      });
      this.#plugins = this.#plugins.filter((other) => other !== plugin);
      this.#unreadable = this.#unreadable.filter((other) => other !== plugin);
      this.#tell(undefined, plugin);
      return plugin;
    });
  }

  #rowOf(
    { content, packageSha256, packageBytes }: Inspection,
    bytes: Uint8Array,
    { enable = false, offer = false }: InstallTerms,
    before: InstalledPlugin | undefined,
  ): WithPackage {
    const { manifest, icon } = content;
    const now = this.#clock.epochMs();
    const last = this.#plugins.at(-1)?.position ?? -1;
    return {
      id: manifest.id,
      version: manifest.version,
      publisher: manifest.publisher ?? null,
      manifest,
      package: bytes,
      packageSha256,
      packageBytes,
      icon,
      enabled: manifest.targets.includes('server') && (before?.enabled ?? enable),
      offered: manifest.targets.includes('client') && (before?.offered ?? offer),
      position: before?.position ?? last + 1,
      config: before === undefined ? defaultConfig(manifest.config) : keptConfig(manifest, before.config),
      consents: [...consentsOf(manifest)],
      installedAt: before?.installedAt ?? now,
      updatedAt: now,
    };
  }

  #keep(now: InstalledPlugin, before: InstalledPlugin | undefined): void {
    this.#unreadable = this.#unreadable.filter(({ id }) => id !== now.id);
    this.#plugins =
      before === undefined
        ? [...this.#plugins, now]
        : this.#plugins.map((plugin) => (plugin.id === now.id ? now : plugin));
    this.#tell(now, before);
  }

  #tell(now: InstalledPlugin | undefined, before: InstalledPlugin | undefined): void {
    for (const listener of this.#listeners) listener(now, before);
  }
}

/** As its row says, which every version of this server can read. */
function described({ version, publisher }: InstalledPlugin): Pick<PluginManifest, 'version' | 'publisher'> {
  return { version, ...(publisher === null ? {} : { publisher }) };
}

function isPrerelease({ version }: { readonly version: string }): boolean {
  return version.includes('-');
}

function demandTarget({ name, targets }: PluginManifest, target: PluginTarget, field: string): void {
  if (targets.includes(target)) return;
  const why =
    target === 'server'
      ? `${name} runs with the voice of people, not in the server: offer it.`
      : `${name} runs in the server alone: enable it.`;
  throw new SwitchboardError('plugin.target_wrong', why, { field });
}

function checkedConfig({ config: schema }: PluginManifest, given: Readonly<Record<string, unknown>>): PluginConfig {
  const checked = checkConfig(schema, given);
  if (checked.ok) return checked.config;
  throw new SwitchboardError('plugin.config_invalid', `The setting “${checked.field}” ${checked.fault}.`, {
    field: checked.field,
  });
}

/** What a new version still takes of the settings; the rest have its defaults. */
function keptConfig({ config: schema }: PluginManifest, before: PluginConfig): PluginConfig {
  const kept = Object.entries(before).filter(([name, value]) => {
    return Object.hasOwn(schema.properties, name) && checkConfig(schema, { [name]: value }).ok;
  });
  return { ...defaultConfig(schema), ...Object.fromEntries(kept) };
}
