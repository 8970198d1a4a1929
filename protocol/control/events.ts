import * as v from 'valibot';
import {
  channel,
  channelAudio,
  counter,
  epochGrant,
  id,
  member,
  message,
  ownPermissions,
  place,
  token,
  timeMs,
  voiceGrant,
  whisperGrant,
  whisperTarget,
} from './model.ts';
import { pluginCatalogue } from '../plugins/plugin-catalogue.ts';

/** Every event of the control lane with the schema of its data. */
export const EVENTS = {
  'channel.created': v.object({ channel }),
  'channel.updated': v.object({ channel }),
  'channel.deleted': v.object({ channelId: id }),

  /** Came online. */
  'member.joined': v.object({ member }),
  /** Is gone. */
  'member.left': v.object({ memberId: id }),
  /** Went into, out of, or between channels. The token is there for those who share the new channel. */
  'member.moved': v.object({ memberId: id, channelId: v.nullable(id), token: v.optional(token) }),
  'member.updated': v.object({ member }),
  /** Speaks, or has stopped: for those who are not in the same room and cannot hear it. */
  'member.speaking': v.object({ memberId: id, speaking: v.boolean() }),
  /** Where somebody in the same room is in its files; null for nowhere, or not told any more. */
  'member.place': v.object({ memberId: id, place: v.nullable(place) }),

  'message.created': v.object({ message }),
  'message.edited': v.object({ message }),
  'message.deleted': v.object({ message }),
  'message.typing': v.object({ channelId: id, memberId: id }),

  'voice.epoch': epochGrant,
  'voice.config': v.object({ channelId: id, audio: channelAudio }),
  /** Someone addresses one with whispers, or does so under a new secret. */
  'voice.whisper': whisperGrant,
  /** A new secret of one's own target: someone has left its audience. */
  'voice.whisperSecret': whisperTarget,
  /** A target is over: one's own, or one that addressed one. */
  'voice.whisperEnded': v.object({ targetToken: token }),

  /** The server's plugins, their commands and offers have changed. */
  'plugins.changed': pluginCatalogue,

  /** What one may do has changed. */
  'self.permissions': ownPermissions,
  /** A moderator has changed what others hear of one, and one of them. */
  'self.muted': v.object({ muted: v.boolean(), deafened: v.boolean() }),
  /** One has been put into another room, with all that a join brings, or out of the room: null. */
  'self.moved': v.object({ channelId: v.nullable(id), voice: v.nullable(voiceGrant) }),
  /** The session is over; coming back is up to the person. */
  'self.kicked': v.object({ reason: v.string() }),
  /** The session is over; null for ever. */
  'self.banned': v.object({ reason: v.string(), until: v.nullable(timeMs) }),
  /** The log-in has ended elsewhere, or the account is gone; the session is over. */
  'self.loggedOut': v.object({}),

  /** The same identity has come in from elsewhere; this session is over. */
  'session.replaced': v.object({}),
  /** For people to read: what the operator says to everyone, or to who has just come in. */
  'server.notice': v.object({ text: v.string() }),
  /** The server stops; the client comes back after about this long. */
  'server.draining': v.object({ retryAfterMs: counter }),
} as const;

export type EventType = keyof typeof EVENTS;
export type EventData<T extends EventType> = v.InferOutput<(typeof EVENTS)[T]>;

/** An event with its type and data, as a union that narrows on `type`. */
export type ControlEvent = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType];

export function isEventType(value: string): value is EventType {
  return Object.hasOwn(EVENTS, value);
}
