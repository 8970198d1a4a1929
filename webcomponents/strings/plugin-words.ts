import type { Problem } from '@switchboard/client';
import { sentence } from './locale.ts';
import { germanPlugins } from './plugin-strings.de.ts';
import { englishPlugins, type PluginStrings } from './plugin-strings.ts';
import type { Strings } from './strings.ts';

const WORDS: Readonly<Record<string, PluginStrings>> = { en: englishPlugins, de: germanPlugins };

/** The words of the pane of plugins in the language of the others. */
export function pluginWords({
  language,
  pluginStrings: brought,
}: Pick<Strings, 'language' | 'pluginStrings'>): PluginStrings {
  return brought ?? WORDS[language] ?? englishPlugins;
}

/** A failure as a sentence, of a package too, and the field at fault where one is known. */
export function pluginSentence(strings: Strings, problem: Problem): string {
  const words = pluginWords(strings);
  const said = sentence({ ...strings, errors: { ...words.errors, ...strings.errors } }, problem);
  const { field } = problem;
  // A sentence of the client may name it already.
  return field === undefined || said.includes(field) ? said : `${said} ${words.fieldAtFault(field)}`;
}
