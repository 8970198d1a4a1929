import * as v from 'valibot';
import { wholeNumber } from './query-values.ts';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 50;
const MAX_CURSOR_CHARACTERS = 512;

/** A part of a list, and where the next one begins; null after the last. */
export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

type Key = v.GenericSchema<unknown, readonly (string | number)[]>;

/**
 * The entries of a query for one page: `v.strictObject({ ...pageQuery(v.tuple([v.string()])), … })`.
 * `key` is what the list is ordered by, unique for each item; `after` is that of the last item of the page before.
 */
export function pageQuery<K extends Key>(key: K) {
  const cursor = v.pipe(
    v.string(),
    v.maxLength(MAX_CURSOR_CHARACTERS, 'the “next” of the page before'),
    v.description('The `next` of the page before; without it, the first page.'),
    v.transform(decoded),
    v.check((value) => v.is(key, value), 'the “next” of the page before'),
    v.transform((value) => v.parse(key, value)),
  );
  return {
    limit: v.optional(
      v.pipe(wholeNumber(1, MAX_LIMIT), v.description('How many items at most.')),
      String(DEFAULT_LIMIT),
    ),
    after: v.optional(cursor),
  };
}

/** The schema of a page, for `@Answers`. */
export function paged<T extends v.GenericSchema>(item: T) {
  return v.object({
    items: v.array(item),
    next: v.pipe(v.nullable(v.string()), v.description('Give it as `after` for the next page; null after the last.')),
  });
}

/** Makes a page of one row more than `limit`, which were asked for to see whether there is a next page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => readonly (string | number)[],
  itemOf: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null;
  return { items: shown.map(itemOf), next };
}

/** What `after` takes to go on behind the item with this key. */
export function cursorOf(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
