import type { PluginConsent } from '@switchboard/protocol';
import { pluginWords } from '../strings/plugin-words.ts';
import { consentLines, type ConsentLine } from '../voice-plugins/plugin-consents.ts';
import type { Plugin } from './api/types.ts';
import type { AdminStrings } from './strings/strings.ts';

/** A server has no microphone, no ears and no status of its own. */
const OF_PEOPLE_ALONE: ReadonlySet<PluginConsent> = new Set([
  'hook:on_audio_frame_captured',
  'hook:on_audio_frame_received',
  'hook:on_message_send',
  'hook:on_speaking',
  'permission:clip.play',
  'permission:status.set',
]);
/** Nobody comes to a client. */
const OF_SERVERS_ALONE: ReadonlySet<PluginConsent> = new Set(['hook:on_connect']);

/** What a plugin may do in the server, and what with the people who install it; worst first. */
export interface Rights {
  readonly server: readonly ConsentLine[];
  readonly people: readonly ConsentLine[];
}

export function rightsOf(text: AdminStrings, { targets, consents }: Pick<Plugin, 'targets' | 'consents'>): Rights {
  const words = pluginWords(text);
  const wanted = consents as readonly PluginConsent[];
  const lines = (
    target: Plugin['targets'][number],
    never: ReadonlySet<PluginConsent>,
    consentWords: Readonly<Record<string, string>>,
  ): readonly ConsentLine[] =>
    targets.includes(target)
      ? consentLines(
          { ...words, consents: consentWords },
          wanted.filter((consent) => !never.has(consent)),
        )
      : [];
  return {
    server: lines('server', OF_PEOPLE_ALONE, text.plugins.inServer),
    people: lines('client', OF_SERVERS_ALONE, text.plugins.withPeople),
  };
}
