import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Permission } from '@switchboard/protocol';
import { PASSWORD, World, type Person } from '../security/testing/world.ts';
import type { ControlClient } from '../testing/control-client.ts';

const MODERATES: readonly Permission[] = ['member.move', 'member.mute', 'see', 'join'];

describe('what moderators may not by their permissions alone', () => {
  let world: World;
  let lobby: string;
  let moderator: Person;
  let serverId: string;
  /** Rank 900. */
  let board: string;

  beforeAll(async () => {
    world = await World.start();
    lobby = await world.channelId('Lobby');
    moderator = await world.moderator();
    board = (await world.role(900, ['see'])).id;
    const { items } = (await world.admin.rest.get('/servers')).as<{ items: { id: string }[] }>();
    serverId = items[0]!.id;
  });
  afterEach(() => world.at.closeClients());
  afterAll(() => world[Symbol.asyncDispose]());

  async function room(settings: object): Promise<string> {
    const body = { serverId, parentId: null, name: 'Room', ...settings };
    return (await world.nobody.made<{ id: string }>(world.admin.rest.post('/channels', body))).id;
  }
  async function inLobby(entered: ReturnType<World['enter']>): Promise<{ client: ControlClient; memberId: string }> {
    const { client, welcome } = await entered;
    await client.request('channel.join', { channelId: lobby });
    return { client, memberId: welcome.self.id };
  }

  describe('moving', () => {
    const CLOSED: readonly (readonly [string, string, () => Promise<string>])[] = [
      ['that asks for a role', 'channel.role_required', () => room({ requiredRoleId: board })],
      ['that is locked', 'channel.password_required', () => room({ password: 'open sesame' })],
      [
        'that they may not join',
        'access.denied',
        async () => {
          const id = await room({});
          const rule = { roleId: world.builtIn('moderator').id, allow: [], deny: ['join'] };
          await world.nobody.made(world.admin.rest.put(`/channels/${id}/rules`, { items: [rule] }));
          return id;
        },
      ],
    ];

    it.each(CLOSED)('into a room %s: %s, for themself and for others', async (_what, code, make) => {
      const channelId = await make();
      const { client, memberId } = await inLobby(world.enter(moderator));
      const guest = await inLobby(world.at.guest());
      for (const who of [memberId, guest.memberId]) {
        await expect(client.request('member.move', { memberId: who, channelId })).rejects.toMatchObject({ code });
        expect((await moderator.rest.post(`/move/${who}`, { channelId })).code).toBe(code);
      }
      await client.settle();
      expect(client.eventsOf('self.moved')).toEqual([]);
      // An Admin goes in anywhere, and takes others along.
      expect((await world.admin.rest.post(`/move/${guest.memberId}`, { channelId })).status).toBe(204);
      expect(await guest.client.event('self.moved')).toMatchObject({ channelId });
      await world.nobody.made(world.admin.rest.delete(`/channels/${channelId}`));
    });

    it('with channel.manage opens what is locked, and not what asks for a role', async () => {
      const [locked, staff] = [await room({ password: 'open sesame' }), await room({ requiredRoleId: board })];
      const host = await world.person((await world.role(300, [...MODERATES, 'channel.manage'])).id);
      const { client, memberId } = await inLobby(world.enter(host));
      await client.request('member.move', { memberId, channelId: locked });
      await expect(client.request('member.move', { memberId, channelId: staff })).rejects.toMatchObject({
        code: 'channel.role_required',
      });
    });

    it('nor do they take the role away that a room asks for, or ask for one that they do not have', async () => {
      const low = (await world.role(100, [])).id;
      const staff = await room({ requiredRoleId: board });
      const open = await room({ requiredRoleId: low });
      const host = await world.person((await world.role(300, ['channel.manage', 'see'])).id);
      const attempts = [
        [staff, null],
        [staff, low],
        [open, board],
      ] as const;
      for (const [id, requiredRoleId] of attempts) {
        expect((await host.rest.patch(`/channels/${id}`, { requiredRoleId })).said).toBe('403 channel.role_required');
      }
      expect((await host.rest.patch(`/channels/${staff}`, { topic: 'x', requiredRoleId: board })).status).toBe(200);
      expect((await host.rest.patch(`/channels/${open}`, { requiredRoleId: null })).status).toBe(200);
      expect((await world.admin.rest.patch(`/channels/${staff}`, { requiredRoleId: null })).status).toBe(200);
    });
  });

  describe('silence', () => {
    it.each(['mute', 'deafen'] as const)('%s: nobody takes back from themself, though they may lay it', async (act) => {
      const { client, memberId } = await inLobby(world.enter(moderator));
      const field = act === 'mute' ? 'muted' : 'deafened';
      const say = (rest: Person['rest'], value: boolean) => rest.post(`/${act}/${memberId}`, { [field]: value });
      expect((await say(world.admin.rest, true)).status).toBe(204);
      expect((await say(moderator.rest, false)).said).toBe('403 access.denied');
      const type = act === 'mute' ? 'member.mute' : 'member.deafen';
      const asked = client.request(type, { memberId, [field]: false } as never);
      await expect(asked).rejects.toMatchObject({ code: 'access.denied' });
      expect((await say(world.admin.rest, false)).status).toBe(204);
      expect((await say(moderator.rest, true)).status).toBe(204);
      expect((await say((await world.moderator()).rest, false)).said).toBe('403 access.rank');
      expect((await say(world.admin.rest, false)).status).toBe(204);
    });
  });

  describe('the ban of an address', () => {
    it('keeps nobody out whom its maker could not ban, and the others from the API as well', async () => {
      await using behind = await World.start({ SWITCHBOARD_TRUSTED_PROXIES: 'loopback' });
      const from = { 'x-forwarded-for': '198.51.100.60' };
      const mod = await behind.moderator();
      const peer = await behind.person((await behind.role(500, ['see', 'join'])).id);
      const superior = await behind.person((await behind.role(900, ['see', 'join'])).id);
      const lower = await behind.person((await behind.role(499, ['see', 'join'])).id);
      await behind.nobody.made(mod.rest.post('/bans', { address: '198.51.100.60' }));
      const hello = async ({ token }: Person): Promise<unknown> => {
        const client = await behind.at.connect({ headers: from });
        return client.hello({ type: 'access', token });
      };
      const api = async ({ rest }: Person) => (await rest.send('GET', '/auth/me', undefined, from)).said;
      for (const person of [peer, superior, mod, behind.admin]) {
        await hello(person);
        expect(await api(person)).toBe('200');
      }
      await expect(hello(lower)).rejects.toMatchObject({ code: 'access.banned' });
      expect(await api(lower)).toBe('403 access.banned');
      expect((await lower.rest.get('/auth/me')).status).toBe(200);
      // A key of somebody who is spared is spared too, and no other.
      const keyOf = async (permissions: readonly Permission[]) => {
        const maker = await behind.person((await behind.role(400, permissions)).id);
        const made = maker.rest.post('/api-keys', { name: 'key', permissions: ['server.manage'] });
        return behind.nobody.as((await behind.nobody.made<{ key: string }>(made)).key);
      };
      const keys = [await keyOf(['server.manage', 'member.ban']), await keyOf(['server.manage'])];
      const said = keys.map(async (key) => (await key.send('GET', '/settings', undefined, from)).said);
      expect(await Promise.all(said)).toEqual(['200', '403 access.banned']);
      // Whose maker is gone, it is an Admin's.
      await behind.nobody.made(behind.admin.rest.delete(`/users/${mod.id}`));
      await expect(hello(superior)).rejects.toMatchObject({ code: 'access.banned' });
    });
  });

  describe('the last administrator', () => {
    it('is who is not banned: they neither go nor lose the role, nor does anyone ban them', async () => {
      await using alone = await World.start();
      const { admin } = alone;
      const second = await alone.person(alone.builtIn('admin').id);
      const { id } = await alone.nobody.made<{ id: string }>(admin.rest.post('/bans', { userId: second.id }));
      const attempts = [
        admin.rest.delete('/auth/me', { password: PASSWORD }),
        admin.rest.patch(`/users/${admin.id}`, { roleIds: [] }),
      ];
      for (const attempt of attempts) expect((await attempt).code).toBe('access.last_admin');
      await alone.nobody.made(admin.rest.delete(`/bans/${id}`));
      await alone.nobody.made(admin.rest.delete('/auth/me', { password: PASSWORD }));
      expect((await second.rest.get('/settings')).status).toBe(200);
    });

    it('is one of two who ban each other at the same moment', async () => {
      await using two = await World.start();
      const { admin } = two;
      const second = await two.person(two.builtIn('admin').id);
      const answers = await Promise.all([
        admin.rest.post('/bans', { userId: second.id }),
        second.rest.post('/bans', { userId: admin.id }),
      ]);
      expect(answers.map(({ status }) => status).sort()[0]).toBe(201);
      const left = await Promise.all([admin, second].map(({ rest }) => rest.get('/settings')));
      expect(left.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });
});
