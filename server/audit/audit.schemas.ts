import { id, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';
import { pageQuery } from '../api/page.ts';
import { wholeNumber } from '../api/query-values.ts';
import { AUDIT_ACTIONS } from './audit-actions.ts';

export const auditEntry = named(
  'AuditEntry',
  v.object({
    id,
    at: timeMs,
    actorId: v.pipe(v.nullable(v.string()), v.description('Null: the server itself.')),
    actorName: v.string(),
    action: v.pipe(
      v.string(),
      v.description('Such as `member.kick`. One that an older version wrote may have none of today’s names.'),
    ),
    targetId: v.nullable(v.string()),
    targetName: v.string(),
    detail: v.pipe(v.record(v.string(), v.unknown()), v.description('What else there is to know of this act.')),
  }),
);
export type AuditEntryView = v.InferOutput<typeof auditEntry>;

const time = wholeNumber(0, Number.MAX_SAFE_INTEGER);

export const auditQuery = v.strictObject({
  ...pageQuery(v.tuple([v.string()])),
  action: v.optional(v.picklist(AUDIT_ACTIONS, 'an action such as member.kick')),
  actorId: v.optional(id),
  targetId: v.optional(id),
  from: v.optional(v.pipe(time, v.description('Milliseconds since 1970; the earliest that is wanted.'))),
  to: v.optional(v.pipe(time, v.description('Milliseconds since 1970; the first that is not wanted any more.'))),
});
export type AuditQuery = v.InferOutput<typeof auditQuery>;
