import { describe, expect, it } from 'vitest';
import { happeningsBetween, membersIn, type Scene } from './plugin-happenings.ts';
import { aChannel, aMember } from './testing/fake-server.ts';

const lobby = aChannel('lobby');
const pair = aChannel('pair');

/** Ada is oneself. */
function aScene(
  channelId: string | null,
  others: Record<string, string | null>,
  speaking: readonly string[] = [],
): Scene {
  const members = [
    aMember('ada', { channelId }),
    ...Object.entries(others).map(([id, where]) => aMember(id, { channelId: where })),
  ];
  return { channelId, channels: [lobby, pair], members, selfId: 'ada', speaking };
}

const told = (before: Scene, after: Scene) =>
  happeningsBetween(before, after).map(({ hook, event }) => {
    const what = 'room' in event ? event.room.id : String(event.speaking);
    return `${hook} ${event.member.nickname} ${what}${event.member.self ? ' self' : ''}`;
  });

describe('what plugins are told of', () => {
  it('is who comes and goes in one’s own room', () => {
    const before = aScene('lobby', { bob: 'lobby', eve: 'pair', kim: null });
    const after = aScene('lobby', { bob: null, eve: 'lobby', kim: 'pair' });
    expect(told(before, after)).toEqual(['on_user_leave_channel bob lobby', 'on_user_join_channel eve lobby']);
  });

  it('is oneself alone where one changes rooms', () => {
    expect(told(aScene(null, { bob: 'lobby' }), aScene('lobby', { bob: 'lobby' }))).toEqual([
      'on_user_join_channel ada lobby self',
    ]);
    expect(
      told(
        aScene('lobby', { bob: 'lobby', eve: 'pair' }, ['bob', 'eve']),
        aScene('pair', { bob: 'lobby', eve: 'pair' }, ['bob', 'eve']),
      ),
    ).toEqual(['on_user_leave_channel ada lobby self', 'on_user_join_channel ada pair self', 'on_speaking eve true']);
    expect(told(aScene('lobby', { bob: 'lobby' }), aScene(null, { bob: 'lobby' }))).toEqual([
      'on_user_leave_channel ada lobby self',
    ]);
  });

  it('is who speaks, of those who are here', () => {
    const before = aScene('lobby', { bob: 'lobby', eve: 'pair' }, ['bob']);
    const after = { ...before, speaking: ['eve', 'ada'] };
    expect(told(before, after)).toEqual(['on_speaking ada true self', 'on_speaking bob false']);
  });

  it('is not that one is somebody else after the server has been away', () => {
    const before = aScene('lobby', { bob: 'lobby' });
    const members = [aMember('ada2', { nickname: 'ada' }), aMember('bob', { channelId: 'lobby' })];
    // Not back in the room yet by the server's account: one is on the way.
    const after = { ...before, members, selfId: 'ada2' };
    expect(told(before, after)).toEqual([]);
    expect(membersIn(after).members.map(({ id }) => id)).toEqual(['ada2', 'bob']);
  });

  it('is nothing where one is in no room, or in one that is not known', () => {
    const nowhere = aScene(null, { bob: 'lobby' });
    expect(told(nowhere, aScene(null, { bob: 'pair' }, ['bob']))).toEqual([]);
    expect(told(nowhere, aScene('unknown', {}))).toEqual([]);
    expect(membersIn(nowhere)).toEqual({ room: null, members: [] });
  });

  it('is who is there', () => {
    const scene = aScene('lobby', { bob: 'lobby', eve: 'pair' }, ['bob']);
    expect(membersIn(scene)).toEqual({
      room: { id: 'lobby', name: 'lobby' },
      members: [
        { id: 'ada', userId: 'user-ada', nickname: 'ada', self: true, muted: false, speaking: false },
        { id: 'bob', userId: 'user-bob', nickname: 'bob', self: false, muted: false, speaking: true },
      ],
    });
  });
});
