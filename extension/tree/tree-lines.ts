import type { Channel, ClientState, Member } from '@switchboard/client';
import { sentenceOf, type Translate } from '../calls/sentences.ts';
import type { CallState } from '../calls/calls.ts';
import type { Bookmark } from '../servers/bookmark.ts';
import { idleBookmarkLine } from './bookmark-line.ts';
import { memberLine } from './member-line.ts';
import { barrierOf, roomLine } from './room-line.ts';
import type { TreeLine, TreeLines } from './tree-line.ts';
import { keyOf, type TreeNode } from './tree-node.ts';

/** All that the tree shows: servers, below the connected one its rooms, in each its people and then the rooms inside of it. */
export function treeLines(bookmarks: readonly Bookmark[], call: CallState, t: Translate): TreeLines {
  const lines = new Map<string, TreeLine>();
  const put = (line: TreeLine): string => {
    const key = keyOf(line.node);
    lines.set(key, line);
    return key;
  };
  const inUse = call.status === 'none' ? undefined : call.bookmark.id;
  const top = bookmarks.map((bookmark, index) => {
    const idle = idleBookmarkLine(bookmark, { first: index === 0, last: index === bookmarks.length - 1 }, t);
    if (bookmark.id !== inUse || call.status === 'none') return put(idle);
    const { command: _command, ...rest } = idle;
    return put(
      call.status === 'ended'
        ? { ...idle, ...endedLook(call, t, idle) }
        : { ...rest, ...callLook(call, idle, t), children: roomKeys(call.client.state, put, t) },
    );
  });
  return { top, lines };
}

type Look = Pick<TreeLine, 'description' | 'icon' | 'context' | 'spoken' | 'live' | 'tooltip'>;

function endedLook({ problem }: Extract<CallState, { status: 'ended' }>, t: Translate, idle: TreeLine): Look {
  const why = sentenceOf(problem, t);
  return {
    live: false,
    description: t('disconnected'),
    tooltip: [...idle.tooltip, why],
    icon: { icon: 'warning', colour: 'list.warningForeground' },
    context: idle.context,
    spoken: `${idle.label}, ${t('disconnected')}. ${why}`,
  };
}

function callLook(
  { client }: Extract<CallState, { status: 'connecting' | 'open' }>,
  idle: TreeLine,
  t: Translate,
): Look {
  const context = idle.context.replace('.idle', '.active');
  const { connection, lane } = client.state;
  const look = (description: string, icon: string, colour?: string, why: readonly string[] = []): Look => ({
    live: false,
    description,
    tooltip: description === '' ? idle.tooltip : [...idle.tooltip, description, ...why],
    icon: { icon, ...(colour === undefined ? {} : { colour }) },
    context,
    spoken: [idle.label, description === '' ? t('connected') : description].join(', '),
  });
  switch (connection.status) {
    case 'ready':
      // Voice takes another way; while it has none, that is worth knowing where one sees the server.
      return lane.status === 'unreachable'
        ? look(t('no voice'), 'warning', 'list.warningForeground')
        : look('', 'vm-active', 'charts.green');
    case 'reconnecting':
      return look(
        t('reconnecting…'),
        'sync~spin',
        'list.warningForeground',
        connection.problem === null ? [] : [sentenceOf(connection.problem, t)],
      );
    default:
      return look(t('connecting…'), 'loading~spin');
  }
}

function roomKeys(state: ClientState, put: (line: TreeLine) => string, t: Translate): readonly string[] {
  const known = new Set(state.channels.map(({ id }) => id));
  const inside = Map.groupBy(state.members, ({ channelId }) => channelId);
  // A room whose parent one may not see stands at the top.
  const below = Map.groupBy(state.channels, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : null,
  );
  const room = (channel: Channel): string => {
    const people = inside.get(channel.id) ?? [];
    const children = [...people.map(person), ...(below.get(channel.id) ?? []).map(room)];
    return put({ ...roomLine(channel, people, barrierOf(channel, people.length, state), state, t), children });
  };
  const person = (member: Member): string => put(memberLine(member, state, t));
  const top = below.get(null) ?? [];
  if (state.servers.length < 2) {
    if (top.length > 0 || state.connection.status !== 'ready') return top.map(room);
    return [put(noteLine({ kind: 'note', of: 'rooms' }, t('This server has no rooms yet.')))];
  }
  return state.servers.map(({ id, name }) =>
    put({
      ...noteLine({ kind: 'server', serverId: id }, name),
      icon: { icon: 'server' },
      context: 'server',
      children: top.filter(({ serverId }) => serverId === id).map(room),
    }),
  );
}

function noteLine(node: TreeNode, label: string): TreeLine {
  return {
    node,
    label,
    live: false,
    description: '',
    tooltip: [],
    icon: { icon: 'info' },
    context: 'note',
    spoken: label,
    children: undefined,
  };
}
