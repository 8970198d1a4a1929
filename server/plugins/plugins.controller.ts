import type { IncomingMessage, ServerResponse } from 'node:http';
import { Delete, Get, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { readPluginPackage } from '@switchboard/client/plugins';
import { pluginId, SwitchboardError, type ErrorCode } from '@switchboard/protocol';
import * as v from 'valibot';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { BodyDeadlines } from '../api/body-deadlines.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { ValidBody, ValidParam, ValidQuery } from '../api/valid.ts';
import type { AuditAction } from '../audit/audit-actions.ts';
import { AuditService } from '../audit/audit.service.ts';
import { Clock } from '../common/clock.ts';
import { BundledPackages } from './bundled-packages.ts';
import { PluginFolder } from './plugin-folder.service.ts';
import { PluginRuns } from './plugin-runs.service.ts';
import { PluginStore } from './plugin-store.ts';
import { readUpload, ZIP } from './plugin-upload.ts';
import { inspectionOf, viewOf } from './plugin-views.ts';
import {
  bundledInstallation,
  consentsIn,
  inspectionView,
  installQuery,
  pluginChanges,
  pluginList,
  pluginLog,
  pluginOrder,
  pluginView,
  type InspectionView,
  type PluginView,
} from './plugin.schemas.ts';
import { PluginsService, type Alongside, type InstallTerms } from './plugins.service.ts';

/** What may be wrong with a package, and with it beside what is installed. */
const PACKAGE_ERRORS = [
  'plugin.package_damaged',
  'plugin.package_too_large',
  'plugin.manifest_invalid',
  'plugin.abi_newer',
  'plugin.hash_wrong',
  'plugin.signature_wrong',
  'plugin.module_refused',
  'plugin.publisher_changed',
  'plugin.older',
  'protocol.too_slow',
] as const satisfies readonly ErrorCode[];
const INSTALL_ERRORS = [...PACKAGE_ERRORS, 'plugin.consent_required', 'plugin.too_many'] as const;
const ABOUT_AGREEING =
  'Whoever installs a plugin agrees to what it wants: an update that wants more is `plugin.consent_required` until that is agreed to as well.';

/** The server's plugins: those that run in it, and those that it offers to everyone. */
@ApiController('plugins', 'Plugins')
export class PluginsController {
  readonly #plugins: PluginsService;
  readonly #runs: PluginRuns;
  readonly #store: PluginStore;
  readonly #bundled: BundledPackages;
  readonly #folder: PluginFolder;
  readonly #audit: AuditService;
  readonly #bodies: BodyDeadlines;
  readonly #clock: Clock;

  constructor(
    plugins: PluginsService,
    runs: PluginRuns,
    store: PluginStore,
    bundled: BundledPackages,
    folder: PluginFolder,
    audit: AuditService,
    bodies: BodyDeadlines,
    clock: Clock,
  ) {
    this.#plugins = plugins;
    this.#runs = runs;
    this.#store = store;
    this.#bundled = bundled;
    this.#folder = folder;
    this.#audit = audit;
    this.#bodies = bodies;
    this.#clock = clock;
  }

  @Get()
  @Requires('plugin.manage')
  @Answers(pluginList, { summary: 'List the plugins that are installed, in the order in which they are asked' })
  listPlugins(): { items: PluginView[] } {
    return { items: this.#plugins.all.map((plugin) => viewOf(plugin, this.#runs.find(plugin.id))) };
  }

  @Post('inspect')
  @Requires('plugin.manage')
  @ApiConsumes(ZIP)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Answers(inspectionView, {
    summary: 'Look at a package without installing it',
    description: 'The body is the file itself, 5 MiB at most.',
    errors: PACKAGE_ERRORS,
  })
  async inspectPlugin(
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<InspectionView> {
    return inspectionOf(await this.#plugins.inspect(await this.#upload(request, response)));
  }

  @Post()
  @Requires('plugin.manage')
  @ApiConsumes(ZIP)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Answers(pluginView, {
    summary: 'Install a plugin, or update it',
    description: `The body is the file itself, 5 MiB at most. On every failure what was installed stays. ${ABOUT_AGREEING}`,
    status: 201,
    errors: INSTALL_ERRORS,
  })
  async installPlugin(
    @ValidQuery(installQuery) { agreed, enable, offer }: v.InferOutput<typeof installQuery>,
    @CurrentCaller() actor: Caller,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<PluginView> {
    const bytes = await this.#upload(request, response);
    return this.#install(bytes, { agreed: consentsIn(agreed), enable, offer }, actor);
  }

  @Get('available')
  @Requires('plugin.manage')
  @Answers(v.object({ items: v.array(inspectionView) }), {
    summary: 'List the plugins that come with this version',
    description: 'Installed or not. None is on by itself.',
  })
  async listAvailablePlugins(): Promise<{ items: InspectionView[] }> {
    return { items: (await this.#bundled.list()).map(inspectionOf) };
  }

  @Post('available/:id/install')
  @Requires('plugin.manage')
  @Answers(pluginView, {
    summary: 'Install a plugin that comes with this version, or update it',
    description: ABOUT_AGREEING,
    status: 201,
    errors: [...INSTALL_ERRORS, 'plugin.not_found'],
  })
  async installAvailablePlugin(
    @ValidParam('id', pluginId) id: string,
    @ValidBody(bundledInstallation) { agreed, enable, offer }: v.InferOutput<typeof bundledInstallation>,
    @CurrentCaller() actor: Caller,
  ): Promise<PluginView> {
    return this.#install(await this.#bundled.read(id), { agreed: consentsIn(agreed), enable, offer }, actor);
  }

  @Put('order')
  @Requires('plugin.manage')
  @Answers(pluginList, { summary: 'Put the plugins into another order' })
  async orderPlugins(
    @ValidBody(pluginOrder) { ids }: v.InferOutput<typeof pluginOrder>,
    @CurrentCaller() actor: Caller,
  ): Promise<{ items: PluginView[] }> {
    await this.#plugins.order(ids, (manager) =>
      this.#audit.record({ actor, action: 'plugin.order', detail: { ids } }, manager),
    );
    return this.listPlugins();
  }

  @Patch(':id')
  @Requires('plugin.manage')
  @Answers(pluginView, {
    summary: 'Switch a plugin on or off, offer it or not, change its settings',
    errors: ['plugin.not_found', 'plugin.target_wrong', 'plugin.config_invalid'],
  })
  async changePlugin(
    @ValidParam('id', pluginId) id: string,
    @ValidBody(pluginChanges) body: v.InferOutput<typeof pluginChanges>,
    @CurrentCaller() actor: Caller,
  ): Promise<PluginView> {
    const plugin = await this.#plugins.change(id, body, async (manager, now, before) => {
      const { manifest, enabled, offered } = now;
      // A setting may be a secret: which ones changed is enough to know.
      const changed = Object.keys(now.config).filter((name) => now.config[name] !== before?.config[name]);
      const detail = { enabled, offered, changed };
      const target = { id, name: manifest.name };
      await this.#audit.record({ actor, action: 'plugin.change', target, detail }, manager);
    });
    return this.#viewOf(plugin.id);
  }

  @Post(':id/restart')
  @Requires('plugin.manage')
  @Answers(pluginView, {
    summary: 'Start a plugin again, as one that broke too often',
    errors: ['plugin.not_found'],
  })
  async restartPlugin(@ValidParam('id', pluginId) id: string, @CurrentCaller() actor: Caller): Promise<PluginView> {
    const { manifest } = this.#plugins.get(id);
    await this.#audit.record({ actor, action: 'plugin.restart', target: { id, name: manifest.name } });
    await this.#runs.find(id)?.restart();
    return this.#viewOf(id);
  }

  @Get(':id/log')
  @Requires('plugin.manage')
  @Answers(pluginLog, {
    summary: 'Read the last lines of a plugin’s log, oldest first',
    description: 'The last 200 since the server started. They may hold what people wrote.',
    errors: ['plugin.not_found'],
  })
  readPluginLog(@ValidParam('id', pluginId) id: string): v.InferOutput<typeof pluginLog> {
    this.#plugins.get(id);
    const lines = this.#runs.find(id)?.log.lines ?? [];
    return { items: lines.map(({ timeMs: time, level, text }) => ({ time, level, text })) };
  }

  @Get(':id/readme')
  @Requires('plugin.manage')
  @Answers(v.object({ readme: v.string() }), {
    summary: 'Read what a plugin says about itself, in Markdown',
    errors: ['plugin.not_found'],
  })
  async readPluginReadme(@ValidParam('id', pluginId) id: string): Promise<{ readme: string }> {
    const stored = await this.#store.packageOf(id);
    if (stored === undefined) throw new SwitchboardError('plugin.not_found');
    return { readme: (await readPluginPackage(stored)).readme };
  }

  @Delete(':id')
  @Requires('plugin.manage')
  @AnswersNothing({
    summary: 'Remove a plugin with all that it has kept',
    description: 'What it wrote stays. Where it was installed from the folder of plugins, its file there goes as well.',
    errors: ['plugin.not_found'],
  })
  async removePlugin(@ValidParam('id', pluginId) id: string, @CurrentCaller() actor: Caller): Promise<void> {
    await this.#plugins.remove(id, this.#recording(actor, 'plugin.remove'));
    await this.#folder.discard(id);
  }

  #upload(request: IncomingMessage, response: ServerResponse): Promise<Uint8Array> {
    // What is left of a refused upload is not read to its end.
    response.setHeader('Connection', 'close');
    this.#bodies.lift(request);
    return readUpload(request, this.#clock);
  }

  async #install(bytes: Uint8Array, terms: InstallTerms, actor: Caller): Promise<PluginView> {
    const { id } = await this.#plugins.install(bytes, terms, (manager, plugin, before) => {
      const action = before === undefined ? 'plugin.install' : 'plugin.update';
      return this.#recording(actor, action, { from: before?.version ?? null })(manager, plugin, before);
    });
    return this.#viewOf(id);
  }

  #viewOf(id: string): PluginView {
    return viewOf(this.#plugins.get(id), this.#runs.find(id));
  }

  #recording(actor: Caller, action: AuditAction, more: Record<string, unknown> = {}): Alongside {
    return async (manager, { id, manifest, version, consents }) => {
      const detail = { version, consents, ...more };
      await this.#audit.record({ actor, action, target: { id, name: nameIn(manifest) }, detail }, manager);
    };
  }
}

/** Where another version of this server has installed a plugin, its manifest may be anything. */
function nameIn(manifest: unknown): string {
  return v.is(v.object({ name: v.string() }), manifest) ? manifest.name : '';
}
