import * as v from 'valibot';
import { counter, hex } from '../control/model.ts';
import { pluginConfigSchema } from './plugin-config.ts';
import { ALL_HOOKS, AUDIO_HOOKS, CLIENT_HOOKS, SERVER_HOOKS, type PluginHook } from './plugin-hooks.ts';
import {
  MAX_PLUGIN_MEMORY_PAGES,
  MAX_PLUGIN_STORAGE_BYTES,
  MAX_PLUGIN_TIMER_S,
  MIN_PLUGIN_TIMER_S,
  PLUGIN_CALL_TIMEOUT_MS,
} from './plugin-limits.ts';

/** Where a plugin runs: with one person's voice, or in the server for everyone. */
export const pluginTarget = v.picklist(['client', 'server']);
export type PluginTarget = v.InferOutput<typeof pluginTarget>;

const text = (maxLength: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(maxLength));

/** Lower-case names with dots or hyphens between them: `voice-changer`, `org.example.dice`. */
export const pluginId = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(
    /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/,
    'must be lower-case letters and digits, with single dots or hyphens between',
  ),
);

/** Semantic versioning 2.0 without build metadata. */
export const pluginVersion = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(
    /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9a-z]+([.-][0-9a-z]+)*)?$/,
    'must be a version such as 1.2.0',
  ),
);

/** A host as it stands in a URL: no scheme, no port, no wildcard. */
const host = v.pipe(
  v.string(),
  v.maxLength(253),
  v.regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the name of a host'),
  v.check((name) => !isOfOnesOwnNetwork(name), 'must be a host of the internet'),
);

/** Names that lead nowhere but into somebody's own machine or network: RFC 6761, 6762, 8375, and ICANN's `internal`. */
const OWN_NETWORK = ['localhost', 'local', 'internal', 'home.arpa'];

function isOfOnesOwnNetwork(name: string): boolean {
  return OWN_NETWORK.some((own) => name === own || name.endsWith(`.${own}`));
}

/** Each host function is behind one of these; hooks that hear or read are asked for by themselves. */
export const pluginPermission = v.variant('name', [
  v.object({ name: v.literal('log') }),
  v.object({ name: v.literal('message.send') }),
  v.object({ name: v.literal('storage') }),
  v.object({ name: v.literal('http'), hosts: v.pipe(v.array(host), v.minLength(1), v.maxLength(16)) }),
  v.object({ name: v.literal('clip.play') }),
  v.object({ name: v.literal('members.read') }),
  v.object({ name: v.literal('status.set') }),
]);
export type PluginPermission = v.InferOutput<typeof pluginPermission>;
export type PluginPermissionName = PluginPermission['name'];

/** What a server has not: a microphone, and a status of its own. */
const CLIENT_ONLY: readonly PluginPermissionName[] = ['clip.play', 'status.set'];

/** The name that follows the slash. */
export const commandName = v.pipe(
  v.string(),
  v.maxLength(32),
  v.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
);

export const pluginCommand = v.object({
  name: commandName,
  description: text(100),
  arguments: v.optional(
    v.pipe(
      v.array(
        v.object({
          name: text(32),
          description: v.optional(text(100)),
          required: v.optional(v.boolean(), false),
          /** Offered while one types. */
          choices: v.optional(v.pipe(v.array(text(64)), v.maxLength(50)), []),
        }),
      ),
      v.maxLength(8),
    ),
    [],
  ),
});
export type PluginCommand = v.InferOutput<typeof pluginCommand>;

const limits = v.object({
  memoryPages: v.optional(v.pipe(counter, v.minValue(1), v.maxValue(MAX_PLUGIN_MEMORY_PAGES)), MAX_PLUGIN_MEMORY_PAGES),
  callMs: v.optional(v.pipe(counter, v.minValue(1), v.maxValue(PLUGIN_CALL_TIMEOUT_MS)), PLUGIN_CALL_TIMEOUT_MS),
  storageBytes: v.optional(v.pipe(counter, v.maxValue(MAX_PLUGIN_STORAGE_BYTES)), MAX_PLUGIN_STORAGE_BYTES),
});

function unique<T>(of: (item: T) => string): v.CheckAction<T[], string> {
  return v.check((items) => new Set(items.map(of)).size === items.length, 'must not repeat themselves');
}

const shape = v.object({
  /** Of this form; 1. */
  schema: v.literal(1),
  id: pluginId,
  version: pluginVersion,
  abi: v.pipe(counter, v.minValue(1)),
  name: text(64),
  description: text(300),
  author: text(100),
  /** An SPDX expression. */
  licence: text(100),
  homepage: v.optional(v.pipe(v.string(), v.maxLength(300), v.url(), v.startsWith('https://'))),
  targets: v.pipe(v.array(pluginTarget), v.minLength(1), unique<PluginTarget>(String)),
  hooks: v.pipe(v.array(v.picklist(ALL_HOOKS)), v.minLength(1), unique<PluginHook>(String)),
  commands: v.optional(
    v.pipe(
      v.array(pluginCommand),
      v.maxLength(16),
      unique<PluginCommand>(({ name }) => name),
    ),
    [],
  ),
  permissions: v.optional(
    v.pipe(
      v.array(pluginPermission),
      unique<PluginPermission>(({ name }) => name),
    ),
    [],
  ),
  limits: v.optional(limits, {}),
  /** Seconds between two calls of `on_timer`. */
  timerS: v.optional(v.pipe(counter, v.minValue(MIN_PLUGIN_TIMER_S), v.maxValue(MAX_PLUGIN_TIMER_S))),
  /** Its settings: JSON Schema of an object, as far as `pluginConfigSchema` goes. */
  config: v.optional(pluginConfigSchema, { type: 'object', properties: {} }),
  /** Of `plugin.wasm`. */
  sha256: hex(32),
  /** The publisher's Ed25519 key; the package then holds a signature. */
  publisher: v.optional(hex(32)),
});
type Shape = v.InferOutput<typeof shape>;

/** Every hook is one of the targets', so that none waits for what never comes. */
function hooksMeetTargets({ hooks, targets }: Shape): boolean {
  const known = new Set<string>();
  if (targets.includes('client')) for (const hook of [...Object.keys(CLIENT_HOOKS), ...AUDIO_HOOKS]) known.add(hook);
  if (targets.includes('server')) for (const hook of Object.keys(SERVER_HOOKS)) known.add(hook);
  return hooks.every((hook) => known.has(hook));
}

/** What one field demands of another. */
const DEMANDS: readonly {
  readonly field: keyof Shape;
  readonly message: string;
  readonly isMet: (manifest: Shape) => boolean;
}[] = [
  { field: 'hooks', message: 'has a hook that none of the targets calls', isMet: hooksMeetTargets },
  {
    field: 'commands',
    message: 'needs the hook on_command',
    isMet: ({ commands, hooks }) => commands.length === 0 || hooks.includes('on_command'),
  },
  {
    field: 'timerS',
    message: 'goes with the hook on_timer',
    isMet: ({ timerS, hooks }) => (timerS !== undefined) === hooks.includes('on_timer'),
  },
  {
    field: 'permissions',
    message: 'has one that a server cannot grant',
    isMet: ({ permissions, targets }) =>
      targets.includes('client') || permissions.every(({ name }) => !CLIENT_ONLY.includes(name)),
  },
];

/** `plugin.json`: all that is known of a plugin before it runs. */
export const pluginManifest = v.pipe(
  shape,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const { field, message, isMet } of DEMANDS) {
      if (isMet(input)) continue;
      addIssue({
        message,
        path: [{ type: 'object', origin: 'value', input: { ...input }, key: field, value: input[field] }],
      });
    }
  }),
);
export type PluginManifest = v.InferOutput<typeof pluginManifest>;

/**
 * What a person agrees to, each a name that never changes its meaning: `permission:storage`, `host:api.example.org`, `hook:on_message`. An
 * update that wants one more is asked for again.
 */
export type PluginConsent = `permission:${PluginPermissionName}` | `host:${string}` | `hook:${PluginHook}`;

/** Hooks that hear, read, change or decide, or learn who is there: not those that know nothing of people who did not ask. */
const SENSITIVE_HOOKS: readonly PluginHook[] = [
  'on_audio_frame_captured',
  'on_audio_frame_received',
  'on_message',
  'on_message_send',
  'on_user_join_channel',
  'on_user_leave_channel',
  'on_connect',
  'on_speaking',
];

export function consentsOf({
  permissions,
  hooks,
}: Pick<PluginManifest, 'permissions' | 'hooks'>): readonly PluginConsent[] {
  const consents: PluginConsent[] = SENSITIVE_HOOKS.filter((hook) => hooks.includes(hook)).map(
    (hook) => `hook:${hook}` as const,
  );
  for (const permission of permissions) {
    if (permission.name === 'http') consents.push(...permission.hosts.map((name) => `host:${name}` as const));
    else consents.push(`permission:${permission.name}`);
  }
  return consents;
}
