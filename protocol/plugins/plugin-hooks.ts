import * as v from 'valibot';
import { counter, id, messageCode, timeMs } from '../control/model.ts';
import { MAX_MESSAGE_LENGTH, MAX_REASON_LENGTH } from '../limits.ts';
import { MAX_COMMAND_ARGUMENTS_LENGTH, MAX_COMMAND_REPLY_LENGTH, MAX_PLUGIN_NOTE_LENGTH } from './plugin-limits.ts';

/*
 * What plugins are told and what they may answer, hook by hook. An event is checked before it goes in, an answer as it comes out. A hook that
 * answers nothing at all leaves things as they are. Audio hooks are not here: raw samples go in and out.
 */

/** In each event: the time, and chance, which a sandbox has no other source of. */
const envelope = {
  v: v.literal(1),
  nowMs: timeMs,
  /** 0 ≤ seed < 2^53; new each time. Not for secrets. */
  seed: counter,
};

const person = v.object({ id, userId: id, nickname: v.string(), self: v.boolean() });
export type PluginPerson = v.InferOutput<typeof person>;
const room = v.object({ id, name: v.string() });
export type PluginRoom = v.InferOutput<typeof room>;
const author = v.object({ userId: id, nickname: v.string(), self: v.boolean() });

const newText = v.pipe(
  v.string(),
  v.maxLength(MAX_MESSAGE_LENGTH),
  v.check((text) => text.trim().length > 0, 'must not be blank'),
);
const sentence = (maxLength: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(maxLength));
const note = sentence(MAX_PLUGIN_NOTE_LENGTH);
const reason = sentence(MAX_REASON_LENGTH);
const json = v.custom<unknown>(() => true);

/** Nothing is expected of it. */
const nothing = v.optional(v.object({}), {});
const pass = v.object({ action: v.literal('pass') });
const PASS = { action: 'pass' } as const;

const visit = v.object({ ...envelope, member: person, room });
const commandEvent = v.object({
  ...envelope,
  name: v.string(),
  /** What follows the name, trimmed. */
  args: v.pipe(v.string(), v.maxLength(MAX_COMMAND_ARGUMENTS_LENGTH)),
  member: person,
  room,
});
const commandResult = v.optional(
  v.object({
    /** For who gave the command alone. */
    reply: v.optional(sentence(MAX_COMMAND_REPLY_LENGTH)),
    /** For the room: in the name of who gave the command at the client, of the plugin at the server. */
    message: v.optional(newText),
  }),
  {},
);
const configEvent = v.object({ ...envelope, config: v.record(v.string(), json) });
const fetched = v.object({
  ...envelope,
  requestId: counter,
  /** Null where there was no answer. */
  status: v.nullable(counter),
  /** As UTF-8; empty where there was none. */
  body: v.string(),
  /** Why there was no answer; empty where there was one. */
  error: v.string(),
});

const both = {
  on_command: { event: commandEvent, result: commandResult },
  /** After the start, and when its settings change. */
  on_config: { event: configEvent, result: nothing },
  /** What `http_fetch` asked for has come, or will not. */
  on_http: { event: fetched, result: nothing },
  on_user_leave_channel: { event: visit, result: nothing },
  /** Every `timerS` seconds of the manifest. */
  on_timer: { event: v.object(envelope), result: nothing },
} as const;

/** The hooks of a plugin that runs with the voice of one person: in a page, or in an editor. */
export const CLIENT_HOOKS = {
  ...both,
  on_user_join_channel: { event: visit, result: nothing },
  /** A message has come, one's own among them. */
  on_message: {
    event: v.object({
      ...envelope,
      message: v.object({
        id,
        author,
        text: v.string(),
        code: v.nullable(messageCode),
        createdAt: timeMs,
      }),
      room,
    }),
    result: v.optional(
      v.variant('action', [
        pass,
        v.object({ action: v.literal('annotate'), note }),
        v.object({ action: v.literal('hide'), reason }),
      ]),
      PASS,
    ),
  },
  /** One is about to send a message. */
  on_message_send: {
    event: v.object({ ...envelope, text: v.string(), code: v.nullable(messageCode), room }),
    result: v.optional(
      v.variant('action', [
        pass,
        v.object({ action: v.literal('rewrite'), text: newText, code: v.optional(v.nullable(messageCode)) }),
        v.object({ action: v.literal('cancel'), reason }),
      ]),
      PASS,
    ),
  },
  on_speaking: { event: v.object({ ...envelope, member: person, speaking: v.boolean() }), result: nothing },
} as const;

/** The hooks of a plugin that runs in the server, for everyone. */
export const SERVER_HOOKS = {
  ...both,
  /** Somebody has come to the server. */
  on_connect: {
    event: v.object({ ...envelope, member: person, guest: v.boolean() }),
    /** A notice for that one alone. */
    result: v.optional(v.object({ notice: v.optional(note) }), {}),
  },
  on_user_join_channel: {
    event: visit,
    result: v.optional(v.variant('action', [pass, v.object({ action: v.literal('refuse'), reason })]), PASS),
  },
  /** Before it is stored. */
  on_message: {
    event: v.object({ ...envelope, author, text: v.string(), code: v.nullable(messageCode), room }),
    result: v.optional(
      v.variant('action', [
        pass,
        v.object({ action: v.literal('rewrite'), text: newText }),
        v.object({ action: v.literal('reject'), reason }),
      ]),
      PASS,
    ),
  },
} as const;

/** 960 samples of 32-bit floats, little-endian, in and out; an empty output leaves the frame as it is. */
export const AUDIO_HOOKS = ['on_audio_frame_captured', 'on_audio_frame_received'] as const;
export type AudioHook = (typeof AUDIO_HOOKS)[number];

export type ClientHook = keyof typeof CLIENT_HOOKS;
export type ServerHook = keyof typeof SERVER_HOOKS;
export type EventHook = ClientHook | ServerHook;
export type PluginHook = EventHook | AudioHook;

type EventOf<S> = S extends { readonly event: v.GenericSchema }
  ? Omit<v.InferOutput<S['event']>, keyof typeof envelope>
  : never;
type ResultOf<S> = S extends { readonly result: v.GenericSchema } ? v.InferOutput<S['result']> : never;

/** An event without its envelope, which the host adds. */
export type ClientHookEvent<H extends ClientHook> = EventOf<(typeof CLIENT_HOOKS)[H]>;
export type ClientHookResult<H extends ClientHook> = ResultOf<(typeof CLIENT_HOOKS)[H]>;
export type ServerHookEvent<H extends ServerHook> = EventOf<(typeof SERVER_HOOKS)[H]>;
export type ServerHookResult<H extends ServerHook> = ResultOf<(typeof SERVER_HOOKS)[H]>;

export const ALL_HOOKS = [
  ...new Set([...Object.keys(CLIENT_HOOKS), ...Object.keys(SERVER_HOOKS), ...AUDIO_HOOKS]),
] as readonly PluginHook[];

/** What `members` tells a plugin. */
export const pluginMembers = v.object({
  room: v.nullable(room),
  members: v.array(v.object({ ...person.entries, muted: v.boolean(), speaking: v.boolean() })),
});
export type PluginMembers = v.InferOutput<typeof pluginMembers>;

/** What a plugin gives `http_fetch`. */
export const pluginFetch = v.object({
  method: v.optional(v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']), 'GET'),
  url: v.pipe(v.string(), v.maxLength(2_000)),
  headers: v.optional(v.record(v.string(), v.string()), {}),
  body: v.optional(v.string(), ''),
});
export type PluginFetch = v.InferOutput<typeof pluginFetch>;

/** What a plugin gives `send_message`: at the server with the room to send it to. */
export const pluginMessage = v.object({ text: newText, roomId: v.optional(id) });
export type PluginMessage = v.InferOutput<typeof pluginMessage>;
