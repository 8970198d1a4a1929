import { id, nickname, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { roleBrief } from '../access/role.schemas.ts';
import { named } from '../api/named.ts';
import { pageQuery } from '../api/page.ts';
import { searchText } from '../common/search-text.ts';

const MAX_ROLES = 64;

export const user = named(
  'User',
  v.object({
    id,
    username: v.string(),
    nickname: v.string(),
    roles: v.pipe(v.array(roleBrief), v.description('Besides Member, which every account has; the highest first.')),
    rank: v.pipe(v.number(), v.description('The highest of the roles’.')),
    serverMuted: v.boolean(),
    serverDeafened: v.boolean(),
    createdAt: timeMs,
    lastSeenAt: v.nullable(timeMs),
    online: v.pipe(v.boolean(), v.description('Whether a client of this account is connected.')),
  }),
);
export type UserView = v.InferOutput<typeof user>;

export const userQuery = v.strictObject({
  ...pageQuery(v.tuple([v.string()])),
  search: v.optional(v.pipe(searchText, v.description('What the user name or the nickname contains.'))),
  role: v.optional(v.pipe(id, v.description('The id of a role: only accounts that were given it.'))),
});
export type UserQuery = v.InferOutput<typeof userQuery>;

export const userChanges = named(
  'UserChanges',
  v.strictObject({
    nickname: v.optional(nickname),
    roleIds: v.optional(
      v.pipe(
        v.array(id),
        v.maxLength(MAX_ROLES, `at most ${MAX_ROLES} roles`),
        v.description('The roles that the account is to have, besides Member.'),
      ),
    ),
  }),
);
export type UserChanges = v.InferOutput<typeof userChanges>;

/** Long enough for any password, so that what is too long for one gets the sentence about passwords. */
const MAX_SENT_PASSWORD_LENGTH = 1_024;

export const passwordReset = named(
  'PasswordReset',
  v.strictObject({ password: v.pipe(v.string(), v.maxLength(MAX_SENT_PASSWORD_LENGTH)) }),
);
