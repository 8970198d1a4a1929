import { ALL_HOOKS, consentsOf, pluginPermission } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { germanPlugins } from '../strings/plugin-strings.de.ts';
import { englishPlugins } from '../strings/plugin-strings.ts';
import { manifest, PLUGINS } from '../testing/plugin-fixtures.ts';
import { consentLines } from './plugin-consents.ts';

const PERMISSIONS = pluginPermission.options
  .map(({ entries }) => entries.name.literal)
  .map((name) => (name === 'http' ? { name, hosts: ['api.example.org'] } : { name }));

describe('consentLines', () => {
  it('says the worst first, and of a host what it may be told', () => {
    const said = (consents: ReturnType<typeof consentsOf>) =>
      consentLines(englishPlugins, consents).map(({ words }) => words);
    expect(said(consentsOf(PLUGINS.tidy))).toEqual([
      'Read the messages in your room, hide them from you and add notes',
      'Read your messages before they are sent, change them or hold them back',
      'Talk to api.example.org over the internet, and tell it what it hears or reads',
      'Keep data of its own on this device',
    ]);
    expect(said(['permission:log', 'host:a.example', 'permission:message.send'])).toEqual([
      'Send messages in your name',
      'Talk to a.example over the internet',
      'Write a log, for you alone',
    ]);
  });

  it.each([englishPlugins, germanPlugins])('has words for all that a plugin can ask for', (words) => {
    const all = consentsOf(manifest({ id: 'all', hooks: [...ALL_HOOKS], permissions: PERMISSIONS }));
    const lines = consentLines(words, all);
    expect(lines).toHaveLength(all.length);
    expect(lines.filter((line) => line.words === line.consent)).toEqual([]);
    expect(lines.at(0)?.consent).toBe('hook:on_audio_frame_captured');
    expect(lines.at(-1)?.consent).toBe('permission:log');
  });
});
