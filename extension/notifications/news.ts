import type { ClientState, Message } from '@switchboard/client';

/** What one may want to be told while one looks elsewhere. */
export type News =
  | { readonly kind: 'arrival'; readonly name: string }
  | { readonly kind: 'message' | 'mention'; readonly name: string; readonly text: string };

/** What has happened between two states of one client. What a comeback brings is not news. */
export function newsBetween(before: ClientState, after: ClientState): readonly News[] {
  const here = after.channelId;
  const goesOn = before.connection.status === 'ready' && after.connection.status === 'ready';
  if (here === null || before.channelId !== here || !goesOn) return [];
  return [...arrivals(before, after, here), ...messages(before, after)];
}

function arrivals(before: ClientState, after: ClientState, channelId: string): readonly News[] {
  if (before.members === after.members) return [];
  const there = new Set(before.members.filter((member) => member.channelId === channelId).map(({ id }) => id));
  return after.members
    .filter((member) => member.channelId === channelId && member.id !== after.selfId && !there.has(member.id))
    .map(({ nickname }) => ({ kind: 'arrival', name: nickname }));
}

function messages(before: ClientState, after: ClientState): readonly News[] {
  if (before.chat.entries === after.chat.entries) return [];
  const newest = newestOf(before);
  // Before the first page of what was written has come, nothing is new.
  if (newest === undefined && before.chat.loading) return [];
  const self = after.members.find(({ id }) => id === after.selfId);
  return after.chat.entries.flatMap((entry): News[] => {
    // What a plugin of one's own hides is not told either.
    if (entry.status !== 'sent' || (entry.remarks?.hidden ?? null) !== null) return [];
    const { id, author, text, deletedAt } = entry.message;
    const isNew = newest === undefined || id > newest.id;
    if (!isNew || deletedAt !== null || author.userId === self?.userId) return [];
    return [{ kind: mentions(text, self?.nickname ?? '') ? 'mention' : 'message', name: author.nickname, text }];
  });
}

function newestOf({ chat }: ClientState): Message | undefined {
  const last = chat.entries.findLast((entry) => entry.status === 'sent');
  return last?.status === 'sent' ? last.message : undefined;
}

/** Whether a text names somebody: the name as a word, upper and lower case alike. */
export function mentions(text: string, nickname: string): boolean {
  const name = nickname.trim().toLowerCase();
  if (name === '') return false;
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(name); at !== -1; at = lower.indexOf(name, at + 1)) {
    const before = lower.slice(0, at);
    const after = lower.slice(at + name.length);
    if (!/[\p{L}\p{N}_]$/u.test(before) && !/^[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}
