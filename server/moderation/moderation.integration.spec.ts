import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLOSE_CODES, type RequestData, type RequestType, type VoiceGrant } from '@switchboard/protocol';
import { Voice } from '../presence/testing/voice.ts';
import { UdpClient } from '../relay/testing/voice-clients.ts';
import { World, type Person } from '../security/testing/world.ts';
import type { ControlClient } from '../testing/control-client.ts';

interface Here {
  readonly client: ControlClient;
  readonly memberId: string;
  readonly userId: string;
  readonly nickname: string;
  /** Of who is in a room. */
  readonly grant: VoiceGrant | undefined;
}

type MemberAct = Extract<RequestType, `member.${string}`>;

const KEY = '3e'.repeat(32);

/** Each act of a moderator, on a member and into a channel. */
const ACTS: { [T in MemberAct]: (memberId: string, channelId: string) => RequestData<T> } = {
  'member.mute': (memberId) => ({ memberId, muted: true }),
  'member.deafen': (memberId) => ({ memberId, deafened: true }),
  'member.move': (memberId, channelId) => ({ memberId, channelId }),
  'member.kick': (memberId) => ({ memberId }),
  'member.ban': (memberId) => ({ memberId }),
};
const ACT_NAMES = Object.keys(ACTS) as MemberAct[];

describe('moderation on the control lane', () => {
  let world: World;
  let moderator: Person;
  let lobby: string;
  let desk: string;
  let guests = 0;
  const lanes: UdpClient[] = [];

  beforeAll(async () => {
    world = await World.start();
    moderator = await world.moderator();
    [lobby, desk] = [await world.channelId('Lobby'), await world.channelId('Desk 1')];
  });
  afterEach(async () => {
    await Promise.all(lanes.splice(0).map((lane) => lane.close()));
    await world.at.closeClients();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  async function into(channelId: string | undefined, entered: Awaited<ReturnType<World['enter']>>): Promise<Here> {
    const { client, welcome } = entered;
    const joined = channelId === undefined ? undefined : await client.request('channel.join', { channelId });
    const { id: memberId, userId, nickname } = welcome.self;
    return { client, memberId, userId, nickname, grant: joined?.voice };
  }
  const guest = async (channelId?: string, key?: string): Promise<Here> =>
    into(channelId, await world.at.guest(`someone ${++guests}`, key));
  const person = async (who: Person, channelId?: string): Promise<Here> => into(channelId, await world.enter(who));

  function act(type: MemberAct, by: Here, on: Here, channelId = desk): Promise<unknown> {
    return by.client.request(type, ACTS[type](on.memberId, channelId));
  }
  async function audited(action: string, targetId: string): Promise<unknown> {
    const { items } = await world.nobody.made<{ items: unknown[] }>(
      world.admin.rest.get(`/audit?action=${action}&targetId=${targetId}`),
    );
    return items[0];
  }
  async function voice({ grant }: Here): Promise<Voice> {
    const lane = await UdpClient.open(grant?.lanes.udp?.port ?? 0);
    lanes.push(lane);
    await world.at.relaySettled();
    return Voice.bind(grant!, lane);
  }
  async function rules(channelId: string, items: unknown[]): Promise<void> {
    await world.nobody.made(world.admin.rest.put(`/channels/${channelId}/rules`, { items }));
  }

  describe.each(ACT_NAMES)('%s', (type) => {
    it('is refused to who has not the permission, and does nothing', async () => {
      const [ada, bob] = [await guest(lobby), await guest(lobby)];
      await expect(act(type, ada, bob)).rejects.toMatchObject({ code: 'access.denied' });
      await bob.client.settle();
      expect(bob.client.events.filter(({ event }) => event.type.startsWith('self.'))).toEqual([]);
    });

    it('is refused on who has the same rank, or a higher one', async () => {
      const [mod, peer, admin] = [
        await person(moderator, lobby),
        await person(await world.moderator(), lobby),
        await person(world.admin, lobby),
      ];
      for (const target of [peer, admin]) {
        await expect(act(type, mod, target)).rejects.toMatchObject({ code: 'access.rank' });
        await target.client.settle();
      }
    });

    it('is refused on who is not here', async () => {
      const [mod, gone] = [await person(moderator, lobby), await guest(lobby)];
      await gone.client.close();
      await expect(act(type, mod, gone)).rejects.toMatchObject({ code: 'member.not_found' });
    });

    it('goes by the channel where the person is', async () => {
      const [mod, bob] = [await person(moderator), await guest(lobby)];
      const isOfChannels = type !== 'member.ban';
      const denied = [
        { roleId: world.builtIn('moderator').id, allow: [], deny: ['member.mute', 'member.move', 'member.kick'] },
      ];
      if (!isOfChannels) return;
      await rules(lobby, denied);
      await expect(act(type, mod, bob)).rejects.toMatchObject({ code: 'access.denied' });
      await rules(lobby, []);
      await act(type, mod, bob);
    });
  });

  it.each(['member.kick', 'member.ban'] as const)('%s is nothing that one does to oneself', async (type) => {
    const mod = await person(moderator, lobby);
    await expect(act(type, mod, mod)).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('mutes: told to both sides, at once for the relay, and until it is taken back', async () => {
    const [mod, ada, bob] = [await person(moderator, lobby), await guest(lobby, KEY), await guest(lobby)];
    const [spoken, heard] = [await voice(ada), await voice(bob)];
    spoken.say('heard');
    expect(await heard.hear(ada.grant!)).toBe('heard');
    await act('member.mute', mod, ada);
    expect(await ada.client.event('self.muted')).toEqual({ muted: true, deafened: false });
    const seen = await bob.client.event('member.updated', ({ member }) => member.id === ada.memberId);
    expect(seen.member).toMatchObject({ serverMuted: true, muted: false });
    await world.at.relaySettled();
    spoken.say('unheard');
    // Whoever mutes himself or goes elsewhere is muted still; so is who comes again.
    await ada.client.close();
    const again = await guest(lobby, KEY);
    const { self } = (await world.at.guest('onlooker')).welcome;
    expect(self.serverMuted).toBe(false);
    const rejoined = await voice(again);
    rejoined.say('still unheard');
    expect(await audited('member.mute', ada.userId)).toMatchObject({
      actorId: moderator.id,
      detail: { serverMuted: true },
    });
    await mod.client.request('member.mute', { memberId: again.memberId, muted: false });
    await world.at.relaySettled();
    rejoined.say('heard again');
    expect(await heard.hear(again.grant!)).toBe('heard again');
  });

  it('deafens: nothing is sent any more', async () => {
    const [mod, ada, bob] = [await person(moderator, lobby), await guest(lobby), await guest(lobby)];
    const [spoken, deaf] = [await voice(ada), await voice(bob)];
    await act('member.deafen', mod, bob);
    expect(await bob.client.event('self.muted')).toEqual({ muted: false, deafened: true });
    // Not to be undone by oneself.
    await bob.client.request('self.update', { deafened: false });
    await world.at.relaySettled();
    spoken.say('unheard');
    await mod.client.request('member.deafen', { memberId: bob.memberId, deafened: false });
    await world.at.relaySettled();
    spoken.say('heard');
    expect(await deaf.hear(ada.grant!)).toBe('heard');
  });

  it('moves into a room that one may not join, with all that a join brings', async () => {
    const [mod, ada, there] = [await person(moderator), await guest(lobby), await guest(desk)];
    await rules(desk, [{ roleId: world.builtIn('guest').id, allow: [], deny: ['join'] }]);
    await expect(ada.client.request('channel.join', { channelId: desk })).rejects.toMatchObject({
      code: 'access.denied',
    });
    // Who was in it had to leave; a moderator brings both.
    expect(await there.client.event('self.moved')).toEqual({ channelId: null, voice: null });
    await act('member.move', mod, ada);
    const { channelId, voice: grant } = await ada.client.event('self.moved');
    expect(channelId).toBe(desk);
    expect(grant).toMatchObject({ epoch: { channelId: desk }, members: [], whispers: [] });
    const spoken = await voice({ ...ada, grant: grant! });
    const listener = await person(world.admin, desk);
    const heard = await voice(listener);
    spoken.say('hello');
    expect(await heard.hear(grant!)).toBe('hello');
    await rules(desk, []);
    expect(await audited('member.move', ada.userId)).toMatchObject({ detail: { from: lobby, to: desk } });
  });

  it('moves nobody into a room where the mover may not, nor who is in none, nor into what is not seen', async () => {
    const [mod, ada, idle] = [await person(moderator), await guest(lobby), await guest()];
    await expect(act('member.move', mod, idle)).rejects.toMatchObject({ code: 'channel.not_joined' });
    await rules(desk, [{ roleId: world.builtIn('moderator').id, allow: [], deny: ['member.move'] }]);
    await expect(act('member.move', mod, ada)).rejects.toMatchObject({ code: 'access.denied' });
    await rules(desk, [{ roleId: world.builtIn('moderator').id, allow: [], deny: ['see'] }]);
    await expect(act('member.move', mod, ada)).rejects.toMatchObject({ code: 'channel.not_found' });
    await rules(desk, []);
    await expect(act('member.move', mod, ada, 'nowhere')).rejects.toMatchObject({ code: 'channel.not_found' });
  });

  it('kicks: the socket is closed, the relay hears nothing more, and those who stay get a new secret at once', async () => {
    const [mod, ada, bob] = [await person(moderator), await guest(lobby), await guest(lobby)];
    const spoken = await voice(ada);
    await mod.client.request('member.kick', { memberId: ada.memberId, reason: 'enough' });
    expect(await ada.client.event('self.kicked')).toEqual({ reason: 'enough' });
    expect(await ada.client.closed).toBe(CLOSE_CODES.kicked);
    // The reply came after it, and nobody waited for the two seconds that plain leaving takes.
    const types = bob.client.events.map(({ event }) => event.type);
    expect(types).toContain('voice.epoch');
    expect(types.indexOf('voice.epoch')).toBeLessThan(types.indexOf('member.left'));
    const unknown = () => droppedAs(world.at.server.url, 'unknown_token');
    await world.at.relaySettled();
    const before = await unknown();
    spoken.say('still here?');
    await expect.poll(unknown).toBe(before + 1);
    expect(await audited('member.kick', ada.userId)).toMatchObject({ detail: { reason: 'enough', channelId: lobby } });
    // It may come back.
    await guest(lobby);
  });

  it('a kick ends the session of who is just reconnecting, too', async () => {
    const [mod, ada] = [await person(moderator), await guest(lobby, KEY)];
    await ada.client.drop();
    await mod.client.event('member.updated', ({ member }) => member.reconnecting);
    await act('member.kick', mod, ada);
    expect(await mod.client.event('member.left')).toEqual({ memberId: ada.memberId });
  });

  it('bans: out at once, and back by neither hello nor resume nor another socket, until it is over', async () => {
    const mod = await person(moderator);
    const entered = await world.at.guest('Mallory', KEY);
    const { session, self } = entered.welcome;
    await mod.client.request('member.ban', { memberId: self.id, reason: 'spam', durationMs: 3_600_000 });
    expect(await entered.client.event('self.banned')).toEqual({ reason: 'spam', until: expect.any(Number) });
    expect(await entered.client.closed).toBe(CLOSE_CODES.banned);
    const hello = await world.at.connect();
    const refused = hello.hello({ type: 'guest', nickname: 'Somebody else', key: KEY });
    await expect(refused).rejects.toMatchObject({
      code: 'access.banned',
      message: expect.stringMatching(/until .* UTC: spam\.$/),
    });
    expect(await hello.closed).toBe(CLOSE_CODES.banned);
    const resume = await world.at.connect();
    const resumed = resume.request('session.resume', { sessionId: session.id, secret: session.secret, seq: 0 });
    await expect(resumed).rejects.toMatchObject({ code: 'session.expired' });
    expect(await audited('ban.create', self.userId)).toMatchObject({ detail: { reason: 'spam' } });
    const { items } = await world.nobody.made<{ items: { id: string; userId: string }[] }>(moderator.rest.get('/bans'));
    const ban = items.find(({ userId }) => userId === self.userId);
    await world.nobody.made(moderator.rest.send('DELETE', `/bans/${ban?.id}`));
    await world.at.guest('Mallory', KEY);
  });

  it('ends every session of a banned account', async () => {
    const [mod, member] = [await person(moderator), await world.person()];
    const first = await person(member, lobby);
    const second = await person(member);
    await act('member.ban', mod, first);
    expect(await first.client.closed).toBe(CLOSE_CODES.banned);
    expect(await second.client.closed).toBe(CLOSE_CODES.banned);
    const hello = await world.at.connect();
    await expect(hello.hello({ type: 'access', token: member.token })).rejects.toMatchObject({ code: 'access.banned' });
  });
});

async function droppedAs(url: string, reason: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`packets_dropped_total\\{[^}]*reason="${reason}"[^}]*\\} (\\d+)`).exec(text)?.[1]);
}
