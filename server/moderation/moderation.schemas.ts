import { isIP } from 'node:net';
import { id, laneKind, MAX_BAN_MS, reason, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';
import { pageQuery } from '../api/page.ts';
import { searchText } from '../common/search-text.ts';

export const liveSession = named(
  'LiveSession',
  v.object({
    memberId: id,
    userId: id,
    nickname: v.string(),
    guest: v.boolean(),
    channelId: v.nullable(id),
    muted: v.boolean(),
    deafened: v.boolean(),
    serverMuted: v.boolean(),
    serverDeafened: v.boolean(),
    speaking: v.boolean(),
    reconnecting: v.pipe(v.boolean(), v.description('The connection is gone, and may come back within a minute.')),
    lane: v.pipe(v.nullable(laneKind), v.description('How voice travels; null while it does not.')),
    address: v.pipe(
      v.nullable(v.string()),
      v.description('Where it comes from, for who may ban; null for others, and for this machine itself.'),
    ),
    connectedAt: timeMs,
    rank: v.number(),
  }),
);
export type LiveSessionView = v.InferOutput<typeof liveSession>;

export const kick = named('Kick', v.strictObject({ reason }));
export const memberBan = named(
  'MemberBan',
  v.strictObject({
    reason,
    durationMs: v.optional(
      v.pipe(
        v.number(),
        v.integer('a whole number'),
        v.minValue(1_000, 'at least 1000'),
        v.maxValue(MAX_BAN_MS, `at most ${MAX_BAN_MS}`),
        v.description('In milliseconds; without it, for ever.'),
      ),
    ),
    address: v.optional(v.pipe(v.boolean(), v.description('The address that the person comes from as well.')), false),
  }),
);
export const mute = named('Mute', v.strictObject({ muted: v.boolean() }));
export const deafen = named('Deafen', v.strictObject({ deafened: v.boolean() }));
export const move = named('Move', v.strictObject({ channelId: id }));

export const ban = named(
  'Ban',
  v.object({
    id,
    userId: v.nullable(id),
    nickname: v.pipe(v.string(), v.description('As the person was called.')),
    address: v.pipe(v.nullable(v.string()), v.description('An IPv4 address, or the first 64 bits of an IPv6 one.')),
    reason: v.string(),
    createdBy: id,
    createdByName: v.string(),
    createdAt: timeMs,
    until: v.pipe(v.nullable(timeMs), v.description('Null for ever.')),
  }),
);
export type BanView = v.InferOutput<typeof ban>;

export const banQuery = v.strictObject({
  ...pageQuery(v.tuple([v.string()])),
  search: v.optional(v.pipe(searchText, v.description('What the nickname, the address or the reason contains.'))),
});
export type BanQuery = v.InferOutput<typeof banQuery>;

export const newBan = named(
  'NewBan',
  v.pipe(
    v.strictObject({
      userId: v.optional(v.pipe(id, v.description('An account, or a guest who keeps a key.'))),
      address: v.optional(
        v.pipe(
          v.string(),
          v.check((text) => isIP(text) !== 0, 'an IPv4 or IPv6 address'),
        ),
      ),
      reason,
      until: v.optional(v.pipe(v.nullable(timeMs), v.description('Milliseconds since 1970; null for ever.')), null),
    }),
    v.check(
      ({ userId, address }) => userId !== undefined || address !== undefined,
      'a ban of an account, an address, or both',
    ),
  ),
);
export type NewBan = v.InferOutput<typeof newBan>;
