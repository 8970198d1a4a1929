import {
  checkConfig,
  CLIENT_HOOKS,
  pluginMembers,
  pluginTarget,
  SERVER_HOOKS,
  type EventHook,
  type PluginConfig,
  type PluginManifest,
  type PluginMembers,
  type PluginTarget,
} from '@switchboard/protocol';
import * as v from 'valibot';
import { ToolError } from './tool-io.ts';

const json = v.custom<unknown>(() => true);

/** `events.json`: what a plugin is told in a test, and what it is to do. */
export const recordedEvents = v.object({
  /** Where it is to run; the first of its targets, if nothing is said. */
  target: v.optional(pluginTarget),
  /** Settings; those that are absent are as the plugin has them. */
  config: v.optional(v.record(v.string(), json), {}),
  /** What it has kept, as text, by key. */
  storage: v.optional(v.record(v.string(), v.string()), {}),
  /** What `members` tells it. */
  members: v.optional(pluginMembers),
  calls: v.optional(
    v.array(
      v.object({
        hook: v.string(),
        /** `v`, `nowMs` and `seed` may be left out. */
        event: v.optional(v.record(v.string(), json), {}),
        /** What its answer has to hold, at least; null for no answer. */
        expect: v.optional(json),
        /** What it has to ask of its host meanwhile, in order. */
        acts: v.optional(v.array(json)),
      }),
    ),
    [],
  ),
});

export interface RecordedCall {
  readonly hook: EventHook;
  /** As JSON. */
  readonly input: string;
  /** Undefined where it does not matter. */
  readonly expect: unknown;
  readonly acts: readonly unknown[] | undefined;
}

export interface Recording {
  readonly target: PluginTarget;
  readonly config: PluginConfig;
  readonly storage: Readonly<Record<string, Uint8Array>>;
  readonly members: PluginMembers | undefined;
  readonly calls: readonly RecordedCall[];
}

/** Of an event that does not say. */
const ENVELOPE = { v: 1, nowMs: 0, seed: 0 };
const EMPTY = new TextEncoder().encode('{}');

/**
 * @param bytes of the file; undefined where there is none: then nothing is called
 * @param wantedTarget instead of what the file says
 * @throws ToolError that names the file and the field
 */
export function readRecording(
  bytes: Uint8Array | undefined,
  file: string,
  manifest: PluginManifest,
  wantedTarget?: PluginTarget,
): Recording {
  const checked = v.safeParse(recordedEvents, parsedJson(bytes ?? EMPTY, file));
  if (!checked.success) throw faultIn(file, checked.issues[0]);
  const { target: ownTarget, config, storage, members, calls } = checked.output;
  const target = wantedTarget ?? ownTarget ?? manifest.targets[0] ?? 'client';
  if (!manifest.targets.includes(target)) throw new ToolError(`${file}: the plugin has no target ${target}.`);
  const settings = checkConfig(manifest.config, config);
  if (!settings.ok) throw new ToolError(`${file}: config.${settings.field} ${settings.fault}.`);
  return {
    target,
    config: settings.config,
    storage: Object.fromEntries(
      Object.entries(storage).map(([key, text]) => [key, new TextEncoder().encode(text)] as const),
    ),
    members,
    calls: calls.map(({ hook, event, expect, acts }, index) => {
      const field = `calls.${index}`;
      const schema = eventSchema(target, hook);
      if (schema === undefined) throw new ToolError(`${file}: ${field}.hook: a ${target} calls no hook "${hook}".`);
      if (!manifest.hooks.some((own) => own === hook)) {
        throw new ToolError(`${file}: ${field}.hook: plugin.json does not name ${hook}.`);
      }
      const whole = v.safeParse(schema, { ...ENVELOPE, ...event });
      if (!whole.success) throw faultIn(file, whole.issues[0], `${field}.event`);
      return { hook: hook as EventHook, input: JSON.stringify(whole.output), expect, acts };
    }),
  };
}

function eventSchema(target: PluginTarget, hook: string): v.GenericSchema | undefined {
  const hooks: Readonly<Record<string, { readonly event: v.GenericSchema }>> =
    target === 'client' ? CLIENT_HOOKS : SERVER_HOOKS;
  return Object.hasOwn(hooks, hook) ? hooks[hook]?.event : undefined;
}

function parsedJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw new ToolError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function faultIn(file: string, issue: v.BaseIssue<unknown>, below?: string): ToolError {
  const field = [below ?? [], v.getDotPath(issue) ?? []].flat().join('.');
  return new ToolError(`${file}: ${field === '' ? '' : `${field}: `}${issue.message}.`);
}
