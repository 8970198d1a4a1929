import type { VoiceClientApi } from '@switchboard/client';
import {
  channelName,
  commandName,
  id,
  MAX_BAN_MS,
  MAX_COMMAND_ARGUMENTS_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_NICKNAME_LENGTH,
  MAX_PASSWORD_LENGTH,
  MAX_PLUGIN_PACKAGE_BYTES,
  MAX_PLUGINS,
  MAX_REASON_LENGTH,
  MAX_STATUS_LENGTH,
  MAX_WHISPER_CHANNELS,
  MAX_WHISPER_MEMBERS,
  messageCode,
  pluginId,
  type PluginConsent,
} from '@switchboard/protocol';
import * as v from 'valibot';

/*
 * What the room view may ask of the client: each method with what it takes. A method that does not stand here cannot be reached from the
 * page; so is signing in, whose secrets never enter it, and where one is in one's files, which the editor tells itself.
 */

type Method = Exclude<keyof VoiceClientApi, 'state' | 'subscribe' | 'onLevel' | 'connect' | 'close' | 'sharePlace'>;

const MAX_DEVICE_ID_LENGTH = 1_000;
/** Twice as loud. */
const MAX_GAIN = 2;

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const dbfs = v.pipe(v.number(), v.minValue(-127), v.maxValue(0));
const password = text(MAX_PASSWORD_LENGTH);
const reason = text(MAX_REASON_LENGTH);
const deviceId = v.nullable(text(MAX_DEVICE_ID_LENGTH));

/** The editor carries bytes as they are. */
const pluginPackage = v.pipe(
  v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array),
  v.check(({ byteLength }) => byteLength <= MAX_PLUGIN_PACKAGE_BYTES),
);
/** More than a manifest can ask for; the client knows which of them the package wants. */
const consents = v.pipe(
  v.array(
    v.custom<PluginConsent>((value) => typeof value === 'string' && /^(permission|host|hook):.{1,253}$/.test(value)),
  ),
  v.maxLength(64),
);
/** As far as any plugin's settings go; the client knows which it has. */
const pluginConfig = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(64)), v.union([v.boolean(), v.pipe(v.number(), v.finite()), text(4_000)])),
  v.check((config) => Object.keys(config).length <= 32),
);

const none = v.strictTuple([]);
const flag = v.strictTuple([v.boolean()]);
const memberFlag = v.strictTuple([id, v.boolean()]);

const activation = v.variant('mode', [
  v.strictObject({ mode: v.literal('voice'), activationDbfs: dbfs, releaseDbfs: dbfs }),
  v.strictObject({ mode: v.literal('push-to-talk') }),
]);

const schemas = {
  retryNow: none,
  join: v.strictTuple([id, v.optional(password)]),
  leave: none,
  createTemporaryChannel: v.strictTuple([
    v.strictObject({ name: channelName, parentId: v.nullable(id), password: v.exactOptional(password) }),
  ]),
  muteMember: memberFlag,
  deafenMember: memberFlag,
  moveMember: v.strictTuple([id, id]),
  kickMember: v.strictTuple([id, v.optional(reason)]),
  banMember: v.strictTuple([
    id,
    v.optional(
      v.strictObject({
        reason: v.exactOptional(reason),
        durationMs: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BAN_MS))),
        address: v.exactOptional(v.boolean()),
      }),
    ),
  ]),
  dismissNotice: none,
  setMuted: flag,
  setDeafened: flag,
  setNickname: v.strictTuple([text(MAX_NICKNAME_LENGTH)]),
  setStatus: v.strictTuple([text(MAX_STATUS_LENGTH)]),
  setActivation: v.strictTuple([activation]),
  setTalking: flag,
  setTyping: flag,
  startWhisper: v.strictTuple([
    v.strictObject({
      memberIds: v.pipe(v.array(id), v.maxLength(MAX_WHISPER_MEMBERS)),
      channelIds: v.pipe(v.array(id), v.maxLength(MAX_WHISPER_CHANNELS)),
    }),
  ]),
  stopWhisper: none,
  setVolume: v.strictTuple([id, v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_GAIN))]),
  useMicrophone: v.strictTuple([deviceId]),
  useSpeaker: v.strictTuple([deviceId]),
  refreshDevices: none,
  startEchoTest: none,
  stopEchoTest: none,
  fetchPlugin: v.strictTuple([pluginId]),
  inspectPlugin: v.strictTuple([pluginPackage]),
  installPlugin: v.strictTuple([pluginPackage, consents, v.picklist(['file', 'server'])]),
  removePlugin: v.strictTuple([pluginId]),
  setPluginEnabled: v.strictTuple([pluginId, v.boolean()]),
  movePlugin: v.strictTuple([pluginId, v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_PLUGINS - 1))]),
  configurePlugin: v.strictTuple([pluginId, pluginConfig]),
  pluginLog: v.strictTuple([pluginId]),
  pluginReadme: v.strictTuple([pluginId]),
  invokeCommand: v.strictTuple([commandName, text(MAX_COMMAND_ARGUMENTS_LENGTH)]),
  sendMessage: v.strictTuple([text(MAX_MESSAGE_LENGTH), v.optional(messageCode)]),
  retryMessage: v.strictTuple([id]),
  editMessage: v.strictTuple([id, text(MAX_MESSAGE_LENGTH)]),
  deleteMessage: v.strictTuple([id]),
  loadOlderMessages: none,
  typing: none,
} satisfies { readonly [M in Method]: v.GenericSchema<unknown, Parameters<VoiceClientApi[M]>> };

export type ClientMethod = keyof typeof schemas;

export const CLIENT_METHODS = Object.keys(schemas) as [ClientMethod, ...ClientMethod[]];

/** A call whose arguments are what the method takes; undefined for any other. */
export function checkedCall(
  method: ClientMethod,
  given: readonly unknown[],
): ((client: VoiceClientApi) => unknown) | undefined {
  const parsed = v.safeParse(schemas[method], given);
  if (!parsed.success) return undefined;
  const { output } = parsed;
  // The table above ties each method to its schema; which of them this is, is known to it alone.
  return (client) => (client[method] as (...checked: readonly unknown[]) => unknown)(...output);
}
