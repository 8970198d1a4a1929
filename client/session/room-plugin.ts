import { SwitchboardError, type ClientHook, type PluginMembers } from '@switchboard/protocol';
import type { PluginStatus, Problem } from '../client-state.ts';
import type { HookEvent, HookResult } from '../plugins/hook-types.ts';
import { PluginHttp } from '../plugins/plugin-fetch.ts';
import { OFF } from '../plugins/plugin-life.ts';
import { PluginRunner } from '../plugins/plugin-runner.ts';
import type { InstalledPlugin } from '../plugins/plugin-rows.ts';
import type { OpenSandbox } from '../plugins/sandbox-line.ts';
import type { PluginAct, StoredValues } from '../plugins/sandbox-messages.ts';
import type { Platform } from '../platform/platform.ts';
import type { PluginLogLine } from '../voice-client-api.ts';
import { problemOf } from './problem.ts';

/** What one plugin does to the world, beyond its answers. */
export type RoomAct = Exclude<PluginAct, { readonly type: 'http.fetch' }>;

export interface RoomPluginOptions {
  readonly platform: Pick<Platform, 'clock' | 'epochMs' | 'random' | 'fetchForPlugin'>;
  readonly open: OpenSandbox;
  /** Reads its code and what it keeps. */
  readonly load: () => Promise<{ readonly wasm: Uint8Array; readonly storage: StoredValues }>;
  readonly changed: () => void;
  readonly log: (line: PluginLogLine) => void;
  readonly stored: (key: string, value: Uint8Array | null) => void;
  readonly act: (act: RoomAct) => void;
}

/** One plugin while one is in a room: read, started, asked, ended. */
export class RoomPlugin {
  readonly #options: RoomPluginOptions;
  readonly #http: PluginHttp;
  #plugin: InstalledPlugin;
  #runner: PluginRunner<'client'> | undefined;
  #loading: Promise<PluginRunner<'client'>> | undefined;
  /** Why it could not even be read. */
  #unread: Problem | undefined;
  #members: PluginMembers | undefined;
  #closed = false;

  constructor(plugin: InstalledPlugin, options: RoomPluginOptions) {
    this.#plugin = plugin;
    this.#options = options;
    const { manifest } = plugin;
    this.#http = new PluginHttp({ manifest, send: (request) => options.platform.fetchForPlugin(request) });
  }

  get plugin(): InstalledPlugin {
    return this.#plugin;
  }

  get status(): PluginStatus {
    if (this.#unread !== undefined) return { kind: 'stopped', problem: this.#unread };
    const life = this.#runner?.life ?? OFF;
    switch (life.kind) {
      case 'off':
        return { kind: 'starting' };
      case 'restarting':
      case 'stopped':
        return { kind: life.kind, problem: life.problem };
      default:
        return { kind: life.kind };
    }
  }

  /** It answers, or will once it has started. */
  get isUp(): boolean {
    return !this.#closed && this.status.kind !== 'stopped';
  }

  /** Names its thread to the engine; undefined unless it runs. */
  get sandboxId(): number | undefined {
    return this.#runner?.sandboxId;
  }

  hasHook(hook: InstalledPlugin['manifest']['hooks'][number]): boolean {
    return this.#plugin.manifest.hooks.includes(hook);
  }

  /** Also after it was stopped for breaking: then it is tried anew. */
  start(): void {
    if (this.#closed) return;
    if (this.#runner !== undefined) {
      this.#runner.start();
      return;
    }
    if (this.#loading !== undefined) return;
    this.#unread = undefined;
    const loading = this.#load();
    this.#loading = loading;
    loading.catch((error: unknown) => {
      this.#loading = undefined;
      if (this.#closed) return;
      this.#unread = problemOf(error, 'plugin.start_failed');
      this.#options.log({ timeMs: this.#options.platform.epochMs(), level: 'error', text: this.#unread.message });
      this.#options.changed();
    });
    this.#options.changed();
  }

  /** Ends it for good. */
  close(): void {
    this.#closed = true;
    this.#runner?.stop();
  }

  /** Its settings, or its place, are others; its code is the same. */
  become(plugin: InstalledPlugin): void {
    const before = this.#plugin;
    this.#plugin = plugin;
    if (plugin.config !== before.config) this.#runner?.setConfig(plugin.config);
  }

  setMembers(members: PluginMembers): void {
    this.#members = members;
    this.#runner?.setMembers(members);
  }

  /** @throws SwitchboardError as `PluginRunner.call`; why it could not be read */
  async call<H extends ClientHook>(hook: H, event: HookEvent<'client', H>): Promise<HookResult<'client', H>> {
    const runner = this.#runner ?? (await this.#loading);
    if (runner === undefined) throw new SwitchboardError('plugin.start_failed');
    return runner.call(hook, event);
  }

  /** Nobody waits for what it makes of this. */
  tell<H extends ClientHook>(hook: H, event: HookEvent<'client', H>): void {
    // A failure is in its log.
    if (this.hasHook(hook)) this.call(hook, event).catch(() => undefined);
  }

  async #load(): Promise<PluginRunner<'client'>> {
    const { platform, open, load, changed, log, stored } = this.#options;
    const { wasm, storage } = await load();
    if (this.#closed) throw new SwitchboardError('plugin.not_found');
    const { manifest, config } = this.#plugin;
    const runner = new PluginRunner({
      open,
      clock: platform.clock,
      epochMs: () => platform.epochMs(),
      random: () => platform.random(),
      manifest,
      wasm,
      target: 'client',
      config,
      storage,
      events: { changed, log, stored, act: (act) => this.#act(act) },
    });
    this.#runner = runner;
    if (this.#members !== undefined) runner.setMembers(this.#members);
    runner.start();
    return runner;
  }

  #act(act: PluginAct): void {
    if (act.type !== 'http.fetch') {
      this.#options.act(act);
      return;
    }
    const { requestId, request } = act;
    const threadId = this.#runner?.threadId;
    void this.#http.fetch(request).then((answer) => {
      // To another thread, this number means another request.
      if (this.#runner?.threadId === threadId) this.tell('on_http', { requestId, ...answer });
    });
  }
}
