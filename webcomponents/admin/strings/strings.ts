import type { ApiError } from '../api/api-error.ts';
import { common } from './common.ts';
import { people } from './people.ts';
import { plugins } from './plugins.ts';
import { rooms } from './rooms.ts';
import { server } from './server.ts';

/** Every word of the dashboard. A language is one value of the type. */
export const english = { ...common, ...people, ...plugins, ...rooms, ...server };

export type AdminStrings = typeof english;

const locales = new Map<string, AdminStrings>([[english.language, english]]);
const listeners = new Set<() => void>();

/** Adds a language, or replaces one; what is shown takes it up at once. Whole groups that are missing stay English. */
export function registerAdminLocale(strings: Partial<AdminStrings> & Pick<AdminStrings, 'language'>): void {
  locales.set(strings.language.toLowerCase(), { ...english, ...strings });
  for (const listener of listeners) listener();
}

/** The strings for a language tag: `de-AT`, else `de`, else English. */
export function adminStringsFor(tag: string): AdminStrings {
  for (let rest = tag.toLowerCase(); rest !== ''; rest = rest.slice(0, Math.max(0, rest.lastIndexOf('-')))) {
    const found = locales.get(rest);
    if (found !== undefined) return found;
  }
  return english;
}

/** Calls when a language was added; the returned function stops it. */
export function onAdminLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A failure as a sentence: by its code in this language, else as the server told it. */
export function sentenceOf(strings: AdminStrings, error: Pick<ApiError, 'code' | 'message'>): string {
  return strings.errors[error.code] ?? (error.message || (strings.errors['client.unexpected'] ?? error.code));
}
