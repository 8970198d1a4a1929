import { id, permission, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../../api/named.ts';
import { pageQuery } from '../../api/page.ts';

const MAX_NAME_LENGTH = 64;
const MAX_PERMISSIONS = 64;

export const apiKey = named(
  'ApiKey',
  v.object({
    id,
    name: v.string(),
    permissions: v.array(permission),
    createdBy: id,
    createdAt: timeMs,
    expiresAt: v.pipe(v.nullable(timeMs), v.description('Null for never.')),
    lastUsedAt: v.pipe(v.nullable(timeMs), v.description('To the minute; null for never yet.')),
  }),
);
export type ApiKeyView = v.InferOutput<typeof apiKey>;

export const newApiKey = named(
  'NewApiKey',
  v.strictObject({
    name: v.pipe(
      v.string(),
      v.trim(),
      v.minLength(1, 'not empty'),
      v.maxLength(MAX_NAME_LENGTH, `at most ${MAX_NAME_LENGTH} characters`),
    ),
    permissions: v.pipe(
      v.array(permission),
      v.minLength(1, 'one permission or more'),
      v.maxLength(MAX_PERMISSIONS),
      v.description('Of those that one has oneself. The key never may do more than its maker may at that moment.'),
    ),
    expiresAt: v.optional(v.nullable(timeMs), null),
  }),
);
export type NewApiKeyBody = v.InferOutput<typeof newApiKey>;

export const madeApiKey = named(
  'MadeApiKey',
  v.object({ apiKey, key: v.pipe(v.string(), v.description('For `Authorization: Bearer`. It is told this once.')) }),
);
export type MadeApiKeyView = v.InferOutput<typeof madeApiKey>;

export const apiKeysQuery = v.strictObject(pageQuery(v.tuple([v.string()])));
export type ApiKeysQuery = v.InferOutput<typeof apiKeysQuery>;
