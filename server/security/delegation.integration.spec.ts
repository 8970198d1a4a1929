import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLOSE_CODES, type Permission, type Welcome } from '@switchboard/protocol';
import type { ControlClient } from '../testing/control-client.ts';
import { PASSWORD, World, type Person } from './testing/world.ts';

/** All that a moderator may give in a channel. */
const MUCH: readonly Permission[] = ['see', 'join', 'speak', 'chat.send', 'chat.delete', 'member.kick', 'token.mint'];

describe('what was given in somebody’s name goes as far as they may now', () => {
  let world: World;
  let lobby: string;
  let people = 0;

  beforeAll(async () => {
    world = await World.start();
    lobby = await world.channelId('Lobby');
  });
  afterEach(() => world.at.closeClients());
  afterAll(() => world[Symbol.asyncDispose]());

  const ban = (userId: string) => world.nobody.made<{ id: string }>(world.admin.rest.post('/bans', { userId }));
  const roles = (person: Person, ...roleIds: string[]) =>
    world.nobody.made(world.admin.rest.patch(`/users/${person.id}`, { roleIds }));
  const remove = (person: Person) => world.nobody.made(world.admin.rest.delete(`/users/${person.id}`));

  describe('an invitation', () => {
    async function invited(by: Person, ...roleIds: string[]): Promise<string> {
      return (await world.nobody.made<{ code: string }>(by.rest.post('/invites', { roleIds }))).code;
    }
    function register(invite: string) {
      return world.nobody.post('/auth/register', {
        username: `invited${++people}`,
        password: PASSWORD,
        invite,
        cookie: false,
      });
    }

    it.each<[string, (maker: Person) => Promise<unknown>]>([
      ['is deprived of the roles', (maker) => roles(maker)],
      ['is banned', (maker) => ban(maker.id)],
      ['is gone', remove],
    ])('is void where its maker %s', async (_what, change) => {
      const maker = await world.person(world.builtIn('admin').id);
      const code = await invited(maker, world.builtIn('admin').id);
      expect((await world.nobody.get(`/invites/${code}/preview`)).status).toBe(200);
      await change(maker);
      expect((await world.nobody.get(`/invites/${code}/preview`)).code).toBe('auth.invite_invalid');
      expect((await register(code)).said).toBe('403 auth.invite_invalid');
    });

    it('brings those of its roles that its maker could still give', async () => {
      const [high, low] = [await world.role(600, ['see']), await world.role(100, ['see'])];
      const strange = await world.role(100, ['audit.read']);
      const makes = await world.role(700, ['invite.create', 'audit.read', 'see']);
      const maker = await world.person(makes.id);
      const code = await invited(maker, high.id, low.id, strange.id);
      await roles(maker, (await world.role(300, ['invite.create', 'see'])).id);
      const { user } = (await register(code)).as<{ user: { roles: { id: string }[] } }>();
      expect(user.roles.map(({ id }) => id)).toEqual([low.id]);
    });

    it('is good again when a ban is over', async () => {
      const maker = await world.moderator();
      const code = await invited(maker);
      const { id } = await ban(maker.id);
      expect((await register(code)).code).toBe('auth.invite_invalid');
      await world.nobody.made(world.admin.rest.delete(`/bans/${id}`));
      expect((await register(code)).status).toBe(201);
    });
  });

  describe('a join token', () => {
    async function minted(
      by: Person['rest'],
      more: object = { permissions: MUCH },
      channelId = lobby,
    ): Promise<string> {
      const made = by.post(`/channels/${channelId}/tokens`, more);
      return (await world.nobody.made<{ token: string }>(made)).token;
    }
    async function come(token: string): Promise<{ client: ControlClient; welcome: Welcome }> {
      const client = await world.at.connect();
      return { client, welcome: await client.hello({ type: 'join', token, nickname: `visitor ${++people}` }) };
    }

    it.each<[string, (minter: Person) => Promise<unknown>]>([
      ['banned', ({ id }) => ban(id)],
      ['gone', remove],
    ])('of somebody who is %s lets nobody in, and who came by it goes at once', async (_what, change) => {
      const minter = await world.moderator();
      const [token, other] = [await minted(minter.rest), await minted((await world.moderator()).rest)];
      const [here, away, unconcerned] = [await come(token), await come(await minted(minter.rest)), await come(other)];
      await here.client.request('channel.join', { channelId: lobby });
      await away.client.drop();
      await change(minter);
      expect(await here.client.event('self.loggedOut')).toEqual({});
      expect(await here.client.closed).toBe(CLOSE_CODES.loggedOut);
      await expect(come(token)).rejects.toMatchObject({ code: 'auth.token_invalid' });
      const { session } = away.welcome;
      const back = await world.at.connect();
      const resumed = back.request('session.resume', { sessionId: session.id, secret: session.secret, seq: 0 });
      await expect(resumed).rejects.toMatchObject({ code: 'session.expired' });
      await unconcerned.client.settle();
    });

    it('loses what its minter loses, at once', async () => {
      const minter = await world.moderator();
      const { client, welcome } = await come(await minted(minter.rest));
      expect(welcome.channelPermissions[lobby]).toContain('chat.delete');
      await client.request('channel.join', { channelId: lobby });
      const guest = await world.at.guest();
      await guest.client.request('channel.join', { channelId: lobby });
      const { id } = await guest.client.request('message.send', { channelId: lobby, nonce: 'n', text: 'mine' });
      await roles(minter);
      const own = await client.event('self.permissions');
      expect(own.channelPermissions[lobby]).toEqual(['see', 'join', 'speak', 'chat.send']);
      const deleted = client.request('message.delete', { messageId: id });
      await expect(deleted).rejects.toMatchObject({ code: 'message.not_author' });
      const items = [{ roleId: world.builtIn('member').id, allow: [], deny: ['join'] }];
      await world.nobody.made(world.admin.rest.put(`/channels/${lobby}/rules`, { items }));
      expect(await client.event('self.moved')).toEqual({ channelId: null, voice: null });
      await world.nobody.made(world.admin.rest.put(`/channels/${lobby}/rules`, { items: [] }));
    });

    it.each<[string, () => Promise<Person['rest']>]>([
      ['a moderator', async () => (await world.moderator()).rest],
      ['an Admin', () => Promise.resolve(world.admin.rest)],
      ['an Admin’s key', () => world.key(MUCH)],
    ])('of %s shows no room below that is closed to its minter, or to guests', async (_who, minter) => {
      const { serverId } = (await world.admin.rest.get('/channels'))
        .as<{ items: { id: string; serverId: string }[] }>()
        .items.find(({ id }) => id === lobby)!;
      const room = async (name: string) =>
        (
          await world.nobody.made<{ id: string }>(
            world.admin.rest.post('/channels', { serverId, parentId: lobby, name }),
          )
        ).id;
      const [open, closed] = [await room('Open'), await room('Closed')];
      const items = (['guest', 'member', 'moderator'] as const).map((name) => ({
        roleId: world.builtIn(name).id,
        allow: [],
        deny: ['see', 'join'],
      }));
      await world.nobody.made(world.admin.rest.put(`/channels/${closed}/rules`, { items }));
      const { client, welcome } = await come(await minted(await minter()));
      expect(welcome.channels.map(({ id }) => id).sort()).toEqual([lobby, open].sort());
      await client.request('channel.join', { channelId: open });
      await expect(client.request('channel.join', { channelId: closed })).rejects.toMatchObject({
        code: 'channel.not_found',
      });
      for (const id of [open, closed]) await world.nobody.made(world.admin.rest.delete(`/channels/${id}`));
    });

    it('of a key is no wider than the key, whatever its maker may', async () => {
      const key = await world.key(['token.mint', 'see', 'join']);
      const wide = await key.post(`/channels/${lobby}/tokens`, { permissions: ['see', 'speak'] });
      expect(wide.code).toBe('access.not_yours_to_give');
      const { welcome } = await come(await minted(key, {}));
      expect(welcome.channelPermissions[lobby]).toEqual(['see', 'join']);
    });

    it('says what its bearer is called, who does not change it; who chose may choose again', async () => {
      const named = await come(await minted(world.admin.rest, { nickname: 'The Visitor' }));
      const renamed = named.client.request('self.update', { nickname: 'Administrator' });
      await expect(renamed).rejects.toMatchObject({ code: 'access.denied', field: 'nickname' });
      const free = await come(await minted(world.admin.rest, {}));
      await free.client.request('self.update', { nickname: 'Somebody' });
    });
  });
});
