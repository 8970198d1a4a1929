import type { ErrorCode } from '@switchboard/protocol';

/** What plugins that run did not do, or did to what somebody wanted. */
export const germanPluginFailures = {
  'message.rejected': 'Ein Plugin dieses Servers hat die Nachricht nicht durchgelassen.',
  'message.cancelled': 'Eines deiner Plugins hat die Nachricht zurückgehalten.',
  'channel.refused': 'Ein Plugin dieses Servers hat dich nicht eingelassen.',
  'command.unknown': 'Diesen Befehl gibt es hier nicht.',
  'command.failed': 'Der Befehl ging nicht: Sein Plugin hat versagt. Versuche es noch einmal.',
  'plugin.module_refused': 'Der Code des Plugins darf hier nicht laufen.',
  'plugin.start_failed': 'Das Plugin ließ sich nicht starten.',
  'plugin.timed_out': 'Das Plugin brauchte zu lange und wurde angehalten.',
  'plugin.crashed': 'Das Plugin ging entzwei und wurde angehalten.',
  'plugin.answer_invalid': 'Das Plugin gab eine Antwort ohne Sinn; sie wurde nicht befolgt.',
  'plugin.quota': 'Das Plugin verbrauchte mehr, als es darf, und wurde angehalten.',
} as const satisfies Partial<Record<ErrorCode, string>>;
