import type { Message } from '@switchboard/protocol';
import type { ChatEntry } from '../client-state.ts';
import type { Outgoing } from './chat-outbox.ts';
import type { ChatModel, CommandReply } from './chat-state.ts';

/* The chat as it is shown. What has not changed is the same entry. */

export type SentEntry = Extract<ChatEntry, { readonly status: 'sent' }>;

/** The messages as they are to be shown. */
export interface SentEntries {
  readonly sent: readonly SentEntry[];
  /** One's own that are stored and not to be shown as such yet. */
  readonly waiting: readonly ChatEntry[];
}

const sentEntries = new WeakMap<Message, SentEntry>();
const replyEntries = new WeakMap<CommandReply, ChatEntry>();

/** Those on their way last. */
export function chatEntries({ replies, outbox }: ChatModel, { sent, waiting }: SentEntries): readonly ChatEntry[] {
  return [...withReplies(sent, replies), ...waiting, ...outbox.map(outgoingEntry)];
}

/** A message that nobody has remarked on. */
export function sentEntry(message: Message): SentEntry {
  const known = sentEntries.get(message);
  if (known !== undefined) return known;
  const entry: SentEntry = { status: 'sent', message };
  sentEntries.set(message, entry);
  return entry;
}

export function outgoingEntry(outgoing: Outgoing): ChatEntry {
  if (outgoing.status === 'failed') return outgoing;
  const { nonce, text, code } = outgoing;
  return { status: 'sending', nonce, text, code };
}

/** Each after the messages that were there when it came. */
function withReplies(sent: readonly SentEntry[], replies: readonly CommandReply[]): readonly ChatEntry[] {
  if (replies.length === 0) return sent;
  const entries: ChatEntry[] = [];
  let next = 0;
  for (const entry of sent) {
    for (let reply = replies[next]; reply !== undefined && reply.afterId < entry.message.id; reply = replies[++next])
      entries.push(replyEntry(reply));
    entries.push(entry);
  }
  return [...entries, ...replies.slice(next).map(replyEntry)];
}

function replyEntry(reply: CommandReply): ChatEntry {
  const known = replyEntries.get(reply);
  if (known !== undefined) return known;
  const { id, pluginName, text } = reply;
  const entry: ChatEntry = { status: 'reply', id, pluginName, text };
  replyEntries.set(reply, entry);
  return entry;
}
