import type { PluginConsent } from '@switchboard/protocol';
import type { PluginStrings } from '../strings/plugin-strings.ts';

/** From what can do most harm to what does none. */
const WORST_FIRST = [
  'hook:on_audio_frame_captured',
  'hook:on_audio_frame_received',
  'hook:on_message',
  'hook:on_message_send',
  'hook:on_speaking',
  'hook:on_user_join_channel',
  'hook:on_user_leave_channel',
  'hook:on_connect',
  'permission:message.send',
  'permission:clip.play',
  'host:',
  'permission:status.set',
  'permission:members.read',
  'permission:storage',
  'permission:log',
];

/** What a plugin may do, in words. */
export interface ConsentLine {
  readonly consent: PluginConsent;
  readonly words: string;
}

/** One line for each thing that a plugin asks for, worst first. */
export function consentLines(words: PluginStrings, consents: readonly PluginConsent[]): readonly ConsentLine[] {
  const hears = consents.some((consent) => consent.startsWith('hook:'));
  const said = (consent: PluginConsent): string => {
    if (!consent.startsWith('host:')) return words.consents[consent] ?? consent;
    const host = consent.slice('host:'.length);
    return hears ? words.hostHears(host) : words.host(host);
  };
  return consents
    .toSorted((one, other) => rank(one) - rank(other))
    .map((consent) => ({ consent, words: said(consent) }));
}

/** What nobody has thought of yet comes first. */
function rank(consent: PluginConsent): number {
  return WORST_FIRST.indexOf(consent.startsWith('host:') ? 'host:' : consent);
}
