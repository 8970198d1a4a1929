import type { PluginConsent } from '@switchboard/protocol';

/** What a plugin may do, for whoever reads the catalogue. */
const WORDS: Readonly<Partial<Record<PluginConsent, string>>> = {
  'hook:on_audio_frame_captured': 'Hear and change your voice before others hear it',
  'hook:on_audio_frame_received': 'Hear and change the voices of others before you hear them',
  'hook:on_message': 'Read messages, and annotate or hide them; in the server, change or reject them',
  'hook:on_message_send': 'Read and change what you write before it is sent',
  'hook:on_user_join_channel': 'See who joins a room; in the server, keep them out',
  'hook:on_user_leave_channel': 'See who leaves a room',
  'hook:on_connect': 'See who comes to the server, and show them a notice',
  'hook:on_speaking': 'See who speaks in your room, and when',
  'permission:log': 'Write a log',
  'permission:message.send': 'Write messages',
  'permission:storage': 'Keep data of its own',
  'permission:clip.play': 'Play sounds into the room',
  'permission:members.read': 'Know who is in the room',
  'permission:status.set': 'Set your status',
};
const HOST = 'host:';

export function consentInWords(consent: PluginConsent): string {
  return WORDS[consent] ?? (consent.startsWith(HOST) ? `Exchange data with ${consent.slice(HOST.length)}` : consent);
}
