import { NO_PLUGINS, type ControlEvent, type Welcome } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed, EMPTY_ROOMS, welcomed, type RoomState } from './room-state.ts';
import { aChannel, aMember, CHANNEL_AUDIO } from './testing/fake-server.ts';

function aWelcome(with_: Partial<Welcome> = {}): Welcome {
  return {
    session: { id: 's', secret: '0'.repeat(64), graceMs: 60_000 },
    self: aMember('ada'),
    servers: [{ id: 's1', name: 'One' }],
    channels: [aChannel('lobby'), aChannel('pair', { position: 1 })],
    members: [aMember('bob', { channelId: 'lobby' })],
    permissions: [],
    channelPermissions: {},
    plugins: NO_PLUGINS,
    seq: 0,
    ...with_,
  };
}

const channelIds = ({ channels }: RoomState) => channels.map(({ id }) => id);

// Few ids, so that events meet; some that nobody knows.
const anyChannelId = fc.constantFrom('a', 'b', 'c', 'd');
const anyMemberId = fc.constantFrom('ada', 'bob', 'eve', 'kim');
const anyChannel = fc
  .record({
    id: anyChannelId,
    serverId: fc.constantFrom('s1', 's2'),
    parentId: fc.option(anyChannelId),
    name: fc.constantFrom('x', 'y'),
    position: fc.integer({ min: -2, max: 2 }),
  })
  .map(({ id, ...with_ }) => aChannel(id, with_));
const anyMember = fc
  .record({
    id: anyMemberId,
    channelId: fc.option(anyChannelId),
    nickname: fc.constantFrom('n', 'm'),
    muted: fc.boolean(),
  })
  .map(({ id, ...with_ }) => aMember(id, with_));
const anyEvent: fc.Arbitrary<ControlEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom('channel.created' as const, 'channel.updated' as const),
    data: fc.record({ channel: anyChannel }),
  }),
  fc.record({ type: fc.constant('channel.deleted' as const), data: fc.record({ channelId: anyChannelId }) }),
  fc.record({
    type: fc.constantFrom('member.joined' as const, 'member.updated' as const),
    data: fc.record({ member: anyMember }),
  }),
  fc.record({ type: fc.constant('member.left' as const), data: fc.record({ memberId: anyMemberId }) }),
  fc.record({
    type: fc.constant('member.moved' as const),
    data: fc.record({ memberId: anyMemberId, channelId: fc.option(anyChannelId) }),
  }),
  fc.record({
    type: fc.constant('member.speaking' as const),
    data: fc.record({ memberId: anyMemberId, speaking: fc.boolean() }),
  }),
  fc.record({
    type: fc.constant('voice.config' as const),
    data: fc.record({ channelId: anyChannelId, audio: fc.constant({ ...CHANNEL_AUDIO, bitrateBps: 64_000 }) }),
  }),
  fc.record({
    type: fc.constant('member.place' as const),
    data: fc.record({ memberId: anyMemberId, place: fc.option(fc.record({ line: fc.integer({ min: 1, max: 3 }) })) }),
  }),
  fc.record({ type: fc.constant('server.notice' as const), data: fc.record({ text: fc.string() }) }),
);
const anyWelcome = fc
  .record({ channels: fc.array(anyChannel), members: fc.array(anyMember) })
  .map((with_) => aWelcome(with_));

describe('room state', () => {
  it('orders channels as a tree', () => {
    const channels = [
      aChannel('room 2', { parentId: 'pair', position: 2 }),
      aChannel('quiet', { position: 9 }),
      aChannel('room 1', { parentId: 'pair', position: 1 }),
      aChannel('lost', { parentId: 'nobody', position: 8 }),
      aChannel('pair', { position: 5 }),
      aChannel('lobby', { position: 1 }),
      aChannel('elsewhere', { serverId: 's2', position: 0 }),
    ];
    const servers = ['s1', 's2'].map((id) => ({ id, name: id }));
    const sut = welcomed(EMPTY_ROOMS, aWelcome({ channels, servers }));
    expect(channelIds(sut)).toEqual(['lobby', 'pair', 'room 1', 'room 2', 'lost', 'quiet', 'elsewhere']);
  });

  it('moves a channel to where its new position puts it', () => {
    const sut = welcomed(EMPTY_ROOMS, aWelcome());
    const channel = aChannel('lobby', { position: 7 });
    expect(channelIds(changed(sut, { type: 'channel.updated', data: { channel } }))).toEqual(['pair', 'lobby']);
  });

  it('keeps the identity of all that a new welcome does not change', () => {
    const before = welcomed(EMPTY_ROOMS, aWelcome());
    const next = welcomed(before, structuredClone(aWelcome({ members: [aMember('bob', { muted: true })] })));
    expect(next.channels).toBe(before.channels);
    expect(next.servers).toBe(before.servers);
    expect(next.members.find(({ id }) => id === 'ada')).toBe(before.members.find(({ id }) => id === 'ada'));
    expect(next.members.find(({ id }) => id === 'bob')).toMatchObject({ muted: true });
  });

  it('is the same object after an event that tells nothing new', () => {
    const sut = welcomed(EMPTY_ROOMS, aWelcome());
    const [bob] = sut.members.filter(({ id }) => id === 'bob');
    const stale: ControlEvent[] = [
      { type: 'member.updated', data: { member: structuredClone(bob!) } },
      { type: 'channel.updated', data: { channel: aChannel('lobby') } },
      { type: 'member.left', data: { memberId: 'nobody' } },
      { type: 'member.speaking', data: { memberId: 'bob', speaking: false } },
      { type: 'member.moved', data: { memberId: 'bob', channelId: 'lobby' } },
    ];
    for (const event of stale) expect(changed(sut, event)).toBe(sut);
  });

  it('takes whoever goes to another room to have stopped speaking', () => {
    const events: ControlEvent[] = [
      { type: 'member.speaking', data: { memberId: 'bob', speaking: true } },
      { type: 'member.moved', data: { memberId: 'bob', channelId: 'pair' } },
    ];
    const states = events.map((_, n) => events.slice(0, n + 1).reduce(changed, welcomed(EMPTY_ROOMS, aWelcome())));
    expect(states.map(({ speakingElsewhere }) => speakingElsewhere)).toEqual([['bob'], []]);
  });

  it('knows nothing of who speaks in the room that one goes into: there they are heard', () => {
    const events: ControlEvent[] = [
      { type: 'member.speaking', data: { memberId: 'bob', speaking: true } },
      { type: 'member.moved', data: { memberId: 'ada', channelId: 'pair' } },
      { type: 'member.moved', data: { memberId: 'ada', channelId: 'lobby' } },
    ];
    const states = events.map((_, n) => events.slice(0, n + 1).reduce(changed, welcomed(EMPTY_ROOMS, aWelcome())));
    expect(states.map(({ speakingElsewhere }) => speakingElsewhere)).toEqual([['bob'], ['bob'], []]);
  });

  describe('places', () => {
    const place = { workspace: 'switchboard', path: 'a.ts', line: 3 };
    const at = (memberId: string): ControlEvent => ({ type: 'member.place', data: { memberId, place: { ...place } } });
    const inLobby = (): RoomState =>
      welcomed(
        EMPTY_ROOMS,
        aWelcome({
          self: aMember('ada', { channelId: 'lobby' }),
          members: [aMember('bob', { channelId: 'lobby' }), aMember('eve', { channelId: 'pair' })],
        }),
      );

    it('are those that were told, until they are taken back', () => {
      const shared = changed(inLobby(), at('bob'));
      expect(shared.places).toEqual({ bob: place });
      expect(changed(shared, at('bob'))).toBe(shared);
      expect(changed(shared, { type: 'member.place', data: { memberId: 'bob', place: null } }).places).toEqual({});
      expect(changed(shared, at('nobody'))).toBe(shared);
    });

    it.each<ControlEvent>([
      { type: 'member.moved', data: { memberId: 'bob', channelId: 'pair' } },
      { type: 'member.moved', data: { memberId: 'bob', channelId: null } },
      { type: 'member.left', data: { memberId: 'bob' } },
      { type: 'channel.deleted', data: { channelId: 'lobby' } },
      { type: 'member.moved', data: { memberId: 'ada', channelId: null } },
    ])('are forgotten with who leaves the room: %j', (event) => {
      expect(changed(changed(inLobby(), at('bob')), event).places).toEqual({});
    });

    it('of the next room may come before one is in it', () => {
      const [bob, eve] = [at('bob'), at('eve')];
      const told = [bob, eve].reduce(changed, inLobby());
      const moved = changed(told, { type: 'member.moved', data: { memberId: 'ada', channelId: 'pair' } });
      expect(moved.places).toEqual({ eve: place });
    });

    it('are none after a new welcome, and stay when somebody only changes', () => {
      const shared = changed(inLobby(), at('bob'));
      const member = aMember('bob', { channelId: 'lobby', muted: true });
      expect(changed(shared, { type: 'member.updated', data: { member } }).places).toBe(shared.places);
      expect(welcomed(shared, aWelcome()).places).toEqual({});
    });
  });

  it('holds together after any events', () => {
    fc.assert(
      fc.property(anyWelcome, fc.array(anyEvent, { maxLength: 40 }), (welcome, events) => {
        let sut = welcomed(EMPTY_ROOMS, welcome);
        for (const event of events) {
          sut = changed(sut, event);
          const ids = sut.members.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(new Set(channelIds(sut)).size).toBe(sut.channels.length);
          for (const { channelId } of sut.members) expect([null, ...channelIds(sut)]).toContain(channelId);
          for (const id of sut.speakingElsewhere) expect(ids).toContain(id);
          for (const id of Object.keys(sut.places)) expect(ids).toContain(id);
          const nicknames = sut.members.map(({ nickname }) => nickname);
          expect(nicknames).toEqual(nicknames.toSorted());
        }
      }),
    );
  });

  it('puts each child behind its parent, if there is a way from the top', () => {
    fc.assert(
      fc.property(anyWelcome, (welcome) => {
        const { channels } = welcomed(EMPTY_ROOMS, welcome);
        const place = new Map(channels.map(({ id }, index) => [id, index]));
        const rooted = (id: string, seen: readonly string[]): boolean => {
          const parentId = channels.find((channel) => channel.id === id)?.parentId ?? null;
          if (parentId === null || !place.has(parentId)) return true;
          return !seen.includes(parentId) && rooted(parentId, [...seen, parentId]);
        };
        for (const { id, parentId } of channels)
          if (parentId !== null && place.has(parentId) && rooted(id, [id]))
            expect(place.get(parentId)).toBeLessThan(place.get(id)!);
      }),
    );
  });
});
