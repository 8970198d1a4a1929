import {
  channelName,
  id,
  MAX_BITRATE_BPS,
  MAX_FORWARD_LIMIT,
  MAX_PASSWORD_LENGTH,
  MAX_SLOW_MODE_S,
  MAX_TOPIC_LENGTH,
  MIN_BITRATE_BPS,
} from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';

const MAX_MEMBER_LIMIT = 10_000;
const MAX_POSITION = 1_000_000;

const whole = (minimum: number, maximum: number) => {
  const range = `a whole number from ${minimum} to ${maximum}`;
  return v.pipe(v.number(), v.integer(range), v.minValue(minimum, range), v.maxValue(maximum, range));
};

export const channel = named(
  'Channel',
  v.object({
    id,
    serverId: id,
    parentId: v.nullable(id),
    name: v.string(),
    topic: v.string(),
    position: v.pipe(v.number(), v.description('Among the channels below one parent, ascending.')),
    locked: v.pipe(v.boolean(), v.description('Asks for a password.')),
    memberLimit: v.pipe(v.nullable(v.number()), v.description('People at once; null for no limit.')),
    bitrateBps: v.number(),
    forwardLimit: v.pipe(
      v.nullable(v.number()),
      v.description('Speakers forwarded at a time: 0 for all, null for as the server thinks fit.'),
    ),
    slowModeS: v.pipe(v.number(), v.description('Seconds between two messages of one person; 0 for none.')),
    temporary: v.pipe(v.boolean(), v.description('Goes when the last one leaves it.')),
    requiredRoleId: v.pipe(
      v.nullable(id),
      v.description('Who goes in has this role, or another of its rank or a higher one.'),
    ),
    members: v.pipe(v.number(), v.description('People who are in it now.')),
  }),
);
export type ChannelView = v.InferOutput<typeof channel>;

const settings = {
  topic: v.pipe(v.string(), v.trim(), v.maxLength(MAX_TOPIC_LENGTH, `at most ${MAX_TOPIC_LENGTH} characters`)),
  password: v.pipe(
    v.nullable(
      v.pipe(v.string(), v.minLength(1, 'not empty'), v.maxLength(MAX_PASSWORD_LENGTH, 'at most 128 characters')),
    ),
    v.description('Who goes in gives it; null for none.'),
  ),
  memberLimit: v.nullable(whole(1, MAX_MEMBER_LIMIT)),
  bitrateBps: whole(MIN_BITRATE_BPS, MAX_BITRATE_BPS),
  forwardLimit: v.nullable(whole(0, MAX_FORWARD_LIMIT)),
  slowModeS: whole(0, MAX_SLOW_MODE_S),
  requiredRoleId: v.nullable(id),
  parentId: v.pipe(v.nullable(id), v.description('The channel that it lies below; null for the top.')),
  position: whole(0, MAX_POSITION),
};

const each = v.partial(v.strictObject(settings)).entries;

export const newChannel = named('NewChannel', v.strictObject({ ...each, serverId: id, name: channelName }));
export type NewChannel = v.InferOutput<typeof newChannel>;

export const channelChanges = named('ChannelChanges', v.strictObject({ ...each, name: v.optional(channelName) }));
export type ChannelChanges = v.InferOutput<typeof channelChanges>;
