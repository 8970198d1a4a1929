import type { Message } from '@switchboard/protocol';
import { keepIdentity } from './identity.ts';
import type { Outbox } from './chat-outbox.ts';

/*
 * The messages of the open channel, from whatever source: history, events, replies to one's own requests. Pure.
 * In any order and however often they come, the outcome is the same: sorted, each once, in its latest version.
 */

export interface ChatModel {
  /** Null while in no channel. */
  readonly channelId: string | null;
  /** Sorted by id, which is by time. */
  readonly messages: readonly Message[];
  readonly outbox: Outbox;
  /** In the order they came. */
  readonly replies: readonly CommandReply[];
  readonly more: boolean;
  readonly loading: boolean;
  readonly typing: readonly Typist[];
}

/** What a command has answered, for oneself alone. */
export interface CommandReply {
  readonly id: string;
  readonly pluginName: string;
  readonly text: string;
  /** The last message that was there when it came; empty for none. */
  readonly afterId: string;
}

/** More are forgotten, the oldest first. */
const MAX_REPLIES = 100;

export interface Typist {
  readonly memberId: string;
  /** Taken to have stopped at this time of the platform's clock. */
  readonly untilMs: number;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly more: boolean;
}

export const NO_CHAT: ChatModel = {
  channelId: null,
  messages: [],
  outbox: [],
  replies: [],
  more: false,
  loading: false,
  typing: [],
};

export function openedChat(channelId: string): ChatModel {
  return { ...NO_CHAT, channelId };
}

export function withMessages(model: ChatModel, incoming: readonly Message[]): ChatModel {
  const messages = merged(
    model.messages,
    incoming.filter(({ channelId }) => channelId === model.channelId),
  );
  return messages === model.messages ? model : { ...model, messages };
}

/**
 * The newest page, as loaded on coming in or back. `knownUpTo` is the last message that was there before, if any; what
 * came later came by event. If the page does not reach back to it, messages between them may be missing: then only those
 * from the page on are shown, and the rest can be loaded as older messages.
 */
export function withNewestPage(model: ChatModel, page: HistoryPage, knownUpTo: string | undefined): ChatModel {
  const oldest = page.messages[0]?.id;
  const whole = withMessages(model, page.messages);
  if (knownUpTo !== undefined && (!page.more || oldest === undefined || oldest <= knownUpTo))
    return page.more ? whole : { ...whole, more: false };
  return {
    ...whole,
    messages: whole.messages.filter(({ id }) => oldest === undefined || id >= oldest),
    more: page.more,
  };
}

/** The page before the oldest message. */
export function withOlderPage(model: ChatModel, page: HistoryPage): ChatModel {
  return { ...withMessages(model, page.messages), more: page.more };
}

/** A command of one's own has been answered. */
export function replied(model: ChatModel, reply: Omit<CommandReply, 'afterId'>): ChatModel {
  const afterId = model.messages.at(-1)?.id ?? '';
  return { ...model, replies: [...model.replies, { ...reply, afterId }].slice(-MAX_REPLIES) };
}

export function typed(model: ChatModel, channelId: string, typist: Typist): ChatModel {
  if (channelId !== model.channelId) return model;
  return { ...model, typing: [...model.typing.filter(({ memberId }) => memberId !== typist.memberId), typist] };
}

/** Without those who have fallen silent, have sent what they wrote, or are gone. */
export function stillTyping(model: ChatModel, goesOn: (typist: Typist) => boolean): ChatModel {
  const typing = model.typing.filter(goesOn);
  return typing.length === model.typing.length ? model : { ...model, typing };
}

function merged(known: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of incoming) byId.set(message.id, latest(byId.get(message.id), message));
  const messages = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return keepIdentity(known, messages);
}

/** What is deleted stays so; else the last edit counts. */
function latest(known: Message | undefined, incoming: Message): Message {
  if (known === undefined) return incoming;
  const age = version(incoming) - version(known);
  return age > 0 ? incoming : known;
}

function version({ editedAt, deletedAt }: Message): number {
  return deletedAt === null ? (editedAt ?? 0) : Number.MAX_SAFE_INTEGER;
}
