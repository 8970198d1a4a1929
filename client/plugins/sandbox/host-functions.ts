import {
  MAX_PLUGIN_CLIP_SAMPLES,
  MAX_PLUGIN_HOST_CALLS,
  MAX_PLUGIN_LOG_LINE_LENGTH,
  PLUGIN_REFUSED,
  pluginFetch,
  pluginMessage,
  status,
  type PluginConfig,
  type PluginManifest,
  type PluginMembers,
  type PluginTarget,
} from '@switchboard/protocol';
import * as v from 'valibot';
import { ActQuota } from '../act-quota.ts';
import { fetchFault } from '../fetch-rules.ts';
import type { FromSandbox, LogLevel, PluginAct, SpentQuotas, StoredValues } from '../sandbox-messages.ts';
import { abiFunction, ENV_MODULE, USER_MODULE } from './abi.ts';
import type { Kernel } from './kernel.ts';
import { StoredMap } from './stored-map.ts';

const SAMPLE_BYTES = 2;
/** Extism's numbers for how much is logged. */
const LOG_LEVEL_DEBUG = 1;

const encoder = new TextEncoder();
/** As Extism reads names and lines of the log: what is no UTF-8 is replaced. */
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface HostFunctionsParts {
  readonly kernel: Kernel;
  readonly manifest: PluginManifest;
  readonly target: PluginTarget;
  readonly config: PluginConfig;
  readonly storage: StoredValues;
  readonly spent?: SpentQuotas | undefined;
  readonly post: (message: FromSandbox, transfer?: readonly ArrayBuffer[]) => void;
  readonly nowMs: () => number;
}

/**
 * What a plugin can ask of its host, as far as JavaScript has to do with it: the kernel answers the rest. Nothing here believes what it is given, and
 * nothing throws but the kernel's traps.
 */
export class HostFunctions {
  readonly #kernel: Kernel;
  readonly #manifest: PluginManifest;
  readonly #target: PluginTarget;
  readonly #post: HostFunctionsParts['post'];
  readonly #quota: ActQuota;
  readonly #stored: StoredMap;
  #config: PluginConfig;
  /** As JSON. */
  #members: Uint8Array = encoder.encode(JSON.stringify({ room: null, members: [] } satisfies PluginMembers));
  #isOutside = false;
  #isRehearsing = false;
  #calls = 0;
  #requests = 0;

  constructor({ kernel, manifest, target, config, storage, spent, post, nowMs }: HostFunctionsParts) {
    this.#kernel = kernel;
    this.#manifest = manifest;
    this.#target = target;
    this.#config = config;
    this.#post = post;
    this.#quota = new ActQuota({ nowMs }, spent);
    this.#stored = new StoredMap(storage, manifest.limits.storageBytes);
    if (manifest.permissions.some(({ name }) => name === 'log')) kernel.logLevel = LOG_LEVEL_DEBUG;
  }

  set config(config: PluginConfig) {
    this.#config = config;
  }

  set members(members: PluginMembers) {
    this.#members = encoder.encode(JSON.stringify(members));
    this.#isOutside = members.room === null;
  }

  /** What the plugin is linked to: functions of the kernel, and ours. Those that it may not call are not among them. */
  imports(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    return {
      [ENV_MODULE]: this.#granted(ENV_MODULE, { ...this.#kernel.exports, ...this.#environment() }),
      [USER_MODULE]: this.#granted(USER_MODULE, { speaker: this.#kernel.exports.speaker, ...this.#acts() }),
    };
  }

  /** What the plugin does in this leads to nothing outside of it. */
  rehearse(work: () => void): void {
    this.#isRehearsing = true;
    try {
      work();
    } finally {
      this.#isRehearsing = false;
    }
  }

  /** A call of the plugin begins. */
  begin(): void {
    this.#calls = 0;
  }

  /** The call is over, however it went. */
  end(): void {
    this.#stored.tellChanges((key, value) => {
      this.#post({ type: 'stored', key, value }, value === null ? [] : [value.buffer]);
    });
  }

  /** The plugin was stopped because it called too often. */
  get isFlooded(): boolean {
    return this.#calls > MAX_PLUGIN_HOST_CALLS;
  }

  /** Writes a line into the plugin's log, unless it has written too many. */
  log(level: LogLevel, text: string): void {
    if (this.#isRehearsing || !this.#quota.take('log')) return;
    this.#post({ type: 'log', level, text: text.slice(0, MAX_PLUGIN_LOG_LINE_LENGTH).toWellFormed() });
  }

  #granted(module: string, functions: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const granted = new Set<string | undefined>(this.#manifest.permissions.map(({ name }) => name)).add(undefined);
    return Object.fromEntries(
      Object.entries(functions).filter(([name]) => {
        const known = abiFunction(module, name);
        return known !== undefined && granted.has(known.permission);
      }),
    );
  }

  #environment(): Readonly<Record<string, (...handles: bigint[]) => unknown>> {
    return {
      config_get: this.#counted((key) => this.#configGet(key)),
      var_get: this.#counted((key) => this.#variableGet(key)),
      var_set: this.#counted((key, value) => this.#variableSet(key, value)),
      log_trace: this.#counted((line) => void this.#takeText(line)),
      log_debug: this.#counted((line) => this.#logLine('debug', line)),
      log_info: this.#counted((line) => this.#logLine('info', line)),
      log_warn: this.#counted((line) => this.#logLine('warn', line)),
      log_error: this.#counted((line) => this.#logLine('error', line)),
    };
  }

  #acts(): Readonly<Record<string, (...handles: bigint[]) => unknown>> {
    return {
      send_message: this.#counted((json) => BigInt(this.#sendMessage(json))),
      set_status: this.#counted((text) => BigInt(this.#setStatus(text))),
      play_clip: this.#counted((samples) => BigInt(this.#playClip(samples))),
      http_fetch: this.#counted((json) => BigInt(this.#httpFetch(json))),
      members: this.#counted(() => this.#kernel.store(this.#members)),
    };
  }

  #counted(of: (one: bigint, other: bigint) => unknown): (...handles: bigint[]) => unknown {
    return (one = 0n, other = 0n) => {
      if (++this.#calls > MAX_PLUGIN_HOST_CALLS) this.#kernel.stop();
      return of(one, other);
    };
  }

  #configGet(key: bigint): bigint {
    const name = this.#takeText(key);
    if (name === undefined || !Object.hasOwn(this.#config, name)) return 0n;
    return this.#kernel.store(encoder.encode(String(this.#config[name])));
  }

  #variableGet(key: bigint): bigint {
    const name = this.#takeText(key);
    const value = name === undefined ? undefined : this.#stored.get(name);
    return value === undefined ? 0n : this.#kernel.store(value);
  }

  #variableSet(key: bigint, handle: bigint): void {
    const block = this.#kernel.blockOf(key);
    if (block === undefined || this.#isRehearsing) return;
    const name = lenient.decode(this.#kernel.view(block));
    if (handle === 0n) {
      this.#stored.delete(name);
      return;
    }
    const value = this.#kernel.blockOf(handle);
    if (value === undefined) return;
    const fault = this.#stored.set(name, this.#kernel.view(value).slice());
    if (fault !== undefined) this.#kernel.setError(encoder.encode(fault));
  }

  #logLine(level: LogLevel, line: bigint): void {
    const text = this.#takeText(line);
    if (text !== undefined) this.log(level, text);
  }

  /** The text of a block that is the host's to free. */
  #takeText(handle: bigint): string | undefined {
    const block = this.#kernel.blockOf(handle);
    if (block === undefined) return undefined;
    const text = lenient.decode(this.#kernel.view(block));
    this.#kernel.free(block);
    return text;
  }

  #sendMessage(handle: bigint): number {
    const message = this.#json(handle, pluginMessage, 'send_message');
    if (message === undefined) return PLUGIN_REFUSED.invalid;
    // A server has many rooms, and nobody's own.
    if (this.#target === 'server' && message.roomId === undefined) {
      this.log('warn', 'send_message needs a roomId at a server.');
      return PLUGIN_REFUSED.invalid;
    }
    return this.#act({ type: 'message.send', message });
  }

  #setStatus(handle: bigint): number {
    const checked = v.safeParse(status, this.#text(handle));
    if (!checked.success) return PLUGIN_REFUSED.invalid;
    return this.#act({ type: 'status.set', status: checked.output.toWellFormed() });
  }

  #playClip(handle: bigint): number {
    const block = this.#kernel.blockOf(handle);
    if (block === undefined) return PLUGIN_REFUSED.invalid;
    const bytes = this.#kernel.view(block);
    const samples = bytes.length / SAMPLE_BYTES;
    if (!Number.isInteger(samples) || samples < 1 || samples > MAX_PLUGIN_CLIP_SAMPLES) return PLUGIN_REFUSED.invalid;
    const copy = bytes.slice();
    return this.#act({ type: 'clip.play', samples: new Int16Array(copy.buffer) }, [copy.buffer]);
  }

  #httpFetch(handle: bigint): number {
    const request = this.#json(handle, pluginFetch, 'http_fetch');
    if (request === undefined) return PLUGIN_REFUSED.invalid;
    const hosts = this.#manifest.permissions.flatMap((one) => (one.name === 'http' ? one.hosts : []));
    const fault = fetchFault(request, hosts);
    if (fault !== undefined) {
      this.log('warn', `http_fetch: ${fault}`);
      return PLUGIN_REFUSED.invalid;
    }
    const requestId = this.#requests + 1;
    const answer = this.#act({ type: 'http.fetch', requestId, request });
    if (answer < 0) return answer;
    this.#requests = requestId;
    return requestId;
  }

  #act(act: PluginAct, transfer: readonly ArrayBuffer[] = []): number {
    if (this.#isRehearsing) return PLUGIN_REFUSED.unavailable;
    if (this.#isOutside && this.#target === 'client' && act.type !== 'http.fetch') return PLUGIN_REFUSED.unavailable;
    if (!this.#quota.take(act.type)) return PLUGIN_REFUSED.quota;
    this.#post({ type: 'act', act }, transfer);
    return 0;
  }

  /** What a plugin gives the function of this name; undefined, and a word in the log, where it is not what is wanted. */
  #json<T>(handle: bigint, schema: v.GenericSchema<unknown, T>, name: string): T | undefined {
    const checked = v.safeParse(schema, parsed(this.#text(handle)), { abortEarly: true });
    if (checked.success) return checked.output;
    const [issue] = checked.issues;
    this.log('warn', `${name}: ${[v.getDotPath(issue) ?? '', issue.message].join(' ').trim()}`);
    return undefined;
  }

  /** Strict UTF-8, else undefined. */
  #text(handle: bigint): string | undefined {
    const block = this.#kernel.blockOf(handle);
    if (block === undefined) return undefined;
    try {
      return strict.decode(this.#kernel.view(block));
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
