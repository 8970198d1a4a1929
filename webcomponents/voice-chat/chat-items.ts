import type { ChatEntry } from '@switchboard/client';

/** Messages of one author stand together until this much time lies between two of them. */
const GROUP_MS = 5 * 60_000;

/** One line of the log: a message, or what separates two of them. */
export type ChatItem =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: ChatEntry; readonly first: boolean };

export interface ChatView {
  readonly entries: readonly ChatEntry[];
  /** Whose messages those on their way are. */
  readonly selfUserId: string | null;
  /** The last message that was seen; null for no marker. */
  readonly readId: string | null;
}

/** Days of `dayOf` (the local calendar) and authors, from oldest to newest. */
export function chatItems({ entries, selfUserId, readId }: ChatView, dayOf: (atMs: number) => string): ChatItem[] {
  const items: ChatItem[] = [];
  let day: string | undefined;
  let author: string | null | undefined;
  let lastMs = 0;
  let marked = false;
  for (const entry of entries) {
    if (entry.status === 'reply') {
      items.push({ kind: 'entry', key: entryKey(entry), entry, first: true });
      author = undefined;
      continue;
    }
    const by = entry.status === 'sent' ? entry.message.author.userId : selfUserId;
    const atMs = entry.status === 'sent' ? entry.message.createdAt : lastMs;
    let first = by !== author || atMs - lastMs > GROUP_MS;
    if (entry.status === 'sent') {
      const today = dayOf(atMs);
      if (today !== day) items.push({ kind: 'day', key: `day:${today}`, atMs });
      const unread: boolean = !marked && readId !== null && entry.message.id > readId && by !== selfUserId;
      if (unread) items.push({ kind: 'unread', key: 'unread' });
      first ||= today !== day || unread;
      marked ||= unread;
      day = today;
    }
    items.push({ kind: 'entry', key: entryKey(entry), entry, first });
    author = by;
    lastMs = atMs;
  }
  return items;
}

/** Unique in the log. */
export function entryKey(entry: ChatEntry): string {
  switch (entry.status) {
    case 'sent':
      return `${entry.message.author.userId}:${entry.message.nonce}`;
    case 'reply':
      return `reply:${entry.id}`;
    case 'sending':
    case 'failed':
      return `own:${entry.nonce}`;
  }
}

/** Messages of others after the one seen last. */
export function countUnread({ entries, selfUserId, readId }: ChatView): number {
  if (readId === null) return 0;
  return entries.filter(
    (entry) => entry.status === 'sent' && entry.message.id > readId && entry.message.author.userId !== selfUserId,
  ).length;
}

export function newestId(entries: readonly ChatEntry[]): string | null {
  const last = entries.findLast((entry) => entry.status === 'sent');
  return last?.status === 'sent' ? last.message.id : null;
}
