import type { PluginConsent, PluginHook, PluginManifest, PluginPermissionName } from '@switchboard/protocol';

type SensitiveHook = Extract<
  PluginHook,
  `on_audio_frame_${string}` | `on_message${string}` | `on_user_${string}` | 'on_connect' | 'on_speaking'
>;

const AT_CLIENT: Readonly<Record<Exclude<SensitiveHook, 'on_connect'>, string>> = {
  on_audio_frame_captured: 'hears what one says, and can change it before others hear it',
  on_audio_frame_received: 'hears what the others say, and can change it before one hears it',
  on_message: 'reads the messages of the room, and can annotate or hide them',
  on_message_send: 'reads what one is about to send, and can change it or hold it back',
  on_user_join_channel: 'sees who joins the room',
  on_user_leave_channel: 'sees who leaves the room',
  on_speaking: 'sees who speaks in the room, and when',
};
const AT_SERVER: Readonly<Partial<Record<SensitiveHook, string>>> = {
  on_message: 'reads all messages, and can change or reject them',
  on_user_join_channel: 'sees who joins which room, and can keep them out',
  on_user_leave_channel: 'sees who leaves which room',
  on_connect: 'sees who comes to the server, and can send each a notice',
};

const PERMISSIONS: Readonly<Record<Exclude<PluginPermissionName, 'http'>, string>> = {
  log: 'writes into its log',
  'message.send': 'sends messages: with a person in that one’s name, at the server in its own',
  storage: 'keeps data of its own',
  'clip.play': 'plays sounds into the room',
  'members.read': 'sees who is in the room',
  'status.set': 'sets one’s status',
};

/** What somebody agrees to, in words. */
export function wordsOf(consent: PluginConsent, { targets }: Pick<PluginManifest, 'targets'>): string {
  const name = consent.slice(consent.indexOf(':') + 1);
  if (consent.startsWith('host:')) return `sends to ${name} whatever it knows, and reads what is there`;
  if (consent.startsWith('permission:')) return PERMISSIONS[name as keyof typeof PERMISSIONS];
  const hook = name as SensitiveHook;
  const atClient = hook === 'on_connect' || !targets.includes('client') ? undefined : AT_CLIENT[hook];
  const atServer = targets.includes('server') ? AT_SERVER[hook] : undefined;
  if (atClient === undefined || atServer === undefined) return atClient ?? atServer ?? name;
  return `with a person: ${atClient}; at the server: ${atServer}`;
}
