import type { ClientState } from '@switchboard/client';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { channel, member, people, roomState } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import type { CallState } from '../calls/calls.ts';
import type { Bookmark } from '../servers/bookmark.ts';
import { translate as t } from '../testing/translate.ts';
import { changedLines, NO_LINES } from './tree-line.ts';
import { treeLines } from './tree-lines.ts';

const HOME: Bookmark = {
  id: 'home',
  address: 'https://voice.example.org',
  name: 'Home',
  nickname: 'Ada',
  signIn: { type: 'guest' },
};
const WORK: Bookmark = { ...HOME, id: 'work', name: 'Work', signIn: { type: 'account', username: 'ada' } };
const NONE: CallState = { status: 'none' };
const ROOM_ID = roomState.channelId!;

const open = (state: Partial<ClientState> = {}): CallState => ({
  status: 'open',
  bookmark: HOME,
  client: new FixtureClient({ ...roomState, speaking: [], ...state }),
});
const lines = (call: CallState, bookmarks: readonly Bookmark[] = [HOME, WORK]) => treeLines(bookmarks, call, t);
const line = (call: CallState, key: string) => lines(call).lines.get(key)!;
const withMember = (id: string, change: object): Partial<ClientState> => ({
  members: roomState.members.map((each) => (each.id === id ? { ...each, ...change } : each)),
});

describe('treeLines', () => {
  it('shows servers that one is not connected with, in their order, each with how one comes in', () => {
    const { top, lines: all } = lines(NONE);
    expect(top).toEqual(['bookmark:home', 'bookmark:work']);
    expect(all.get('bookmark:home')).toMatchObject({
      label: 'Home',
      description: 'voice.example.org',
      command: 'connect',
      context: 'bookmark.guest.idle.down',
      children: undefined,
    });
    expect(all.get('bookmark:work')).toMatchObject({ context: 'bookmark.account.idle.up' });
    expect(all.get('bookmark:work')!.tooltip).toContain('Account ada');
  });

  it('shows below the connected one its rooms, in each its people and then the rooms inside of it', () => {
    const inside = channel({ id: 'inside', parentId: ROOM_ID, name: 'Inside' });
    const lost = channel({ id: 'lost', parentId: 'not-to-be-seen', name: 'Lost' });
    const call = open({ channels: [...roomState.channels, inside, lost] });
    const here = roomState.members.filter(({ channelId }) => channelId === ROOM_ID);
    expect(line(call, `room:${ROOM_ID}`).children).toEqual([...here.map(({ id }) => `member:${id}`), 'room:inside']);
    expect(line(call, 'bookmark:home').children).toContain('room:lost');
    expect(line(call, 'bookmark:home').context).toBe('bookmark.guest.active.down');
    expect(line(call, 'bookmark:work').context).toBe('bookmark.account.idle.up');
    for (const key of lines(call).top.flatMap((top) => line(call, top).children ?? []))
      expect(lines(call).lines.has(key), key).toBe(true);
  });

  it('has a line for each virtual server where there are several', () => {
    const servers = [
      { id: 's1', name: 'One' },
      { id: 's2', name: 'Two' },
    ];
    const channels = [channel({ id: 'a', serverId: 's1' }), channel({ id: 'b', serverId: 's2' })];
    const call = open({ servers, channels, members: [] });
    expect(line(call, 'bookmark:home').children).toEqual(['server:s1', 'server:s2']);
    expect(line(call, 'server:s2')).toMatchObject({ label: 'Two', children: ['room:b'] });
  });

  it('says that there are no rooms, once it is known', () => {
    expect(line(open({ channels: [], members: [] }), 'bookmark:home').children).toEqual(['note:rooms']);
    const connecting = open({ channels: [], members: [], connection: { status: 'connecting' } });
    expect(line(connecting, 'bookmark:home').children).toEqual([]);
  });

  it('shows one’s own room, and what a click on the others does', () => {
    const other = roomState.channels.find(({ id }) => id !== ROOM_ID)!;
    expect(line(open(), `room:${ROOM_ID}`)).toMatchObject({ live: true, command: 'join' });
    expect(line(open(), `room:${ROOM_ID}`).context).toMatch(/^room\.own/);
    expect(line(open(), `room:${ROOM_ID}`).spoken).toContain('you are here');
    expect(line(open(), `room:${other.id}`)).toMatchObject({ live: false, command: 'join' });
    const denied = open({ channelPermissions: { [other.id]: ['see'] } });
    expect(line(denied, `room:${other.id}`).command).toBeUndefined();
    expect(line(denied, `room:${other.id}`).context).toMatch(/^room\.closed/);
    expect(line(denied, `room:${other.id}`).spoken).toContain('not open to you');
  });

  it('counts people, tells of locks and of a room that is full', () => {
    const room = channel({ id: 'small', name: 'Small', memberLimit: 1, locked: true });
    const call = open({ channels: [...roomState.channels, room], members: [member({ id: 'm', channelId: 'small' })] });
    expect(line(call, 'room:small')).toMatchObject({ description: '1/1', context: 'room.closed' });
    expect(line(call, 'room:small').spoken).toBe('Small, 1 of 1 people, needs a password, full');
  });

  it.each([
    ['speaks', { speaking: [people.grace.id] }, 'mic-filled', 'speaking'],
    ['whispers', { whisperedBy: [people.grace.id] }, 'comment', 'whispers to you'],
    ['comes back', withMember(people.grace.id, { reconnecting: true }), 'sync~spin', 'reconnecting'],
    ['was muted', withMember(people.grace.id, { serverMuted: true }), 'circle-slash', 'muted by a moderator'],
  ])('shows of a person who %s', (_, state, icon, words) => {
    const shown = line(open(state), `member:${people.grace.id}`);
    expect(shown.icon).toMatchObject({ icon });
    expect(shown.spoken).toContain(words);
    expect(shown.tooltip.join(' ')).toContain(words);
  });

  it('shows who is muted or deafened, of oneself at once', () => {
    const muted = (id: string, state: Partial<ClientState>) => line(open(state), `member:${id}`).icon;
    expect(muted(people.grace.id, withMember(people.grace.id, { muted: true }))).toEqual({ picture: 'mic-off' });
    const deaf = withMember(people.grace.id, { muted: true, deafened: true });
    expect(muted(people.grace.id, deaf)).toEqual({ picture: 'headphones-off' });
    expect(muted(people.self.id, { muted: true })).toEqual({ picture: 'mic-off' });
    expect(muted(people.self.id, { muted: false })).toEqual({ icon: 'mic' });
  });

  it('shows where people are, and leads there by a click, but not to oneself', () => {
    const places = {
      [people.grace.id]: { path: 'src/a.ts', line: 12, branch: 'main' },
      [people.self.id]: { path: 'src/b.ts', line: 1 },
    };
    const grace = line(open({ places }), `member:${people.grace.id}`);
    expect(grace).toMatchObject({ command: 'jumpToMember' });
    expect(grace.description).toContain('src/a.ts:12 · main');
    expect(grace.context).toMatch(/^member\.other\.place/);
    const self = line(open({ places }), `member:${people.self.id}`);
    expect(self.command).toBeUndefined();
    expect(self.context).toBe('member.self');
    expect(line(open({ muted: true }), `member:${people.self.id}`).context).toBe('member.self.muted');
    expect(line(open({ muted: true, deafened: true }), `room:${ROOM_ID}`).context).toMatch(
      /^room\.own\.muted\.deafened/,
    );
    expect(self.label).toContain('(you)');
  });

  it('offers to moderators what they may try', () => {
    const permissions = [...roomState.permissions, 'member.mute', 'member.move', 'member.kick', 'member.ban'];
    const context = (state: Partial<ClientState>) =>
      line(open({ permissions, ...state }), `member:${people.grace.id}`).context;
    expect(context({})).toBe('member.other.canMute.canDeafen.canMove.canKick.canBan');
    expect(context(withMember(people.grace.id, { serverMuted: true }))).toContain('.canUnmute.canDeafen');
    expect(line(open({ permissions }), `member:${people.self.id}`).context).toBe('member.self');
    expect(line(open(), `member:${people.grace.id}`).context).toBe('member.other');
  });

  it('says at the server how the connection is', () => {
    const description = (state: Partial<ClientState>) => line(open(state), 'bookmark:home').description;
    expect(description({})).toBe('');
    const problem = { code: 'client.disconnected', message: '' } as const;
    expect(description({ connection: { status: 'reconnecting', attempt: 2, retryAtMs: 0, problem } })).toBe(
      'reconnecting…',
    );
    const tooltip = line(
      open({ connection: { status: 'reconnecting', attempt: 2, retryAtMs: 0, problem } }),
      'bookmark:home',
    ).tooltip.join(' ');
    expect(tooltip).toContain('The connection was lost');
    expect(description({ connection: { status: 'connecting' } })).toBe('connecting…');
    expect(description({ lane: { status: 'unreachable' } })).toBe('no voice');
    const ended: CallState = { status: 'ended', bookmark: HOME, problem: { code: 'session.kicked', message: '' } };
    expect(line(ended, 'bookmark:home')).toMatchObject({ description: 'disconnected', command: 'connect' });
    expect(line(ended, 'bookmark:home').spoken).toContain('A moderator has removed you');
  });
});

describe('changedLines', () => {
  const between = (before: CallState, after: CallState) => changedLines(lines(before), lines(after));

  it('is nothing where nothing has changed', () => {
    expect(between(open(), open())).toEqual([]);
  });

  it('is everything at first, and where the servers are others', () => {
    expect(changedLines(NO_LINES, lines(NONE))).toBe('all');
    expect(changedLines(lines(NONE), lines(NONE, [WORK, HOME]))).toBe('all');
    // What could not be opened before can be now.
    expect(between(NONE, open())).toBe('all');
  });

  it('is the line of who begins to speak, and no other', () => {
    expect(between(open(), open({ speaking: [people.grace.id] }))).toEqual([`member:${people.grace.id}`]);
  });

  it('is the room that somebody has left', () => {
    const left = roomState.members.filter(({ id }) => id !== people.grace.id);
    expect(between(open(), open({ members: left }))).toEqual([`room:${ROOM_ID}`]);
  });

  it('is what contains a room that can be opened only now', () => {
    const empty = roomState.channels.find(
      ({ id }) =>
        roomState.members.every(({ channelId }) => channelId !== id) &&
        roomState.channels.every(({ parentId }) => parentId !== id),
    )!;
    const above = empty.parentId === null ? 'bookmark:home' : `room:${empty.parentId}`;
    const came = [...roomState.members, member({ id: 'new', channelId: empty.id })];
    expect(between(open(), open({ members: came }))).toEqual([above]);
  });
});
