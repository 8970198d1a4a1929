import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { openNodeSandbox } from '@switchboard/client/plugins/node';
import { sendPluginFetch } from '@switchboard/client/plugins';
import type { PluginMessage, ServerHook } from '@switchboard/protocol';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { isPublicAddress } from '../webhooks/public-address.ts';
import { HostAddresses } from '../webhooks/webhook-sender.ts';
import { pinnedFetch } from './pinned-fetch.ts';
import { PluginRun, type Coming, type RunSurroundings } from './plugin-run.ts';
import { PluginStore } from './plugin-store.ts';
import { PluginWaits, type PluginWait } from './plugin-waits.ts';
import type { InstalledPlugin } from './plugin.entity.ts';
import { PluginsService } from './plugins.service.ts';

/** Told what a plugin wants said. */
export type SayListener = (run: PluginRun, message: PluginMessage, coming: Coming | undefined) => void;

/** The installed plugins with their threads: one for each that runs here. */
@Injectable()
export class PluginRuns implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #plugins: PluginsService;
  readonly #surroundings: RunSurroundings;
  readonly #runs = new Map<string, PluginRun>();
  readonly #listeners: (() => void)[] = [];
  readonly #sayListeners: SayListener[] = [];
  readonly #waits = new PluginWaits();
  /** Those to ask, by hook: looked for once for each change, as most servers have none. */
  #asked = new Map<ServerHook, readonly PluginRun[]>();
  #isStopping = false;

  constructor(plugins: PluginsService, store: PluginStore, hosts: HostAddresses, clock: Clock, random: Randomness) {
    this.#plugins = plugins;
    const fetch = pinnedFetch(hosts, isPublicAddress);
    this.#surroundings = {
      store,
      clock,
      random,
      waits: this.#waits,
      open: openNodeSandbox,
      send: (request) => sendPluginFetch(fetch, clock, request),
      say: (...said) => {
        for (const listener of this.#sayListeners) listener(...said);
      },
      changed: () => {
        this.#changed();
      },
    };
  }

  onApplicationBootstrap(): void {
    for (const plugin of this.#plugins.all) this.#begin(plugin);
    this.#plugins.onChanged((now, before) => {
      this.#apply(now, before);
    });
    this.#changed();
  }

  /** After the control lane, which waits for what is being asked: no message slips by. What they keep is stored before the database goes. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#runs.values()].map((run) => run.close()));
  }

  /** The threads end with the server: that is no news. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** In the order in which they are asked. */
  get all(): readonly PluginRun[] {
    return this.#plugins.all.flatMap(({ id }) => this.#runs.get(id) ?? []);
  }

  /** How people have waited for them. */
  get waits(): readonly PluginWait[] {
    return this.#waits.all;
  }

  find(id: string): PluginRun | undefined {
    return this.#runs.get(id);
  }

  /** Those with this hook that are on, in their order. */
  with(hook: ServerHook): readonly PluginRun[] {
    const known = this.#asked.get(hook);
    if (known !== undefined) return known;
    const asked = this.all.filter((run) => run.isUp && run.hasHook(hook));
    this.#asked.set(hook, asked);
    return asked;
  }

  /** Told after each change of what runs. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  onSay(listener: SayListener): void {
    this.#sayListeners.push(listener);
  }

  #apply(now: InstalledPlugin | undefined, before: InstalledPlugin | undefined): void {
    if (now === undefined) {
      const run = before === undefined ? undefined : this.#runs.get(before.id);
      if (run !== undefined) {
        this.#runs.delete(run.plugin.id);
        void run.close();
      }
    } else if (!this.#isStopping) {
      const run = this.#runs.get(now.id);
      if (run === undefined) this.#begin(now);
      else run.apply(now);
    }
    this.#changed();
  }

  #begin(plugin: InstalledPlugin): void {
    this.#runs.set(plugin.id, new PluginRun(plugin, this.#surroundings));
  }

  #changed(): void {
    this.#asked = new Map();
    for (const listener of this.#listeners) listener();
  }
}
