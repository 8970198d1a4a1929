import { id, messageCode, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';
import { pageQuery } from '../api/page.ts';
import { wholeNumber } from '../api/query-values.ts';
import { searchText } from '../common/search-text.ts';

export const storedMessage = named(
  'Message',
  v.object({
    id,
    channelId: id,
    author: v.object({ userId: id, nickname: v.string() }),
    text: v.string(),
    code: v.nullable(named('MessageCode', messageCode)),
    plugin: v.pipe(v.nullable(v.string()), v.description('Written by a plugin of the server: its id.')),
    createdAt: timeMs,
    editedAt: v.nullable(timeMs),
  }),
);
export type MessageView = v.InferOutput<typeof storedMessage>;

export const messageQuery = v.strictObject({
  ...pageQuery(v.tuple([v.string()])),
  search: v.optional(v.pipe(searchText, v.description('What the text contains; A to Z in either case.'))),
  channelId: v.optional(id),
  authorId: v.optional(id),
  before: v.optional(
    v.pipe(
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
      v.description('Milliseconds since 1970: only messages written before.'),
    ),
  ),
});
export type MessageQuery = v.InferOutput<typeof messageQuery>;
