import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkConfig,
  CLIENT_HOOKS,
  FRAME_SAMPLES,
  pluginManifest,
  SERVER_HOOKS,
  type AudioHook,
  type EventHook,
  type PluginConfig,
  type PluginManifest,
  type PluginMembers,
  type PluginTarget,
} from '@switchboard/protocol';
import * as v from 'valibot';
import { Sandbox } from '../../../client/plugins/sandbox/sandbox.ts';
import type { FromSandbox, PluginAct, StoredValues } from '../../../client/plugins/sandbox-messages.ts';
import { sha256Hex } from '../../../client/plugins/package/package-crypto.ts';

const PLUGINS = join(import.meta.dirname, '../..');
const START_MS = 1_763_769_600_000;
const WARM_UP_MS = 60_000;

export interface BenchSetup {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly storage?: StoredValues;
  readonly target?: PluginTarget;
  /** Instead of the manifest's. */
  readonly limits?: Partial<PluginManifest['limits']>;
}

type Told<T extends FromSandbox['type']> = Extract<FromSandbox, { type: T }>;

/** A plugin in the sandbox that it will have, on a test's own clock. What it does to the world is written down. */
export class PluginBench {
  readonly manifest: PluginManifest;
  readonly acts: PluginAct[] = [];
  readonly logged: string[] = [];
  /** As text, by key. */
  readonly stored = new Map<string, string>();
  /** Of the events, and of what is allowed in a minute. */
  nowMs = START_MS;
  seed = 1;
  readonly #sandbox: Sandbox;
  readonly #target: PluginTarget;
  #told: Told<'started' | 'failed' | 'result' | 'fault'>[] = [];
  #calls = 0;
  #frames = 0;

  private constructor(manifest: PluginManifest, target: PluginTarget) {
    this.manifest = manifest;
    this.#target = target;
    this.#sandbox = new Sandbox({ post: (message) => this.#hear(message), nowMs: () => this.nowMs });
  }

  /** @throws Error if the plugin does not start */
  static async start(name: string, wasmFile: string, setup: BenchSetup = {}): Promise<PluginBench> {
    const wasm = new Uint8Array(await readFile(wasmFile));
    const json = JSON.parse(await readFile(join(PLUGINS, name, 'plugin.json'), 'utf8')) as PluginManifest;
    const parsed = v.parse(pluginManifest, { ...json, sha256: await sha256Hex(wasm) });
    const manifest = { ...parsed, limits: { ...parsed.limits, ...setup.limits } };
    const target = setup.target ?? manifest.targets[0]!;
    const bench = new PluginBench(manifest, target);
    const config = bench.#checked(setup.config ?? {});
    bench.#sandbox.receive({ type: 'start', wasm, manifest, target, config, storage: setup.storage ?? {} });
    const [answer] = bench.#told.splice(0);
    if (answer?.type !== 'started') throw new Error(answer?.type === 'failed' ? answer.fault.reason : 'did not start');
    if (manifest.hooks.includes('on_config')) bench.call('on_config', { config });
    return bench;
  }

  configure(settings: Readonly<Record<string, unknown>>): void {
    const config = this.#checked(settings);
    this.#sandbox.receive({ type: 'config', config });
    if (this.manifest.hooks.includes('on_config')) this.call('on_config', { config });
  }

  setMembers(members: PluginMembers): void {
    this.#sandbox.receive({ type: 'members', members });
  }

  /**
   * Tells the plugin an event, without its envelope.
   * @returns what it answered, which fits the hook's schema
   * @throws Error if the call failed, with the plugin's reason
   */
  call(hook: EventHook, event: object = {}): Readonly<Record<string, unknown>> {
    const schema = this.#hook(hook);
    const whole = v.parse(schema.event, { v: 1, nowMs: Math.round(this.nowMs), seed: this.seed++, ...event });
    this.#sandbox.receive({ type: 'call', id: ++this.#calls, hook, input: JSON.stringify(whole) });
    const [answer] = this.#told.splice(0);
    if (answer?.type !== 'result') throw new Error(answer?.type === 'fault' ? answer.fault.reason : 'no answer');
    const output: unknown = answer.output === '' ? undefined : JSON.parse(answer.output);
    return v.parse(schema.result, output) as Readonly<Record<string, unknown>>;
  }

  /** @throws Error if the plugin failed */
  frame(samples: Float32Array, hook: AudioHook = 'on_audio_frame_captured', speaker = 0): Float32Array<ArrayBuffer> {
    const given = Float32Array.from(samples);
    const { failed, samples: changed } = this.#sandbox.frame({
      sequence: this.#frames++,
      hook,
      speaker,
      samples: given,
    });
    if (failed) throw new Error(`the frame failed: ${this.logged.at(-1) ?? ''}`);
    return changed;
  }

  /** The sound frame by frame, as far as there are whole ones. */
  process(sound: Float32Array): Float32Array<ArrayBuffer> {
    const changed = new Float32Array(Math.floor(sound.length / FRAME_SAMPLES) * FRAME_SAMPLES);
    for (let at = 0; at < changed.length; at += FRAME_SAMPLES) {
      changed.set(this.frame(sound.subarray(at, at + FRAME_SAMPLES)), at);
    }
    return changed;
  }

  /** So that no quota of a minute counts what was before. */
  passMinute(): void {
    this.nowMs += WARM_UP_MS;
  }

  #hook(hook: EventHook): { readonly event: v.GenericSchema; readonly result: v.GenericSchema } {
    const hooks: Readonly<Record<string, { event: v.GenericSchema; result: v.GenericSchema } | undefined>> =
      this.#target === 'client' ? CLIENT_HOOKS : SERVER_HOOKS;
    const schema = hooks[hook];
    if (schema === undefined) throw new Error(`${this.#target} has no ${hook}`);
    return schema;
  }

  #checked(settings: Readonly<Record<string, unknown>>): PluginConfig {
    const checked = checkConfig(this.manifest.config, settings);
    if (!checked.ok) throw new Error(`${checked.field} ${checked.fault}`);
    return checked.config;
  }

  #hear(message: FromSandbox): void {
    switch (message.type) {
      case 'act':
        this.acts.push(message.act);
        return;
      case 'log':
        this.logged.push(message.text);
        return;
      case 'stored':
        if (message.value === null) this.stored.delete(message.key);
        else this.stored.set(message.key, new TextDecoder().decode(message.value));
        return;
      case 'loaded':
        // Said by a thread, which there is none of here.
        return;
      default:
        this.#told.push(message);
    }
  }
}
