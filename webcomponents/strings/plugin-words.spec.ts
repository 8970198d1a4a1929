import { ERROR_SENTENCES, SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../problem.ts';
import { german } from './strings.de.ts';
import { germanPlugins } from './plugin-strings.de.ts';
import { englishPlugins } from './plugin-strings.ts';
import { pluginSentence, pluginWords } from './plugin-words.ts';
import { english } from './strings.ts';

describe('the words of plugins', () => {
  it('are in the language of the others, of a host’s own, or English', () => {
    const own = { ...englishPlugins, installed: 'Installé' };
    expect([
      pluginWords(english),
      pluginWords(german),
      pluginWords({ ...english, language: 'fr' }),
      pluginWords({ ...english, language: 'fr', pluginStrings: own }),
    ]).toEqual([englishPlugins, germanPlugins, englishPlugins, own]);
  });

  it('name each thing to agree to in both languages', () => {
    expect(Object.keys(germanPlugins.consents)).toEqual(Object.keys(englishPlugins.consents));
  });

  it('are the sentence for what is wrong with a package, with what was said of it and the field', () => {
    const damaged = problemOf(new SwitchboardError('plugin.package_damaged'));
    expect(pluginSentence(english, damaged)).toBe(ERROR_SENTENCES['plugin.package_damaged']);
    expect(pluginSentence(german, damaged)).toBe(germanPlugins.errors['plugin.package_damaged']);
    const invalid = problemOf(
      new SwitchboardError('plugin.manifest_invalid', 'It must be the name of a host.', {
        field: 'permissions.1.hosts.0',
      }),
    );
    expect(pluginSentence(english, invalid)).toBe('It must be the name of a host. At fault: permissions.1.hosts.0');
    expect(pluginSentence(german, invalid)).toBe(
      `${germanPlugins.errors['plugin.manifest_invalid'] ?? ''} It must be the name of a host. Betroffen: permissions.1.hosts.0`,
    );
    expect(pluginSentence(english, { ...invalid, message: 'permissions.1.hosts.0 is not a host.' })).toBe(
      'permissions.1.hosts.0 is not a host.',
    );
  });
});
