import { id, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';
import { pageQuery } from '../api/page.ts';

const MAX_NOTE_LENGTH = 64;
const MAX_USES = 1_000_000;
const MAX_ROLES = 32;

const entries = {
  note: v.pipe(v.string(), v.description('For whoever made it to know it again.')),
  roleIds: v.pipe(v.array(id), v.description('What who comes by it gets besides Member.')),
  maxUses: v.pipe(v.nullable(v.number()), v.description('Null for any number.')),
  expiresAt: v.pipe(v.nullable(timeMs), v.description('Null for never.')),
};

export const invite = named('Invite', v.object({ id, ...entries, uses: v.number(), createdBy: id, createdAt: timeMs }));
export type InviteView = v.InferOutput<typeof invite>;

export const newInvite = named(
  'NewInvite',
  v.strictObject({
    note: v.optional(
      v.pipe(v.string(), v.trim(), v.maxLength(MAX_NOTE_LENGTH, `at most ${MAX_NOTE_LENGTH} characters`)),
      '',
    ),
    roleIds: v.optional(v.pipe(v.array(id), v.maxLength(MAX_ROLES, `at most ${MAX_ROLES} roles`)), []),
    maxUses: v.optional(
      v.nullable(
        v.pipe(
          v.number(),
          v.integer('a whole number'),
          v.minValue(1, `from 1 to ${MAX_USES}`),
          v.maxValue(MAX_USES, `from 1 to ${MAX_USES}`),
        ),
      ),
      1,
    ),
    expiresAt: v.optional(v.nullable(timeMs), null),
  }),
);
export type NewInviteBody = v.InferOutput<typeof newInvite>;

export const madeInvite = named(
  'MadeInvite',
  v.object({
    invite,
    code: v.pipe(v.string(), v.description('For the link. It is told this once.')),
  }),
);
export type MadeInviteView = v.InferOutput<typeof madeInvite>;

/** What somebody learns who has the code. */
export const invitePreview = named(
  'InvitePreview',
  v.object({ name: v.pipe(v.string(), v.description('Of the server.')), expiresAt: v.nullable(timeMs) }),
);
export type InvitePreviewView = v.InferOutput<typeof invitePreview>;

export const inviteCode = v.pipe(v.string(), v.minLength(1, 'not empty'), v.maxLength(64, 'at most 64 characters'));
export const invitesQuery = v.strictObject(pageQuery(v.tuple([v.string()])));
export type InvitesQuery = v.InferOutput<typeof invitesQuery>;
