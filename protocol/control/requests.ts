import * as v from 'valibot';
import {
  MAX_BAN_MS,
  MAX_HISTORY_PAGE,
  MAX_PASSWORD_LENGTH,
  MAX_REASON_LENGTH,
  MAX_WHISPER_CHANNELS,
  MAX_WHISPER_MEMBERS,
} from '../limits.ts';
import {
  channel,
  channelName,
  counter,
  hex,
  id,
  laneKind,
  member,
  message,
  messageCode,
  messageText,
  nickname,
  ownPermissions,
  place,
  serverInfo,
  status,
  token,
  voiceGrant,
  whisperTarget,
} from './model.ts';
import { NO_PLUGINS, pluginCatalogue } from '../plugins/plugin-catalogue.ts';
import { MAX_COMMAND_ARGUMENTS_LENGTH } from '../plugins/plugin-limits.ts';
import { commandName } from '../plugins/plugin-manifest.ts';

/** Who comes in. A guest's key is a secret of its own making (256 bits): whoever shows it again is the same guest. */
export const credentials = v.variant('type', [
  v.object({ type: v.literal('guest'), nickname, key: v.optional(hex(32)) }),
  v.object({ type: v.literal('access'), token: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) }),
  v.object({
    type: v.literal('join'),
    token: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
    nickname: v.optional(nickname),
  }),
]);
export type Credentials = v.InferOutput<typeof credentials>;

/** The whole picture: the reply to `session.hello`. After it come deltas. */
export const welcome = v.object({
  session: v.object({
    id,
    /** 256 random bits; replaced at each use. */
    secret: hex(32),
    /** How long the session outlives its socket. */
    graceMs: counter,
  }),
  self: member,
  servers: v.array(serverInfo),
  channels: v.array(channel),
  members: v.array(member),
  ...ownPermissions.entries,
  plugins: v.optional(pluginCatalogue, NO_PLUGINS),
  /** Number of the last event that this picture contains. */
  seq: counter,
});
export type Welcome = v.InferOutput<typeof welcome>;

const empty = v.object({});
const password = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_PASSWORD_LENGTH));
/** Shown to the person it concerns, and kept in the audit log. */
export const reason = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(MAX_REASON_LENGTH)), '');
const laneFigure = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Whom a whisper reaches: members, and whoever is in one of the channels. */
export const whisperAudience = v.object({
  memberIds: v.pipe(v.array(id), v.maxLength(MAX_WHISPER_MEMBERS)),
  channelIds: v.pipe(v.array(id), v.maxLength(MAX_WHISPER_CHANNELS)),
});

/**
 * Every request of the control lane with the schemas of its data and of its reply.
 * The server checks data by them on receipt; the client checks replies.
 */
export const REQUESTS = {
  'session.hello': {
    data: v.object({
      protocol: counter,
      client: v.object({ name: v.pipe(v.string(), v.maxLength(64)), version: v.pipe(v.string(), v.maxLength(32)) }),
      credentials,
    }),
    reply: welcome,
  },
  'session.resume': {
    data: v.object({ sessionId: id, secret: hex(32), seq: counter }),
    /** The events after `seq` follow the reply. */
    reply: v.object({ secret: hex(32) }),
  },
  /** Tells that both sides are alive; browsers cannot send WebSocket pings. */
  'session.ping': { data: empty, reply: empty },
  'channel.join': {
    data: v.object({ channelId: id, password: v.optional(password) }),
    reply: v.object({ channelId: id, voice: voiceGrant }),
  },
  'channel.leave': { data: empty, reply: empty },
  /** Makes a channel that goes when the last one leaves it; null for the top of the tree. */
  'channel.createTemporary': {
    data: v.object({ serverId: id, parentId: v.nullable(id), name: channelName, password: v.optional(password) }),
    reply: channel,
  },
  'self.update': {
    data: v.object({
      muted: v.optional(v.boolean()),
      deafened: v.optional(v.boolean()),
      nickname: v.optional(nickname),
      status: v.optional(status),
    }),
    reply: member,
  },
  /** Where one is in one's files, for those in the same room; null for nowhere, or not to be told. */
  'self.place': { data: v.object({ place: v.nullable(place) }), reply: empty },
  /** What moderators do; each takes effect at once. */
  'member.mute': { data: v.object({ memberId: id, muted: v.boolean() }), reply: empty },
  'member.deafen': { data: v.object({ memberId: id, deafened: v.boolean() }), reply: empty },
  'member.move': { data: v.object({ memberId: id, channelId: id }), reply: empty },
  'member.kick': { data: v.object({ memberId: id, reason }), reply: empty },
  'member.ban': {
    data: v.object({
      memberId: id,
      reason,
      /** Absent for ever. */
      durationMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(MAX_BAN_MS))),
      /** The address that the person comes from as well. */
      address: v.optional(v.boolean(), false),
    }),
    reply: empty,
  },
  'message.send': {
    data: v.object({ channelId: id, nonce: id, text: messageText, code: v.optional(messageCode) }),
    reply: message,
  },
  'message.edit': { data: v.object({ messageId: id, text: messageText }), reply: message },
  'message.delete': { data: v.object({ messageId: id }), reply: message },
  'message.history': {
    data: v.object({
      channelId: id,
      /** Only messages older than this one; absent for the newest. */
      before: v.optional(id),
      limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_HISTORY_PAGE)),
    }),
    /** Oldest first. */
    reply: v.object({ messages: v.array(message), more: v.boolean() }),
  },
  /** A slash command of one of the server's plugins, in the channel that one is in. */
  'command.invoke': {
    data: v.object({
      channelId: id,
      name: commandName,
      args: v.pipe(v.string(), v.trim(), v.maxLength(MAX_COMMAND_ARGUMENTS_LENGTH)),
    }),
    /** For oneself alone; null where what it did is to be seen by all, or nowhere. */
    reply: v.object({ reply: v.nullable(v.string()), pluginName: v.string() }),
  },
  'message.typing': { data: v.object({ channelId: id }), reply: empty },
  /** Registers an audience; there is nothing to be heard by it yet. Each time another target. */
  'whisper.set': { data: whisperAudience, reply: whisperTarget },
  /** Ends a target of one's own; one that is over already is no error. */
  'whisper.clear': { data: v.object({ targetToken: token }), reply: empty },
  /** Which lane is in use, and how it does: for the operator's figures. */
  'voice.lane': {
    data: v.object({ lane: laneKind, roundTripMs: v.optional(laneFigure), lossPct: v.optional(laneFigure) }),
    reply: empty,
  },
} as const;

export type RequestType = keyof typeof REQUESTS;
export type RequestData<T extends RequestType> = v.InferInput<(typeof REQUESTS)[T]['data']>;
/** The data after the check: trimmed, normalised. */
export type CheckedRequestData<T extends RequestType> = v.InferOutput<(typeof REQUESTS)[T]['data']>;
export type ReplyData<T extends RequestType> = v.InferOutput<(typeof REQUESTS)[T]['reply']>;

export function isRequestType(value: string): value is RequestType {
  return Object.hasOwn(REQUESTS, value);
}
