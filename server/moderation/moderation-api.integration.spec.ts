import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLOSE_CODES } from '@switchboard/protocol';
import { Voice } from '../presence/testing/voice.ts';
import { UdpClient } from '../relay/testing/voice-clients.ts';
import { World, type Person } from '../security/testing/world.ts';
import type { BanView, LiveSessionView } from './moderation.schemas.ts';

const KEY = '1c'.repeat(32);

describe('moderation by the API', () => {
  let world: World;
  let moderator: Person;
  let lobby: string;

  beforeAll(async () => {
    world = await World.start();
    moderator = await world.moderator();
    lobby = await world.channelId('Lobby');
  });
  afterEach(() => world.at.closeClients());
  afterAll(() => world[Symbol.asyncDispose]());

  const sessions = async (rest = moderator.rest): Promise<LiveSessionView[]> =>
    (await world.nobody.made<{ items: LiveSessionView[] }>(rest.get('/sessions'))).items;
  const bans = async (query = ''): Promise<BanView[]> =>
    (await world.nobody.made<{ items: BanView[] }>(moderator.rest.get(`/bans${query}`))).items;

  async function member(nickname: string, key?: string) {
    const { client, welcome } = await world.at.guest(nickname, key);
    const { voice: grant } = await client.request('channel.join', { channelId: lobby });
    return { client, welcome, grant, memberId: welcome.self.id, userId: welcome.self.userId };
  }

  it('shows who is here, and where', async () => {
    const { memberId, userId, client } = await member('Mallory');
    await client.request('self.update', { muted: true });
    expect(await sessions()).toEqual([
      {
        memberId,
        userId,
        nickname: 'Mallory',
        guest: true,
        channelId: lobby,
        muted: true,
        deafened: false,
        serverMuted: false,
        serverDeafened: false,
        speaking: false,
        reconnecting: false,
        lane: null,
        address: null,
        connectedAt: expect.any(Number),
        rank: 0,
      },
    ]);
    expect(Math.abs(Date.now() - (await sessions())[0]!.connectedAt)).toBeLessThan(60_000);
  });

  it('does not show where somebody is to who may not know', async () => {
    const { memberId, grant } = await member('Hidden');
    const udp = await UdpClient.open(grant.lanes.udp?.port ?? 0);
    await Voice.bind(grant, udp);
    await expect.poll(async () => (await sessions())[0]?.lane).toBe('udp');
    const rules = { items: [{ roleId: world.builtIn('member').id, allow: [], deny: ['see'] }] };
    await world.nobody.made(world.admin.rest.put(`/channels/${lobby}/rules`, rules));
    expect(await sessions()).toMatchObject([{ memberId, channelId: null, lane: null }]);
    expect(await sessions(world.admin.rest)).toMatchObject([{ memberId, channelId: lobby }]);
    await world.nobody.made(world.admin.rest.put(`/channels/${lobby}/rules`, { items: [] }));
    await udp.close();
  });

  it('shows where somebody comes from to who may ban', async () => {
    await using behind = await World.start({ SWITCHBOARD_TRUSTED_PROXIES: 'loopback' });
    const client = await behind.at.connect({ headers: { 'x-forwarded-for': '198.51.100.9' } });
    await client.hello({ type: 'guest', nickname: 'From afar' });
    const kicker = await behind.person((await behind.role(300, ['member.kick'])).id);
    expect(await sessions((await behind.moderator()).rest)).toMatchObject([{ address: '198.51.100.9' }]);
    expect(await sessions(kicker.rest)).toMatchObject([{ nickname: 'From afar', address: null }]);
  });

  it('mutes and deafens, and takes that back', async () => {
    const { client, memberId } = await member('Noisy');
    expect((await moderator.rest.post(`/mute/${memberId}`, { muted: true })).status).toBe(204);
    expect(await client.event('self.muted')).toEqual({ muted: true, deafened: false });
    expect((await moderator.rest.post(`/deafen/${memberId}`, { deafened: true })).status).toBe(204);
    expect(await client.event('self.muted')).toEqual({ muted: true, deafened: true });
    expect(await sessions()).toMatchObject([{ serverMuted: true, serverDeafened: true }]);
    await moderator.rest.post(`/mute/${memberId}`, { muted: false });
    expect(await client.event('self.muted')).toEqual({ muted: false, deafened: true });
  });

  it('moves', async () => {
    const { client, memberId } = await member('Wanderer');
    const desk = await world.channelId('Desk 1');
    expect((await moderator.rest.post(`/move/${memberId}`, { channelId: desk })).status).toBe(204);
    expect(await client.event('self.moved')).toMatchObject({ channelId: desk });
    const nowhere = await moderator.rest.post(`/move/${memberId}`, { channelId: 'none' });
    expect(nowhere.said).toBe('404 channel.not_found');
  });

  it('kicks', async () => {
    const { client, memberId } = await member('Kicked');
    expect((await moderator.rest.post(`/kick/${memberId}`, { reason: 'Enough' })).status).toBe(204);
    expect(await client.event('self.kicked')).toEqual({ reason: 'Enough' });
    expect(await client.closed).toBe(CLOSE_CODES.kicked);
    expect(await sessions()).toEqual([]);
    expect((await moderator.rest.post(`/kick/${memberId}`)).said).toBe('404 member.not_found');
    const { items } = (await moderator.rest.get('/audit?action=member.kick')).as<{ items: unknown[] }>();
    expect(items).toMatchObject([{ actorId: moderator.id, targetName: 'Kicked', detail: { reason: 'Enough' } }]);
  });

  it('bans who is here, lists it and lifts it', async () => {
    const { client, memberId, userId } = await member('Banned', KEY);
    const body = { reason: 'Spam', durationMs: 3_600_000 };
    expect((await moderator.rest.post(`/ban/${memberId}`, body)).status).toBe(204);
    expect(await client.closed).toBe(CLOSE_CODES.banned);
    const [ban] = await bans();
    expect(ban).toMatchObject({ userId, nickname: 'Banned', reason: 'Spam', createdByName: moderator.username });
    expect(ban!.until! - ban!.createdAt).toBe(3_600_000);
    await expect(world.at.guest('Banned', KEY)).rejects.toMatchObject({ code: 'access.banned' });
    expect((await moderator.rest.delete(`/bans/${ban!.id}`)).status).toBe(204);
    expect(await bans()).toEqual([]);
    await world.at.guest('Banned', KEY);
    expect((await moderator.rest.delete(`/bans/${ban!.id}`)).said).toBe('404 ban.not_found');
  });

  it('refuses a ban that would keep nobody out', async () => {
    const { memberId, client } = await member('Keyless');
    const machine = await moderator.rest.post(`/ban/${memberId}`, { address: true });
    expect(machine.said).toBe('409 ban.nothing_to_ban');
    expect(machine.text).toContain('comes from this machine itself; kick instead');
    await client.settle();
    expect(await bans()).toEqual([]);

    await using behind = await World.start({ SWITCHBOARD_TRUSTED_PROXIES: 'loopback' });
    const far = await behind.at.connect({ headers: { 'x-forwarded-for': '198.51.100.9' } });
    const { self } = await far.hello({ type: 'guest', nickname: 'Keyless' });
    const { rest } = await behind.moderator();
    expect((await rest.post(`/ban/${self.id}`, {})).said).toBe('409 ban.nothing_to_ban');
    expect((await rest.post(`/ban/${self.id}`, { address: true })).status).toBe(204);
    const again = await behind.at.connect({ headers: { 'x-forwarded-for': '::ffff:c633:6409' } });
    const hello = again.hello({ type: 'guest', nickname: 'Keyless' });
    await expect(hello).rejects.toMatchObject({ code: 'access.banned' });
  });

  it('remembers no guests from a banned address', async () => {
    await using behind = await World.start({ SWITCHBOARD_TRUSTED_PROXIES: 'loopback' });
    await behind.nobody.made(behind.admin.rest.post('/bans', { address: '198.51.100.50' }));
    for (const [nickname, address] of [
      ['banned', '198.51.100.50'],
      ['welcome', '198.51.100.51'],
    ] as const) {
      const client = await behind.at.connect({ headers: { 'x-forwarded-for': address } });
      await client
        .hello({ type: 'guest', nickname, key: nickname === 'banned' ? KEY : '2d'.repeat(32) })
        .catch(() => undefined);
    }
    const file = join(behind.at.dataDir, 'switchboard.sqlite');
    const database = await new DataSource({ type: 'sqlite', database: file }).initialize();
    expect(await database.query('SELECT nickname FROM user WHERE username IS NULL')).toEqual([{ nickname: 'welcome' }]);
    await database.destroy();
  });

  it('bans accounts and addresses of those who are not here', async () => {
    const person = await world.person();
    const { client } = await world.enter(person);
    const made = await moderator.rest.post('/bans', { userId: person.id, reason: 'Trouble' });
    expect(made.status).toBe(201);
    expect(made.as<BanView>()).toMatchObject({ userId: person.id, reason: 'Trouble', address: null, until: null });
    expect(await client.closed).toBe(CLOSE_CODES.banned);
    await expect(world.enter(person)).rejects.toMatchObject({ code: 'access.banned' });
    // The API is closed to a banned account as well, whatever it still holds.
    expect((await person.rest.get('/auth/me')).code).toBe('access.banned');

    const network = await moderator.rest.post('/bans', { address: '2001:db8:1:2:3::4', reason: 'Bots' });
    expect(network.as<BanView>()).toMatchObject({ userId: null, address: '2001:db8:1:2' });
    for (const address of ['2001:0DB8:0:0::1', '2001:db8::1', '2001:db8:0:0:1::']) {
      const { address: stored } = (await moderator.rest.post('/bans', { address, reason: 'x' })).as<BanView>();
      expect(stored).toBe('2001:db8:0:0');
    }
    const mapped = await moderator.rest.post('/bans', { address: '::ffff:c633:6409', reason: 'x' });
    expect(mapped.as<BanView>().address).toBe('198.51.100.9');
    expect((await bans('?search=db8:1')).map(({ reason }) => reason)).toEqual(['Bots']);
    expect((await bans('?search=trouble')).map(({ userId }) => userId)).toEqual([person.id]);
    expect((await bans('?limit=1')).map(({ address }) => address)).toEqual(['198.51.100.9']);
  });

  it.each([
    {},
    { reason: 'x' },
    { address: 'somewhere' },
    { address: '203.0.113.7/8' },
    { userId: 'x', until: -1 },
    { address: '203.0.113.7', until: 9e15 },
    // This machine itself.
    { address: '127.1.2.3' },
    { address: '0:0:0:0:0:0:0:1' },
    { address: '::ffff:7f00:1' },
    { address: '203.0.113.7', reason: 'x'.repeat(257) },
  ])('refuses bans that are not as expected: %o', async (body) => {
    expect((await moderator.rest.post('/bans', body)).said).toBe('400 protocol.invalid');
  });
});
