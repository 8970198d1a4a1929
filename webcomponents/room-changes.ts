import type { ChatEntry, ClientState } from '@switchboard/client';
import type { Channel, Member, Message } from '@switchboard/protocol';

/** What has happened between two states, as a page or a listener would tell it. */
export type RoomChange =
  | { readonly type: 'joined'; readonly channel: Channel }
  | { readonly type: 'left'; readonly channelId: string }
  /** `hiddenBy`: the plugin of one's own that does not want it shown. */
  | { readonly type: 'message'; readonly message: Message; readonly own: boolean; readonly hiddenBy: string | null }
  /** A command has answered. */
  | { readonly type: 'reply'; readonly pluginName: string; readonly text: string }
  | { readonly type: 'speaking'; readonly member: Member; readonly speaking: boolean }
  /** Someone began to whisper to one. */
  | { readonly type: 'whispers'; readonly member: Member }
  /** Someone else came into, or left, the room one is in. */
  | { readonly type: 'arrived' | 'departed'; readonly member: Member };

export function roomChanges(before: ClientState, after: ClientState): RoomChange[] {
  const changes: RoomChange[] = [];
  const moved = before.channelId !== after.channelId;
  if (moved && before.channelId !== null) changes.push({ type: 'left', channelId: before.channelId });
  if (moved && after.channelId !== null) {
    const channel = after.channels.find(({ id }) => id === after.channelId);
    if (channel !== undefined) changes.push({ type: 'joined', channel });
  }
  if (!moved && after.channelId !== null) {
    changes.push(...newMessages(before, after), ...newReplies(before, after));
    if (before.members !== after.members) changes.push(...comings(before, after, after.channelId));
  }
  if (before.speaking !== after.speaking) changes.push(...speech(before, after));
  if (before.whisperedBy !== after.whisperedBy) changes.push(...whispers(before, after));
  return changes;
}

function newMessages(before: ClientState, after: ClientState): RoomChange[] {
  if (before.chat.entries === after.chat.entries) return [];
  const newest = newestId(before);
  // Before the first page of history has come, nothing is new.
  if (newest === undefined && before.chat.loading) return [];
  const selfUser = after.members.find(({ id }) => id === after.selfId)?.userId;
  return after.chat.entries.flatMap((entry) =>
    entry.status === 'sent' && (newest === undefined || entry.message.id > newest)
      ? [
          {
            type: 'message' as const,
            message: entry.message,
            own: entry.message.author.userId === selfUser,
            hiddenBy: entry.remarks?.hidden?.pluginName ?? null,
          },
        ]
      : [],
  );
}

function newReplies(before: ClientState, after: ClientState): RoomChange[] {
  const replies = ({ chat }: ClientState): Extract<ChatEntry, { readonly status: 'reply' }>[] =>
    chat.entries.filter((entry) => entry.status === 'reply');
  const known = new Set(replies(before).map(({ id }) => id));
  return replies(after)
    .filter(({ id }) => !known.has(id))
    .map(({ pluginName, text }) => ({ type: 'reply', pluginName, text }));
}

function newestId({ chat }: ClientState): string | undefined {
  const last = chat.entries.findLast((entry) => entry.status === 'sent');
  return last?.status === 'sent' ? last.message.id : undefined;
}

function comings(before: ClientState, after: ClientState, channelId: string): RoomChange[] {
  const others = (state: ClientState): Member[] =>
    state.members.filter((member) => member.channelId === channelId && member.id !== state.selfId);
  const [then, now] = [others(before), others(after)];
  const missing = (from: readonly Member[], to: readonly Member[]): Member[] => {
    const ids = new Set(to.map(({ id }) => id));
    return from.filter(({ id }) => !ids.has(id));
  };
  return [
    ...missing(now, then).map((member): RoomChange => ({ type: 'arrived', member })),
    ...missing(then, now).map((member): RoomChange => ({ type: 'departed', member })),
  ];
}

function speech(before: ClientState, after: ClientState): RoomChange[] {
  const find = (id: string): Member | undefined =>
    after.members.find((member) => member.id === id) ?? before.members.find((member) => member.id === id);
  const turn = (ids: readonly string[], others: readonly string[], speaking: boolean): RoomChange[] =>
    ids.flatMap((id) => {
      const member = others.includes(id) ? undefined : find(id);
      return member === undefined ? [] : [{ type: 'speaking', member, speaking }];
    });
  return [...turn(after.speaking, before.speaking, true), ...turn(before.speaking, after.speaking, false)];
}

function whispers(before: ClientState, after: ClientState): RoomChange[] {
  return after.members
    .filter(({ id }) => after.whisperedBy.includes(id) && !before.whisperedBy.includes(id))
    .map((member) => ({ type: 'whispers', member }));
}
