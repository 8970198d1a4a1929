import type { Problem } from '@switchboard/client';
import { ERROR_SENTENCES } from '@switchboard/protocol';
import { english, type Strings } from './strings.ts';

const locales = new Map<string, Strings>([[english.language, english]]);
const listeners = new Set<() => void>();

/** Adds a language, or replaces one; elements on the page take it up at once. Missing words stay English. */
export function registerLocale(strings: Partial<Strings> & Pick<Strings, 'language'>): void {
  locales.set(strings.language.toLowerCase(), { ...english, ...strings });
  for (const listener of listeners) listener();
}

/** The strings for a language tag: `de-AT`, else `de`, else English. */
export function stringsFor(tag: string): Strings {
  for (let rest = tag.toLowerCase(); rest !== ''; rest = rest.slice(0, Math.max(0, rest.lastIndexOf('-')))) {
    const found = locales.get(rest);
    if (found !== undefined) return found;
  }
  return english;
}

/** Calls when a language was added; the returned function stops it. */
export function onLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The nearest `lang` of an element, across shadow roots; else the browser's language. */
export function languageOf(element: Element): string {
  let node: Node | null = element;
  while (node !== null) {
    if (node instanceof Element) {
      const language = node.getAttribute('lang');
      if (language !== null && language !== '') return language;
    }
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return navigator.language;
}

/** Of these, only who tells of it knows why: the person, the plugin or the field. */
const TOLD = /^(access\.banned|channel\.refused|command\.failed|message\.(cancelled|rejected)|plugin\..+)$/;

/** A failure as a sentence: by its code in this language, else as it came. */
export function sentence(strings: Strings, problem: Problem): string {
  if (problem.code === 'message.slow_mode' && problem.retryAfterMs !== undefined)
    return `${strings.slowModeWait(Math.ceil(problem.retryAfterMs / 1_000))}.`;
  const known = strings.errors[problem.code];
  if (TOLD.test(problem.code) && problem.message !== '' && problem.message !== ERROR_SENTENCES[problem.code])
    return strings.language === 'en' || known === undefined ? problem.message : `${known} ${problem.message}`;
  return known ?? problem.message;
}
