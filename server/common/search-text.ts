import * as v from 'valibot';

const MAX_SEARCH_LENGTH = 100;

/** What somebody looks for; nothing finds everything. */
export const searchText = v.pipe(
  v.string(),
  v.maxLength(MAX_SEARCH_LENGTH, `at most ${MAX_SEARCH_LENGTH} characters`),
  // SQLite reads a pattern up to there.
  v.check((text) => !text.includes('\0'), 'a text without the character NUL'),
  v.trim(),
);

/** The pattern for `LIKE … ESCAPE '\'` that finds what contains the text: its own wildcards are plain characters. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`;
}
