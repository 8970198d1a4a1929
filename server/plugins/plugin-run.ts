import { Logger } from '@nestjs/common';
import {
  PLUGIN_CALL_TIMEOUT_MS,
  PLUGIN_RESTART_WINDOW_MS,
  SwitchboardError,
  type ErrorCode,
  type PluginMembers,
  type PluginMessage,
  type PluginPermissionName,
  type ServerHook,
} from '@switchboard/protocol';
import {
  PluginHttp,
  PluginRunner,
  readPluginPackage,
  type HookEvent,
  type HookResult,
  type LogLevel,
  type OpenSandbox,
  type PluginAct,
  type PluginFigures,
  type PluginLife,
  type PluginPackage,
  type SendPluginFetch,
  type StoredValues,
} from '@switchboard/client/plugins';
import type { Clock } from '../common/clock.ts';
import { within } from '../common/deadline.ts';
import type { Randomness } from '../common/randomness.ts';
import { Turns } from '../common/turns.ts';
import { PluginLog } from './plugin-log.ts';
import type { PluginStore } from './plugin-store.ts';
import { PluginValues } from './plugin-values.ts';
import type { PluginWaits } from './plugin-waits.ts';
import type { InstalledPlugin } from './plugin.entity.ts';

export interface RunSurroundings {
  readonly store: PluginStore;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly open: OpenSandbox;
  readonly send: SendPluginFetch;
  readonly waits: PluginWaits;
  /** What a plugin wants said: permitted, and within its quotas. */
  readonly say: (run: PluginRun, message: PluginMessage, coming: Coming | undefined) => void;
  /** Its life is another, or it is another version. */
  readonly changed: () => void;
}

/** Somebody who is about to come in, and may yet be turned away. */
export interface Coming {
  readonly channelId: string;
  isTurnedAway: boolean;
}

/** Where a plugin is, for people. */
export interface RunStatus {
  readonly kind: PluginLife['kind'];
  readonly problem: { readonly code: ErrorCode; readonly message: string } | null;
}

const NO_FIGURES: PluginFigures = { calls: 0, faults: 0, restarts: 0, refused: 0, meanUs: 0, maxUs: 0 };

/** An installed plugin of the server with its thread, over all that happens to it: switched off and on, updated, restarted. */
export class PluginRun {
  readonly log = new PluginLog();
  readonly #surroundings: RunSurroundings;
  readonly #values: PluginValues;
  readonly #logger = new Logger(PluginRun.name);
  readonly #turns = new Turns();
  #plugin: InstalledPlugin;
  #runner: PluginRunner<'server'> | undefined;
  /** While it is loaded, calls wait for it. */
  #loading: Promise<void> | undefined;
  /** Why it could not be loaded. */
  #problem: RunStatus['problem'] = null;
  /** Of the runners before. */
  #past = NO_FIGURES;
  #cancelRetry = (): void => undefined;
  /** Whom the calls are about that are not answered yet, in the order in which they are made. */
  readonly #about = new Set<{ readonly coming: Coming | undefined }>();

  constructor(plugin: InstalledPlugin, surroundings: RunSurroundings) {
    this.#plugin = plugin;
    this.#surroundings = surroundings;
    this.#values = new PluginValues(plugin.id, surroundings.store, surroundings.clock);
    if (plugin.enabled) void this.#reload();
  }

  get plugin(): InstalledPlugin {
    return this.#plugin;
  }

  get status(): RunStatus {
    if (this.#problem !== null) return { kind: 'stopped', problem: this.#problem };
    const life = this.#runner?.life ?? { kind: this.#loading === undefined ? 'off' : 'starting' };
    if (!('problem' in life)) return { kind: life.kind, problem: null };
    const { code, message } = life.problem;
    return { kind: life.kind, problem: { code, message } };
  }

  /** Whether it is to be asked: it is on, and has not stopped for good. */
  get isUp(): boolean {
    return this.#plugin.enabled && this.status.kind !== 'stopped';
  }

  /** Since the server started. */
  get figures(): PluginFigures {
    return this.#runner === undefined ? this.#past : sumOf(this.#past, this.#runner.figures);
  }

  hasHook(hook: ServerHook): boolean {
    return this.#plugin.manifest.hooks.includes(hook);
  }

  may(permission: PluginPermissionName): boolean {
    return this.#plugin.manifest.permissions.some(({ name }) => name === permission);
  }

  /** The plugin as it is now. */
  apply(plugin: InstalledPlugin): void {
    const before = this.#plugin;
    this.#plugin = plugin;
    if (plugin.enabled !== before.enabled || plugin.packageSha256 !== before.packageSha256) void this.#reload();
    else if (plugin.config !== before.config) this.#runner?.setConfig(plugin.config);
  }

  /** Something of ours that its author should read. */
  note(level: LogLevel, text: string): void {
    this.log.add({ timeMs: this.#surroundings.clock.epochMs(), level, text });
  }

  /** Starts one that stopped, or starts it anew. */
  restart(): Promise<void> {
    return this.#reload();
  }

  /**
   * Calls a hook, while somebody waits: for half a second at most. Resolves with undefined where the plugin failed, was late, or does not run.
   * @param members who is in the room that it is about, for a plugin that may know
   * @param coming who is asked about; what the plugin says meanwhile is of them
   */
  async ask<H extends ServerHook>(
    hook: H,
    event: HookEvent<'server', H>,
    members?: PluginMembers,
    coming?: Coming,
  ): Promise<HookResult<'server', H> | undefined> {
    const { clock, waits } = this.#surroundings;
    const sinceMs = clock.nowMs();
    const answer = await within(clock, PLUGIN_CALL_TIMEOUT_MS, this.#call(hook, event, members, coming));
    waits.count(hook, answer !== undefined, clock.nowMs() - sinceMs);
    return answer;
  }

  /** Calls a hook that nobody waits for. */
  tell<H extends ServerHook>(hook: H, event: HookEvent<'server', H>, members?: PluginMembers): void {
    this.#call(hook, event, members, undefined).catch(() => undefined);
  }

  /** Ends it; resolves once what it keeps is stored. */
  close(): Promise<void> {
    return this.#turns.take(async () => {
      this.#stop();
      await this.#values.flush();
    });
  }

  async #call<H extends ServerHook>(
    hook: H,
    event: HookEvent<'server', H>,
    members: PluginMembers | undefined,
    coming: Coming | undefined,
  ): Promise<HookResult<'server', H>> {
    const about = { coming };
    this.#about.add(about);
    try {
      return await this.#callRunner(hook, event, members);
    } finally {
      this.#about.delete(about);
    }
  }

  async #callRunner<H extends ServerHook>(
    hook: H,
    event: HookEvent<'server', H>,
    members: PluginMembers | undefined,
  ): Promise<HookResult<'server', H>> {
    while (this.#loading !== undefined) await this.#loading;
    const runner = this.#runner;
    if (runner === undefined) throw new SwitchboardError('plugin.not_found');
    try {
      if (members !== undefined) runner.setMembers(members);
      return await runner.call(hook, event);
    } catch (error) {
      // It was replaced under the call: the new one is asked.
      if (this.#runner === runner) throw error;
      return await this.#callRunner(hook, event, members);
    }
  }

  #reload(): Promise<void> {
    const reloaded = this.#turns.take(() => this.#load());
    this.#loading = reloaded;
    return reloaded.finally(() => {
      if (this.#loading === reloaded) this.#loading = undefined;
      this.#surroundings.changed();
    });
  }

  async #load(): Promise<void> {
    this.#stop();
    const plugin = this.#plugin;
    if (!plugin.enabled) return;
    try {
      const stored = await this.#surroundings.store.packageOf(plugin.id);
      if (stored === undefined) return;
      const content = await readPluginPackage(stored);
      this.#runner = this.#runnerOf(content, await this.#values.read());
      this.#runner.start();
    } catch (error) {
      this.#failedToLoad(error);
    }
  }

  #runnerOf({ manifest, wasm }: PluginPackage, storage: StoredValues): PluginRunner<'server'> {
    const { clock, random, open, send, changed } = this.#surroundings;
    const http = new PluginHttp({ manifest, send });
    const runner = new PluginRunner({
      open,
      clock,
      epochMs: () => clock.epochMs(),
      random: () => new DataView(random.bytes(4).buffer).getUint32(0) / 2 ** 32,
      manifest,
      wasm,
      target: 'server',
      config: this.#plugin.config,
      storage,
      events: {
        changed: (life) => {
          this.#lives(life, runner);
          changed();
        },
        log: (line) => {
          this.log.add(line);
        },
        stored: (key, value) => {
          this.#values.change(key, value);
        },
        act: (act) => {
          this.#do(act, runner, http);
        },
      },
    });
    return runner;
  }

  #do(act: PluginAct, runner: PluginRunner<'server'>, http: PluginHttp): void {
    if (act.type === 'message.send') {
      const [first] = this.#about;
      this.#surroundings.say(this, act.message, first?.coming);
    }
    if (act.type !== 'http.fetch') return;
    const { requestId, request } = act;
    const { threadId } = runner;
    void http.fetch(request).then((answer) => {
      // To another thread, this number means another request.
      if (runner.threadId === threadId) void runner.call('on_http', { requestId, ...answer });
    });
  }

  #stop(): void {
    this.#problem = null;
    this.#cancelRetry();
    const runner = this.#runner;
    this.#runner = undefined;
    runner?.stop();
    if (runner !== undefined) this.#past = sumOf(this.#past, runner.figures);
  }

  /**
   * Nobody may be there to start one that was stopped, as a filter: it is tried again in a while. Its own words may hold what people wrote: in the
   * server's log there is none of them.
   */
  #lives(life: PluginLife, runner: PluginRunner<'server'>): void {
    const { id } = this.#plugin;
    if (life.kind === 'restarting')
      this.#logger.warn(`The plugin “${id}” broke (${life.problem.code}) and is restarted.`);
    if (life.kind !== 'stopped') return;
    const minutes = PLUGIN_RESTART_WINDOW_MS / 60_000;
    this.#logger.error(
      `The plugin “${id}” was stopped (${life.problem.code}). It is tried again in ${minutes} minutes.`,
    );
    this.#cancelRetry = this.#surroundings.clock.after(PLUGIN_RESTART_WINDOW_MS, () => {
      runner.start();
    });
  }

  #failedToLoad(error: unknown): void {
    const { code, message } = SwitchboardError.is(error) ? error : new SwitchboardError('plugin.start_failed');
    this.#problem = { code, message };
    this.note('error', message);
    const stack = error instanceof Error ? error.stack : String(error);
    this.#logger.error(`The plugin “${this.#plugin.id}” could not be loaded (${code})`, stack);
  }
}

function sumOf(one: PluginFigures, other: PluginFigures): PluginFigures {
  const calls = one.calls + other.calls;
  return {
    calls,
    faults: one.faults + other.faults,
    restarts: one.restarts + other.restarts,
    refused: one.refused + other.refused,
    meanUs: calls === 0 ? 0 : (one.meanUs * one.calls + other.meanUs * other.calls) / calls,
    maxUs: Math.max(one.maxUs, other.maxUs),
  };
}
