import {
  PLUGIN_START_TIMEOUT_MS,
  SwitchboardError,
  type EventHook,
  type PluginConfig,
  type PluginManifest,
  type PluginMembers,
  type PluginTarget,
} from '@switchboard/protocol';
import * as v from 'valibot';
import type { Problem } from '../client-state.ts';
import type { Clock } from '../platform/platform.ts';
import type { PluginLogLine } from '../voice-client-api.ts';
import { schemasOf, type HookEvent, type HookOf, type HookResult } from './hook-types.ts';
import { isUp, OFF, transition, type PluginLife, type PluginLifeEvent } from './plugin-life.ts';
import { afterGrace, PluginCalls, type PluginCall, type PluginCallsOptions } from './plugin-calls.ts';
import { asSentence, breakProblem, endsThread, pluginProblem, problemError, startProblem } from './plugin-problems.ts';
import type { OpenSandbox, SandboxLine } from './sandbox-line.ts';
import type { FromSandbox, LogLevel, PluginAct, SandboxFault, StoredValues } from './sandbox-messages.ts';
import { shownReason } from './sandbox-checks.ts';
import { ThreadGuard } from './thread-guard.ts';

/** For a thread to be there at all, which is not the plugin's doing: on a busy machine that may take its time. */
const LOAD_TIMEOUT_MS = 30_000;

export interface PluginRunnerEvents {
  /** Where the plugin's life is now. With another thread, `sandboxId` is another. */
  changed(life: PluginLife): void;
  log(line: PluginLogLine): void;
  /** The plugin keeps this, or with null nothing, under the key. */
  stored(key: string, value: Uint8Array | null): void;
  /** Permitted by the manifest, and within the quotas. `http.fetch` is answered by a call of `on_http`. */
  act(act: PluginAct): void;
}

export interface PluginRunnerOptions<T extends PluginTarget> {
  readonly open: OpenSandbox;
  readonly clock: Clock;
  /** ms since 1970. */
  readonly epochMs: () => number;
  /** 0 ≤ x < 1; for plugins, never for secrets. */
  readonly random: () => number;
  readonly manifest: PluginManifest;
  readonly wasm: Uint8Array;
  readonly target: T;
  readonly config: PluginConfig;
  readonly storage: StoredValues;
  readonly events: PluginRunnerEvents;
}

/** Since it was made. */
export interface PluginFigures {
  readonly calls: number;
  /** Calls that failed, wrong answers among them. */
  readonly faults: number;
  readonly restarts: number;
  /** What it wanted to do and was not let: too often. */
  readonly refused: number;
  /** A call's own time in the plugin, in µs. */
  readonly meanUs: number;
  readonly maxUs: number;
}

/**
 * One plugin and the threads that it goes through: calls it, one call after the other, starts it again when it breaks, and believes nothing that it
 * says. It calls `on_config` and `on_timer` by itself.
 */
export class PluginRunner<T extends PluginTarget> {
  readonly #options: PluginRunnerOptions<T>;
  readonly #guard: ThreadGuard;
  readonly #calls: PluginCalls;
  #life: PluginLife = OFF;
  #line: SandboxLine | undefined;
  #config: PluginConfig;
  #members: PluginMembers | undefined;
  /** Those that the thread knows. */
  #postedMembers: PluginMembers | undefined;
  #figures = { calls: 0, faults: 0, restarts: 0, totalUs: 0, maxUs: 0 };
  #cancelStart = (): void => undefined;
  #cancelTimer = (): void => undefined;

  constructor(options: PluginRunnerOptions<T>) {
    this.#options = options;
    this.#config = options.config;
    this.#guard = new ThreadGuard(options);
    const limitMs = options.manifest.limits.callMs;
    const events: PluginCallsOptions['events'] = {
      begin: (call) => {
        this.#figures.calls++;
        this.#postMembers(call.members);
        this.#line?.post({ type: 'call', id: call.id, hook: call.hook, input: this.#inputNow(call) });
      },
      idle: () => this.#postMembers(this.#members),
      late: (hook) => this.#broke(pluginProblem('plugin.timed_out', `Its ${hook} took longer than ${limitMs} ms.`)),
    };
    this.#calls = new PluginCalls({ clock: options.clock, limitMs, events });
  }

  get life(): PluginLife {
    return this.#life;
  }

  get manifest(): PluginManifest {
    return this.#options.manifest;
  }

  /** Names its thread to the engine; undefined unless it runs. */
  get sandboxId(): number | undefined {
    return this.#life.kind === 'running' ? this.threadId : undefined;
  }

  /** The same, from when it starts on: what one thread asks for, another knows nothing of. */
  get threadId(): number | undefined {
    return this.#line?.id;
  }

  get figures(): PluginFigures {
    const { calls, faults, restarts, totalUs, maxUs } = this.#figures;
    return { calls, faults, restarts, refused: this.#guard.refused, meanUs: calls === 0 ? 0 : totalUs / calls, maxUs };
  }

  /** Does nothing while it is up; one that was stopped for breaking is tried anew. */
  start(): void {
    this.#step({ type: 'start' });
  }

  /** Ends it at once. What was to be called is not. */
  stop(): void {
    this.#step({ type: 'stop' });
  }

  hasHook(hook: EventHook): boolean {
    return this.#options.manifest.hooks.includes(hook);
  }

  /**
   * Calls a hook. While the plugin starts, calls wait; of more than `MAX_WAITING_CALLS` some are left out (`CallQueue`). A plugin without this
   * hook answers as one that does nothing. A rejection that nobody looks at does no harm.
   *
   * @throws SwitchboardError `plugin.answer_invalid`, `plugin.timed_out`, `plugin.crashed`, `plugin.quota`, `plugin.start_failed`,
   *   `plugin.module_refused`; it is on its own log already, and who asked goes on as if the plugin was not there
   */
  call<H extends HookOf<T>>(hook: H, event: HookEvent<T, H>): Promise<HookResult<T, H>> {
    const answer = this.#call(hook, event) as Promise<HookResult<T, H>>;
    answer.catch(() => undefined);
    return answer;
  }

  /** From now on; tells the plugin. */
  setConfig(config: PluginConfig): void {
    this.#config = config;
    this.#line?.post({ type: 'config', config });
    if (this.#life.kind === 'running') this.#tellConfig();
  }

  /** Who is in the room, for plugins that may know: a call has those of the moment at which it was asked for. */
  setMembers(members: PluginMembers): void {
    this.#members = members;
    if (this.#calls.isIdle) this.#postMembers(members);
  }

  async #call(hook: EventHook, event: object, first = false): Promise<unknown> {
    const schemas = schemasOf(this.#options.target, hook);
    if (!this.hasHook(hook)) return v.parse(schemas.result, undefined);
    const input = this.#input(hook, event);
    if (!isUp(this.#life)) throw this.#downError();
    const output = await this.#calls.ask(hook, input, this.#members, first);
    const checked = v.safeParse(schemas.result, output === '' ? undefined : parseJson(output), { abortEarly: true });
    if (checked.success) return checked.output;
    throw this.#fault(hook, answerError(hook, v.getDotPath(checked.issues[0])));
  }

  /** JSON. */
  #input(hook: EventHook, event: object): string {
    const schemas = schemasOf(this.#options.target, hook);
    return JSON.stringify(v.parse(schemas.event, { ...event, ...this.#envelope() }));
  }

  /** The settings may be others than when it was asked for. */
  #inputNow({ hook, input }: PluginCall): string {
    return hook === 'on_config' ? this.#input(hook, { config: this.#config }) : input;
  }

  #envelope(): object {
    const { epochMs, random } = this.#options;
    return {
      v: 1,
      nowMs: Math.floor(epochMs()),
      seed: Math.floor(random() * 2 ** 21) * 2 ** 32 + Math.floor(random() * 2 ** 32),
    };
  }

  #step(event: PluginLifeEvent): void {
    const before = this.#life;
    const { life, effects } = transition(before, event);
    if (life === before) return;
    this.#life = life;
    if (life.kind === 'restarting') this.#figures.restarts++;
    for (const effect of effects) {
      if (effect === 'close') this.#close();
      else this.#open();
    }
    if (!isUp(life)) this.#calls.rejectAll(this.#downError());
    this.#options.events.changed(life);
  }

  #open(): void {
    const { manifest, wasm, target } = this.#options;
    const line = this.#options.open({
      message: (message) => this.#line === line && this.#take(message),
      stuck: () =>
        this.#line === line && this.#broke(pluginProblem('plugin.timed_out', 'It held up too many frames of sound.')),
      ended: (reason) =>
        this.#line === line &&
        this.#broke(pluginProblem('plugin.crashed', `Its thread ended: ${asSentence(shownReason(reason))}`)),
    });
    this.#line = line;
    this.#limitStart(LOAD_TIMEOUT_MS);
    line.post({ type: 'start', wasm, manifest, target, config: this.#config, ...this.#guard.begin() });
    this.#postedMembers = undefined;
    this.#postMembers(this.#members);
  }

  #close(): void {
    this.#cancelStart();
    this.#cancelTimer();
    this.#line?.close();
    this.#line = undefined;
    const call = this.#calls.interrupt();
    call?.reject(this.#fault(call.hook, this.#downError()));
    // The next thread's requests have the same numbers.
    this.#calls.rejectAll(this.#downError(), 'on_http');
  }

  #take(unchecked: unknown): void {
    const heard = this.#guard.hear(unchecked, this.#calls.calling);
    switch (heard.kind) {
      case 'message':
        this.#handle(heard.message);
        return;
      case 'refused':
        this.#refuse(heard.message);
        return;
      case 'broken':
        this.#broke(heard.problem);
        return;
    }
  }

  /** A request is always answered. */
  #refuse(message: FromSandbox): void {
    if (message.type !== 'act' || message.act.type !== 'http.fetch') return;
    const { requestId } = message.act;
    void this.#call('on_http', { requestId, status: null, body: '', error: 'Too many requests in a minute.' }).catch(
      () => undefined,
    );
  }

  #handle(message: FromSandbox): void {
    switch (message.type) {
      case 'loaded':
        this.#limitStart(PLUGIN_START_TIMEOUT_MS);
        return;
      case 'started':
        this.#started();
        return;
      case 'failed':
        this.#broke(this.#life.kind === 'running' ? breakProblem(message.fault) : startProblem(message.fault));
        return;
      case 'result':
        this.#answered(message);
        return;
      case 'fault':
        this.#failed(message.id, message.fault);
        return;
      case 'log':
        this.#log(message.level, message.text);
        return;
      case 'stored':
        this.#options.events.stored(message.key, message.value);
        return;
      case 'act':
        this.#options.events.act(message.act);
        return;
    }
  }

  /** Its start is over within this from now. */
  #limitStart(limitMs: number): void {
    if (this.#life.kind === 'running') return;
    this.#cancelStart();
    this.#cancelStart = afterGrace(this.#options.clock, limitMs, () =>
      this.#broke(pluginProblem('plugin.start_failed', `It took longer than ${limitMs} ms.`)),
    );
  }

  #started(): void {
    if (this.#life.kind === 'running') return;
    this.#cancelStart();
    this.#step({ type: 'started' });
    this.#tellConfig();
    this.#waitForTimer();
    this.#calls.resume();
  }

  #answered({ id, output, costUs }: Extract<FromSandbox, { type: 'result' }>): void {
    const call = this.#calls.answered(id);
    if (call === undefined) return;
    this.#figures.totalUs += costUs;
    this.#figures.maxUs = Math.max(this.#figures.maxUs, costUs);
    call.resolve(output);
  }

  #failed(id: number, fault: SandboxFault): void {
    if (endsThread(fault)) {
      this.#broke(breakProblem(fault));
      return;
    }
    const error = problemError(pluginProblem('plugin.answer_invalid', asSentence(fault.reason)));
    const call = this.#calls.answered(id);
    call?.reject(this.#fault(call.hook, error));
  }

  #broke(problem: Problem): void {
    // Before what follows from it.
    this.#log('error', problem.message);
    this.#step({ type: 'broke', problem: this.#problemAt(problem), atMs: this.#options.clock.nowMs() });
  }

  /** Whatever keeps a plugin from starting, it has not started. */
  #problemAt(problem: Problem): Problem {
    if (this.#life.kind === 'running' || problem.code === 'plugin.module_refused') return problem;
    return problem.code === 'plugin.start_failed'
      ? problem
      : pluginProblem('plugin.start_failed', problem.reason ?? '');
  }

  #downError(): SwitchboardError {
    if ('problem' in this.#life) return problemError(this.#life.problem);
    return new SwitchboardError('plugin.not_found', 'The plugin is switched off.');
  }

  /** Counts and notes a failed call. */
  #fault(hook: EventHook, error: SwitchboardError): SwitchboardError {
    // It is not the plugin's fault that it was switched off.
    if (error.code !== 'plugin.not_found') this.#figures.faults++;
    if (error.code === 'plugin.answer_invalid') this.#log('warn', `${hook}: ${error.message}`);
    return error;
  }

  #log(level: LogLevel, text: string): void {
    this.#options.events.log({ timeMs: Math.floor(this.#options.epochMs()), level, text });
  }

  #tellConfig(): void {
    // One that waits tells the settings of when it begins.
    if (this.#calls.isWaiting('on_config')) return;
    void this.#call('on_config', { config: this.#config }, true).catch(() => undefined);
  }

  #postMembers(members: PluginMembers | undefined): void {
    const { permissions } = this.#options.manifest;
    if (members === undefined || members === this.#postedMembers) return;
    if (this.#line === undefined || !permissions.some(({ name }) => name === 'members.read')) return;
    this.#postedMembers = members;
    this.#line.post({ type: 'members', members });
  }

  /** The next one is due so long after this one was done: a slow plugin is not called more and more. */
  #waitForTimer(): void {
    const { timerS } = this.#options.manifest;
    if (timerS === undefined) return;
    const line = this.#line;
    this.#cancelTimer = this.#options.clock.after(timerS * 1000, () => {
      void this.#call('on_timer', {})
        .catch(() => undefined)
        .then(() => this.#line === line && this.#waitForTimer());
    });
  }
}

/** @param field null for the whole */
function answerError(hook: EventHook, field: string | null): SwitchboardError {
  const { code, message } = pluginProblem('plugin.answer_invalid', `${hook}: ${field ?? 'it'} is not as it must be.`);
  return new SwitchboardError(code, message, field === null ? {} : { field });
}

/** What is no JSON fits no schema. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Symbol('not JSON');
  }
}
