import * as v from 'valibot';
import { EPOCH_SECRET_BYTES, HOP_KEY_BYTES, WHISPER_SECRET_BYTES } from '../crypto/keys.ts';
import {
  MAX_BITRATE_BPS,
  MAX_BRANCH_LENGTH,
  MAX_CHANNEL_NAME_LENGTH,
  MAX_FORWARD_LIMIT,
  MAX_LANGUAGE_LENGTH,
  MAX_LINE,
  MAX_MESSAGE_LENGTH,
  MAX_NICKNAME_LENGTH,
  MAX_PATH_LENGTH,
  MAX_STATUS_LENGTH,
  MAX_TOPIC_LENGTH,
  MAX_WORKSPACE_LENGTH,
  MIN_BITRATE_BPS,
} from '../limits.ts';
import { isRelativePath } from './relative-path.ts';

/*
 * What both sides speak of. Every shape is defined here once: the schema checks it at the door, the type follows from it.
 * Objects are not strict, so that a newer side may add fields without breaking an older one.
 */

const MAX_ID_LENGTH = 64;

export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ID_LENGTH));
export const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const u32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
/** A voice session's public id: u32, never 0. */
export const token = v.pipe(u32, v.minValue(1));
/** The last moment that a date can name (ECMA-262, section 21.4.1.1). */
const MAX_TIME_MS = 8.64e15;
/** Milliseconds since 1970. */
export const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_TIME_MS));

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/u;
// Emoji are joined by U+200D and U+FE0F; everything else that cannot be seen would let two names look alike.
const JOINERS = /\u200d|\ufe0f/gu;

const visible = v.check(
  (text: string) => !INVISIBLE.test(text.replace(JOINERS, '')) && text.replace(JOINERS, '').trim().length > 0,
  'must consist of visible characters',
);

/** A name that people see: NFC, trimmed, visible. */
export const nickname = v.pipe(
  v.string(),
  v.maxLength(MAX_NICKNAME_LENGTH * 8),
  v.normalize('NFC'),
  v.trim(),
  v.minLength(1),
  v.maxLength(MAX_NICKNAME_LENGTH),
  visible,
);

/** What a member says of itself; empty for none. */
export const status = v.pipe(v.string(), v.trim(), v.maxLength(MAX_STATUS_LENGTH));

/** Chat text: line breaks allowed, not blank. */
export const messageText = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(MAX_MESSAGE_LENGTH),
  v.check((text) => text.trim().length > 0, 'must not be blank'),
  // Half a surrogate pair is no text: storage would change it, and a message sent again would not be the same any more.
  v.transform((text) => text.toWellFormed()),
);

export const serverInfo = v.object({ id, name: v.string() });
export type ServerInfo = v.InferOutput<typeof serverInfo>;

/** How a channel sounds. Constant bit rate: sizes must not tell what is said (RFC 6562). */
export const channelAudio = v.object({
  bitrateBps: v.pipe(v.number(), v.integer(), v.minValue(MIN_BITRATE_BPS), v.maxValue(MAX_BITRATE_BPS)),
  frameMs: v.literal(20),
  /** In-band forward error correction (RFC 6716, section 2.1.7). */
  fec: v.boolean(),
  /** How many speakers are forwarded at a time, the loudest: 0 for all, null for as the server thinks fit. */
  forwardLimit: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_FORWARD_LIMIT))),
});
export type ChannelAudio = v.InferOutput<typeof channelAudio>;

export const channelName = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_CHANNEL_NAME_LENGTH), visible);

export const channel = v.object({
  id,
  serverId: id,
  parentId: v.nullable(id),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_CHANNEL_NAME_LENGTH)),
  topic: v.pipe(v.string(), v.maxLength(MAX_TOPIC_LENGTH)),
  /** Among the children of one parent, ascending. */
  position: v.pipe(v.number(), v.integer()),
  /** Asks for a password. */
  locked: v.boolean(),
  /** People at once; null for no limit. */
  memberLimit: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Seconds that a person waits between two messages; 0 for none. */
  slowModeS: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** Goes when the last one leaves it. */
  temporary: v.optional(v.boolean(), false),
  audio: channelAudio,
});
export type Channel = v.InferOutput<typeof channel>;

/** Someone who is here now: one session. The same user may be here through several. */
export const member = v.object({
  id,
  userId: id,
  nickname: v.string(),
  status: v.string(),
  channelId: v.nullable(id),
  muted: v.boolean(),
  deafened: v.boolean(),
  /** By a moderator: nobody hears this member, or it hears nobody, whatever it does. */
  serverMuted: v.optional(v.boolean(), false),
  serverDeafened: v.optional(v.boolean(), false),
  /** The socket is gone, and may come back within a minute. */
  reconnecting: v.boolean(),
  guest: v.boolean(),
  /** The highest of its roles that is worth showing; null for guests and plain members. */
  role: v.optional(v.nullable(v.object({ name: v.string(), colour: v.nullable(v.string()) })), null),
});
export type Member = v.InferOutput<typeof member>;

/** What one may do: on the server, and in those channels where that differs. Names of a newer server are passed over. */
export const ownPermissions = v.object({
  permissions: v.array(v.string()),
  channelPermissions: v.optional(v.record(id, v.array(v.string())), {}),
});
export type OwnPermissions = v.InferOutput<typeof ownPermissions>;

const visibleText = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength), visible);
const workspace = visibleText(MAX_WORKSPACE_LENGTH);
/** From the folder of the workspace. */
const path = v.pipe(visibleText(MAX_PATH_LENGTH), v.check(isRelativePath, 'must lead into the folder'));
/** Counted from 1. */
const line = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_LINE));

/** Where a member is in its files, as far as it wants to tell. */
export const place = v.object({
  workspace: v.optional(workspace),
  branch: v.optional(visibleText(MAX_BRANCH_LENGTH)),
  path: v.optional(path),
  line: v.optional(line),
});
export type Place = v.InferOutput<typeof place>;

/** What the text of a message is, if it is code: in which language, and from where. */
export const messageCode = v.pipe(
  v.object({
    language: visibleText(MAX_LANGUAGE_LENGTH),
    path: v.optional(path),
    workspace: v.optional(workspace),
    /** The first line and the last. */
    startLine: line,
    endLine: line,
  }),
  v.forward(
    v.check(({ startLine, endLine }) => endLine >= startLine, 'must not be before the first line'),
    ['endLine'],
  ),
);
export type MessageCode = v.InferOutput<typeof messageCode>;

export const message = v.object({
  /** Sorts by time within a channel. */
  id,
  channelId: id,
  author: v.object({ userId: id, nickname: v.string() }),
  /** Empty once deleted. */
  text: v.string(),
  /** The text is code. */
  code: v.optional(v.nullable(messageCode), null),
  /** Written by a plugin of the server: its id. */
  plugin: v.optional(v.nullable(v.string()), null),
  /** The author's own, unique among the messages of that author. */
  nonce: id,
  createdAt: timeMs,
  editedAt: v.nullable(timeMs),
  deletedAt: v.nullable(timeMs),
});
export type Message = v.InferOutput<typeof message>;

/** Bytes in lowercase hexadecimal. */
export const hex = (bytes: number) => v.pipe(v.string(), v.length(bytes * 2), v.regex(/^[0-9a-f]*$/));

export const epochGrant = v.object({
  channelId: id,
  /** Counts up by one; its two low bits stand in each packet. */
  epoch: counter,
  /** 32 bytes. */
  secret: hex(EPOCH_SECRET_BYTES),
});
export type EpochGrant = v.InferOutput<typeof epochGrant>;

/** A whisper target as its speaker has it: what stands in the packets, and the secret that their key is derived from. */
export const whisperTarget = v.object({
  targetToken: token,
  /** 32 bytes. */
  secret: hex(WHISPER_SECRET_BYTES),
});
export type WhisperTarget = v.InferOutput<typeof whisperTarget>;

/** The same as its audience has it: with the member who whispers, and that one's voice token. */
export const whisperGrant = v.object({ ...whisperTarget.entries, memberId: id, token });
export type WhisperGrant = v.InferOutput<typeof whisperGrant>;

/** Which sender is whose: for the listeners of one room. */
export const voiceMember = v.object({ memberId: id, token });
export type VoiceMember = v.InferOutput<typeof voiceMember>;

/** Where the voice lane is to be found. An absent lane is not on offer; an absent host is the control lane's own. */
export const laneOffers = v.object({
  udp: v.optional(
    v.object({ host: v.optional(v.string()), port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)) }),
  ),
  /** Either a whole address, or just the port at the control lane's host. */
  websocket: v.optional(
    v.object({ url: v.optional(v.string()), port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)) }),
  ),
  dataChannel: v.boolean(),
});
export type LaneOffers = v.InferOutput<typeof laneOffers>;

/** What a member needs to speak and hear in the room that it has just joined. */
export const voiceGrant = v.object({
  token,
  /** 16 bytes. */
  hopKey: hex(HOP_KEY_BYTES),
  epoch: epochGrant,
  members: v.array(voiceMember),
  /** Those who address one, or this channel, with whispers. */
  whispers: v.optional(v.array(whisperGrant), []),
  audio: channelAudio,
  lanes: laneOffers,
});
export type VoiceGrant = v.InferOutput<typeof voiceGrant>;

export const laneKind = v.picklist(['udp', 'datachannel', 'websocket']);
export type LaneKind = v.InferOutput<typeof laneKind>;
