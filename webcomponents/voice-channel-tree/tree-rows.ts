import type { ClientState } from '@switchboard/client';
import type { Channel, Member } from '@switchboard/protocol';

interface Place {
  /** Of the element in the tree; unique. */
  readonly key: string;
  readonly parentKey: string | null;
  /** 1 for the top. */
  readonly level: number;
  readonly position: number;
  readonly setSize: number;
}

/** One visible line of the tree. */
export type TreeRow = Place &
  (
    | { readonly kind: 'server'; readonly name: string }
    | {
        readonly kind: 'channel';
        readonly channel: Channel;
        readonly members: number;
        /** Undefined when there is nothing to show or hide. */
        readonly expanded: boolean | undefined;
      }
    | { readonly kind: 'member'; readonly member: Member }
  );

export type TreeInput = Pick<ClientState, 'servers' | 'channels' | 'members'>;

/**
 * The lines of the tree from top to bottom: each channel's people, then its channels. A server has a line of its own
 * only where there are several. A channel whose parent is missing stands at the top.
 */
export function treeRows({ servers, channels, members }: TreeInput, collapsed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const known = new Set(channels.map((channel) => channel.id));
  const children = Map.groupBy(channels, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : null,
  );
  const inside = Map.groupBy(members, (member) => member.channelId);

  const addLevel = (
    siblings: readonly Channel[],
    people: readonly Member[],
    parentKey: string | null,
    level: number,
  ): void => {
    const setSize = siblings.length + people.length;
    people.forEach((member, index) => {
      rows.push({ kind: 'member', key: `m:${member.id}`, parentKey, level, position: index + 1, setSize, member });
    });
    siblings.forEach((channel, index) => {
      const key = `c:${channel.id}`;
      const here = inside.get(channel.id) ?? [];
      const below = children.get(channel.id) ?? [];
      const expanded = here.length + below.length === 0 ? undefined : !collapsed.has(key);
      const position = people.length + index + 1;
      rows.push({ kind: 'channel', key, parentKey, level, position, setSize, channel, members: here.length, expanded });
      if (expanded === true) addLevel(below, here, key, level + 1);
    });
  };

  const top = children.get(null) ?? [];
  if (servers.length < 2) {
    addLevel(top, [], null, 1);
    return rows;
  }
  servers.forEach((server, index) => {
    const key = `s:${server.id}`;
    rows.push({
      kind: 'server',
      key,
      parentKey: null,
      level: 1,
      position: index + 1,
      setSize: servers.length,
      name: server.name,
    });
    addLevel(
      top.filter((channel) => channel.serverId === server.id),
      [],
      key,
      2,
    );
  });
  return rows;
}

export type TreeMove =
  | { readonly type: 'focus'; readonly key: string }
  | { readonly type: 'expand'; readonly key: string }
  | { readonly type: 'collapse'; readonly key: string }
  | { readonly type: 'activate'; readonly key: string };

/** What a key does in the tree, after the ARIA authoring practices; undefined for keys that are none of its business. */
export function treeKey(rows: readonly TreeRow[], focused: string, key: string, rtl: boolean): TreeMove | undefined {
  const index = rows.findIndex((row) => row.key === focused);
  const row = rows[index];
  if (row === undefined) return undefined;
  const focus = (to: TreeRow | undefined): TreeMove | undefined =>
    to === undefined ? undefined : { type: 'focus', key: to.key };
  const expanded = row.kind === 'channel' ? row.expanded : undefined;
  switch (key) {
    case 'ArrowDown':
      return focus(rows[index + 1]);
    case 'ArrowUp':
      return focus(rows[index - 1]);
    case 'Home':
      return focus(rows[0]);
    case 'End':
      return focus(rows.at(-1));
    case rtl ? 'ArrowLeft' : 'ArrowRight':
      if (expanded === false) return { type: 'expand', key: focused };
      return expanded === true ? focus(rows[index + 1]) : undefined;
    case rtl ? 'ArrowRight' : 'ArrowLeft':
      if (expanded === true) return { type: 'collapse', key: focused };
      return focus(rows.find((candidate) => candidate.key === row.parentKey));
    case 'Enter':
    case ' ':
      return { type: 'activate', key: focused };
    default:
      return key.length === 1 ? focus(byLetter(rows, index, key)) : undefined;
  }
}

function byLetter(rows: readonly TreeRow[], from: number, letter: string): TreeRow | undefined {
  const after = [...rows.slice(from + 1), ...rows.slice(0, from)];
  return after.find((row) => rowName(row).toLocaleLowerCase().startsWith(letter.toLocaleLowerCase()));
}

export function rowName(row: TreeRow): string {
  if (row.kind === 'channel') return row.channel.name;
  return row.kind === 'member' ? row.member.nickname : row.name;
}
