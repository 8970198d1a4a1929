import { isDeepStrictEqual } from 'node:util';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { NO_PLUGINS, type PluginCatalogue, type PluginOffer, type ServerCommand } from '@switchboard/protocol';
import { SessionsService } from '../presence/sessions.service.ts';
import { PluginRuns } from './plugin-runs.service.ts';
import type { InstalledPlugin } from './plugin.entity.ts';
import { PluginsService } from './plugins.service.ts';

/** What the plugins bring to everyone, as it is now; whoever is here is told when it changes. */
@Injectable()
export class PluginCatalogueService implements OnApplicationBootstrap {
  readonly #plugins: PluginsService;
  readonly #runs: PluginRuns;
  readonly #sessions: SessionsService;
  #catalogue = NO_PLUGINS;

  constructor(plugins: PluginsService, runs: PluginRuns, sessions: SessionsService) {
    this.#plugins = plugins;
    this.#runs = runs;
    this.#sessions = sessions;
  }

  onApplicationBootstrap(): void {
    this.#runs.onChanged(() => {
      this.#refresh();
    });
    this.#refresh();
  }

  get current(): PluginCatalogue {
    return this.#catalogue;
  }

  /** Those that everyone is offered. */
  get offered(): readonly InstalledPlugin[] {
    return this.#plugins.all.filter(({ offered }) => offered);
  }

  #refresh(): void {
    if (this.#runs.isStopping) return;
    const catalogue = { offers: this.offered.map(offerOf), commands: this.#commands() };
    if (isDeepStrictEqual(catalogue, this.#catalogue)) return;
    this.#catalogue = catalogue;
    this.#sessions.offer(catalogue);
  }

  /** Of two with one name, the first plugin's. */
  #commands(): ServerCommand[] {
    const byName = new Map<string, ServerCommand>();
    for (const { plugin } of this.#runs.with('on_command')) {
      const { commands, name: pluginName } = plugin.manifest;
      for (const command of commands)
        if (!byName.has(command.name)) byName.set(command.name, { ...command, pluginName });
    }
    return [...byName.values()];
  }
}

function offerOf({ id, version, manifest, packageSha256, packageBytes }: InstalledPlugin): PluginOffer {
  const { name, description, author } = manifest;
  const path = `/plugins/${packageSha256}.zip`;
  return { id, version, name, description, author, packageSha256, path, bytes: packageBytes };
}
