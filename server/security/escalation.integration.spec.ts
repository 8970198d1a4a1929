import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_PERMISSIONS } from '@switchboard/protocol';
import { channelNamed } from '../testing/running-server.ts';
import type { Answer } from './testing/rest-client.ts';
import { allBut, World, type Person, type RoleSeen } from './testing/world.ts';

/** Everything but to be an Admin: what each attempt starts from. */
const OF_MEMBERS = ['see', 'join', 'speak', 'whisper', 'chat.send', 'channel.temporary'] as const;
const MUCH = ['user.manage', 'role.manage', 'server.manage', 'invite.create', 'member.kick', 'member.ban'] as const;

describe('nobody gets more than they were given', () => {
  let world: World;
  let lobby: string;
  let manages: RoleSeen;
  /** Rank 700. */
  let manager: Person;
  /** Has the same role, and so the same rank. */
  let peer: Person;
  let higher: RoleSeen;
  let superior: Person;

  beforeAll(async () => {
    world = await World.start();
    lobby = await world.channelId('Lobby');
    manages = await world.role(700, [...MUCH, 'channel.manage', 'token.mint', 'see', 'join']);
    higher = await world.role(800, ['see']);
    [manager, peer] = [await world.person(manages.id), await world.person(manages.id)];
    superior = await world.person(higher.id);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  function rolesOf(person: Person): Promise<string[]> {
    return world.nobody
      .made<{ roles: { id: string }[] }>(world.admin.rest.get(`/users/${person.id}`))
      .then(({ roles }) => roles.map(({ id }) => id));
  }

  async function expectRefused(answer: Promise<Answer>, code: string): Promise<void> {
    expect((await answer).code).toBe(code);
  }

  describe('by giving roles', () => {
    it('of a higher rank to themselves', async () => {
      await expectRefused(
        manager.rest.patch(`/users/${manager.id}`, { roleIds: [manages.id, higher.id] }),
        'access.rank',
      );
      expect(await rolesOf(manager)).toEqual([manages.id]);
    });

    it('of an Admin to themselves, or to a friend', async () => {
      const friend = await world.person();
      const { id } = world.builtIn('admin');
      for (const whom of [manager, friend]) {
        await expectRefused(manager.rest.patch(`/users/${whom.id}`, { roleIds: [id] }), 'access.rank');
      }
      expect(await rolesOf(friend)).toEqual([]);
    });

    it('of their own rank to a friend', async () => {
      const friend = await world.person();
      await expectRefused(manager.rest.patch(`/users/${friend.id}`, { roleIds: [manages.id] }), 'access.rank');
    });

    it('of a lower rank that bring what they do not have', async () => {
      const lower = await world.role(100, ['audit.read']);
      const friend = await world.person();
      for (const whom of [manager, friend]) {
        const roleIds = [...(await rolesOf(whom)), lower.id];
        await expectRefused(manager.rest.patch(`/users/${whom.id}`, { roleIds }), 'access.not_yours_to_give');
      }
    });

    it('that do not exist', async () => {
      const friend = await world.person();
      await expectRefused(manager.rest.patch(`/users/${friend.id}`, { roleIds: ['none'] }), 'role.not_found');
    });

    it('by an invitation', async () => {
      for (const roleId of [higher.id, manages.id, world.builtIn('admin').id]) {
        await expectRefused(manager.rest.post('/invites', { roleIds: [roleId] }), 'access.rank');
      }
      const lower = await world.role(100, ['audit.read']);
      await expectRefused(manager.rest.post('/invites', { roleIds: [lower.id] }), 'access.not_yours_to_give');
    });

    it('and a lower one goes through, so that it is the rank that is refused above', async () => {
      const lower = await world.role(100, ['member.kick']);
      const friend = await world.person();
      await world.nobody.made(manager.rest.patch(`/users/${friend.id}`, { roleIds: [lower.id] }));
      expect(await rolesOf(friend)).toEqual([lower.id]);
    });
  });

  describe('by changing roles', () => {
    it.each([{ name: 'mine' }, { rank: 1 }, { rank: 1_000 }, { permissions: ALL_PERMISSIONS }, { colour: '#000000' }])(
      'of an equal or a higher rank: %o',
      async (changes) => {
        for (const role of [manages, higher, world.builtIn('admin')]) {
          await expectRefused(manager.rest.patch(`/roles/${role.id}`, changes), 'access.rank');
        }
        const { items } = (await world.admin.rest.get('/roles')).as<{ items: RoleSeen[] }>();
        expect(items.find(({ id }) => id === manages.id)).toMatchObject({ rank: 700, name: manages.name });
      },
    );

    it('of a lower rank, above themselves', async () => {
      const lower = await world.role(100, []);
      for (const rank of [700, 701, 1_000]) {
        await expectRefused(manager.rest.patch(`/roles/${lower.id}`, { rank }), 'access.rank');
      }
    });

    it('of a lower rank, with what they do not have: Member’s, too, which is their own', async () => {
      const lower = await world.role(100, []);
      for (const { id } of [lower, world.builtIn('member')]) {
        const permissions = ['see', 'join', 'audit.read'];
        await expectRefused(manager.rest.patch(`/roles/${id}`, { permissions }), 'access.not_yours_to_give');
      }
    });

    it('by making one of a rank that is not below theirs, or with what they do not have', async () => {
      for (const rank of [700, 701, 1_000]) {
        await expectRefused(manager.rest.post('/roles', { name: 'mine', rank }), 'access.rank');
      }
      const body = { name: 'mine', rank: 1, permissions: ['plugin.manage'] };
      await expectRefused(manager.rest.post('/roles', body), 'access.not_yours_to_give');
    });

    it('by deleting one that is above them, or that every server has', async () => {
      for (const { id } of [manages, higher]) await expectRefused(manager.rest.delete(`/roles/${id}`), 'access.rank');
      await expectRefused(manager.rest.delete(`/roles/${world.builtIn('member').id}`), 'role.built_in');
      await expectRefused(world.admin.rest.delete(`/roles/${world.builtIn('guest').id}`), 'role.built_in');
    });

    it('of Admin: nobody takes anything from it', async () => {
      const { id } = world.builtIn('admin');
      await expectRefused(world.admin.rest.patch(`/roles/${id}`, { permissions: ['see'] }), 'role.built_in');
      await expectRefused(world.admin.rest.patch(`/roles/${id}`, { rank: 1 }), 'role.built_in');
    });
  });

  describe('by acting on people of an equal or a higher rank', () => {
    it.each<[string, (person: Person) => Promise<Answer>]>([
      ['renaming them', ({ id }) => manager.rest.patch(`/users/${id}`, { nickname: 'Fool' })],
      ['taking their roles', ({ id }) => manager.rest.patch(`/users/${id}`, { roleIds: [] })],
      ['deleting them', ({ id }) => manager.rest.delete(`/users/${id}`)],
      [
        'resetting their password',
        ({ id }) => manager.rest.post(`/users/${id}/password`, { password: 'a-new-secret-1' }),
      ],
      ['banning them', ({ id }) => manager.rest.post('/bans', { userId: id })],
    ])('%s', async (_what, act) => {
      for (const person of [peer, superior, world.admin]) {
        await expectRefused(act(person), 'access.rank');
        expect((await person.rest.get('/auth/me')).status).toBe(200);
      }
    });

    it.each<[string, (memberId: string) => Promise<Answer>]>([
      ['kicking them', (memberId) => manager.rest.post(`/kick/${memberId}`)],
      ['banning them', (memberId) => manager.rest.post(`/ban/${memberId}`)],
    ])('who are here: %s', async (_what, act) => {
      for (const person of [peer, superior, world.admin]) {
        const { client, welcome } = await world.enter(person);
        await expectRefused(act(welcome.self.id), 'access.rank');
        await client.settle();
        await client.close();
      }
    });

    it('their own account is not there for that either: it takes their password', async () => {
      await expectRefused(manager.rest.delete(`/users/${manager.id}`), 'access.denied');
      const reset = manager.rest.post(`/users/${manager.id}/password`, { password: 'a-new-secret-1' });
      await expectRefused(reset, 'access.denied');
      await expectRefused(manager.rest.post('/bans', { userId: manager.id }), 'access.denied');
    });
  });

  describe('the last administrator', () => {
    it('can neither be deleted nor deprived of the role, by nobody', async () => {
      await using alone = await World.start();
      const { admin } = alone;
      await expectRefused(admin.rest.patch(`/users/${admin.id}`, { roleIds: [] }), 'access.last_admin');
      const own = admin.rest.delete('/auth/me', { password: 'plum-staple-harbour-42' });
      await expectRefused(own, 'access.last_admin');
      const second = await alone.person(alone.builtIn('admin').id);
      await alone.nobody.made(second.rest.patch(`/users/${admin.id}`, { roleIds: [] }));
      await expectRefused(second.rest.patch(`/users/${second.id}`, { roleIds: [] }), 'access.last_admin');
    });

    it('is one of two who let go at the same moment', async () => {
      await using two = await World.start();
      const second = await two.person(two.builtIn('admin').id);
      const answers = await Promise.all([
        two.admin.rest.patch(`/users/${two.admin.id}`, { roleIds: [] }),
        second.rest.delete('/auth/me', { password: 'plum-staple-harbour-42' }),
      ]);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      expect(answers.filter(({ code }) => code === 'access.last_admin')).toHaveLength(1);
    });
  });

  describe('by the rules of a channel', () => {
    it('that allow what they do not have there', async () => {
      const member = world.builtIn('member').id;
      for (const roleId of [member, manages.id]) {
        const items = [{ roleId, allow: ['chat.delete'], deny: [] }];
        await expectRefused(manager.rest.put(`/channels/${lobby}/rules`, { items }), 'access.not_yours_to_give');
      }
    });

    it('that deny something to people above them', async () => {
      for (const roleId of [manages.id, higher.id]) {
        const items = [{ roleId, allow: [], deny: ['speak'] }];
        await expectRefused(manager.rest.put(`/channels/${lobby}/rules`, { items }), 'access.rank');
      }
    });

    it('that allow what is the whole server’s', async () => {
      const items = [{ roleId: world.builtIn('member').id, allow: ['server.manage'], deny: [] }];
      await expectRefused(world.admin.rest.put(`/channels/${lobby}/rules`, { items }), 'protocol.invalid');
    });

    it('that a higher one has made against them, by taking these away', async () => {
      const quiet = await world.channelId('Quiet corner');
      const items = [{ roleId: manages.id, allow: [], deny: ['token.mint'] }];
      await world.nobody.made(world.admin.rest.put(`/channels/${quiet}/rules`, { items }));
      const lifted = manager.rest.put(`/channels/${quiet}/rules`, { items: [] });
      await expectRefused(lifted, 'access.not_yours_to_give');
      await expectRefused(manager.rest.post(`/channels/${quiet}/tokens`), 'access.denied');
    });

    it('in a channel where they may not manage, though they may elsewhere', async () => {
      const role = await world.role(200, []);
      const owner = await world.person(role.id);
      const desk = await world.channelId('Desk 1');
      const items = [{ roleId: role.id, allow: ['channel.manage'], deny: [] }];
      await world.nobody.made(world.admin.rest.put(`/channels/${desk}/rules`, { items }));
      expect((await owner.rest.patch(`/channels/${desk}`, { topic: 'mine' })).status).toBe(200);
      await expectRefused(owner.rest.patch(`/channels/${lobby}`, { topic: 'mine' }), 'access.denied');
      await expectRefused(owner.rest.delete(`/channels/${lobby}`), 'access.denied');
      await expectRefused(owner.rest.put(`/channels/${lobby}/rules`, { items: [] }), 'access.denied');
      // Neither by putting it, or a new one, where they may not.
      await expectRefused(owner.rest.patch(`/channels/${desk}`, { parentId: lobby }), 'access.denied');
      await expectRefused(owner.rest.patch(`/channels/${desk}`, { parentId: null }), 'access.denied');
      const { serverId } = (await world.admin.rest.get('/channels'))
        .as<{ items: { id: string; serverId: string }[] }>()
        .items.find(({ id }) => id === lobby)!;
      for (const parentId of [lobby, null]) {
        await expectRefused(owner.rest.post('/channels', { serverId, parentId, name: 'x' }), 'access.denied');
      }
      const below = owner.rest.post('/channels', { serverId, parentId: desk, name: 'below' });
      expect((await below).status).toBe(201);
    });
  });

  describe('by API keys', () => {
    it('with what their maker does not have', async () => {
      const body = { name: 'more', permissions: ['audit.read'] };
      await expectRefused(manager.rest.post('/api-keys', body), 'access.not_yours_to_give');
    });

    it('that do more than their maker still may', async () => {
      const role = await world.role(300, ['server.manage', 'user.manage']);
      const maker = await world.person(role.id);
      const made = maker.rest.post('/api-keys', { name: 'key', permissions: ['user.manage'] });
      const { key } = await world.nobody.made<{ key: string }>(made);
      expect((await world.nobody.as(key).get('/users')).status).toBe(200);
      await world.nobody.made(world.admin.rest.patch(`/roles/${role.id}`, { permissions: ['server.manage'] }));
      await expectRefused(world.nobody.as(key).get('/users'), 'access.denied');
    });

    it('of an administrator, that give what they lack themselves', async () => {
      const key = await world.key([...MUCH, ...OF_MEMBERS, 'channel.manage']);
      const friend = await world.person();
      const { id: admin } = world.builtIn('admin');
      const { id: moderator } = world.builtIn('moderator');
      expect((await key.patch(`/users/${friend.id}`, { roleIds: [admin] })).status).toBe(403);
      await expectRefused(key.patch(`/users/${friend.id}`, { roleIds: [moderator] }), 'access.not_yours_to_give');
      await expectRefused(key.post('/invites', { roleIds: [moderator] }), 'access.not_yours_to_give');
      const role = { name: 'x', rank: 1, permissions: ['audit.read'] };
      await expectRefused(key.post('/roles', role), 'access.not_yours_to_give');
      const items = [{ roleId: world.builtIn('member').id, allow: ['chat.delete'], deny: [] }];
      await expectRefused(key.put(`/channels/${lobby}/rules`, { items }), 'access.not_yours_to_give');
    });

    it('that make keys, which would outlive them', async () => {
      const key = await world.key(['server.manage', 'see']);
      await expectRefused(key.post('/api-keys', { name: 'x', permissions: ['see'] }), 'access.denied');
    });

    it.each<[string, (id: string) => [string, string, object]]>([
      ['reset the password', (id) => ['POST', `/users/${id}/password`, { password: 'taken-over-by-key' }]],
      ['rename', (id) => ['PATCH', `/users/${id}`, { nickname: `Fool ${id.slice(-12)}` }]],
      ['take the roles', (id) => ['PATCH', `/users/${id}`, { roleIds: [] }]],
    ])('and people who only manage accounts, that %s of who may more', async (_what, how) => {
      const role = await world.role(950, ['user.manage']);
      const staff = await world.role(400, ['server.manage', 'member.ban']);
      const [person, victim] = [await world.person(role.id), await world.person(staff.id)];
      const keys = await Promise.all([world.key(['user.manage']), world.key(['user.manage', 'member.ban'])]);
      for (const rest of [person.rest, ...keys]) {
        await expectRefused(rest.send(...how(victim.id)), 'access.denied');
      }
      expect((await world.nobody.made<{ nickname: string }>(victim.rest.get('/auth/me'))).nickname).toBe(
        victim.username,
      );
      expect(await rolesOf(victim)).toEqual([staff.id]);
      // A plain member is theirs to manage, and an Admin's is everybody.
      const [path, body] = how((await world.person()).id).slice(1) as [string, object];
      expect((await person.rest.send(how('')[0], path, body)).status).toBeLessThan(300);
      expect((await world.admin.rest.send(...how(victim.id))).status).toBeLessThan(300);
    });

    it('that delete what their maker wrote, without the permission', async () => {
      const { client, welcome } = await world.enter(world.admin);
      const { id: channelId } = channelNamed(welcome, 'Lobby');
      await client.request('channel.join', { channelId });
      const { id } = await client.request('message.send', { channelId, nonce: 'own', text: 'mine' });
      const reader = await world.key(['see', 'join']);
      expect((await reader.delete(`/messages/${id}`)).status).toBe(403);
      expect((await (await world.key(['see', 'chat.delete'])).delete(`/messages/${id}`)).status).toBe(204);
      await client.close();
    });

    it('of an administrator, that act on administrators', async () => {
      const key = await world.key(['user.manage']);
      const second = await world.person(world.builtIn('admin').id);
      await expectRefused(key.delete(`/users/${second.id}`), 'access.rank');
      await expectRefused(key.post(`/users/${second.id}/password`, { password: 'a-new-secret-1' }), 'access.rank');
      // Its maker is who they are.
      await expectRefused(
        key.post(`/users/${world.admin.id}/password`, { password: 'a-new-secret-1' }),
        'access.denied',
      );
    });
  });

  describe('by join tokens', () => {
    it('with what the minter does not have there', async () => {
      const minted = manager.rest.post(`/channels/${lobby}/tokens`, { permissions: ['join', 'chat.delete'] });
      await expectRefused(minted, 'access.not_yours_to_give');
    });

    it('with what is the whole server’s', async () => {
      const minted = world.admin.rest.post(`/channels/${lobby}/tokens`, { permissions: ['user.manage'] });
      await expectRefused(minted, 'protocol.invalid');
    });

    it('in a channel where they may not mint', async () => {
      const role = await world.role(200, []);
      const minter = await world.person(role.id);
      const desk = await world.channelId('Desk 2');
      const items = [{ roleId: role.id, allow: ['token.mint'], deny: [] }];
      await world.nobody.made(world.admin.rest.put(`/channels/${desk}/rules`, { items }));
      expect((await minter.rest.post(`/channels/${desk}/tokens`)).status).toBe(201);
      await expectRefused(minter.rest.post(`/channels/${lobby}/tokens`), 'access.denied');
    });
  });

  describe('by fields that are not theirs to set', () => {
    it.each<[string, string, (person: Person) => [string, object]]>([
      ['PATCH', 'the id of a user', ({ id }) => [`/users/${id}`, { id: 'x' }]],
      ['PATCH', 'the rank of a user', ({ id }) => [`/users/${id}`, { nickname: 'x', rank: 1_000 }]],
      ['PATCH', 'the password of a user', ({ id }) => [`/users/${id}`, { passwordHash: 'x' }]],
      [
        'PATCH',
        'the prototype of a user',
        ({ id }) => [`/users/${id}`, JSON.parse('{"__proto__":{"rank":1}}') as object],
      ],
      ['PATCH', 'the roles of oneself', () => ['/auth/me', { nickname: 'x', roleIds: [] }]],
      ['PATCH', 'the permissions of oneself', () => ['/auth/me', { nickname: 'x', permissions: ['server.manage'] }]],
      ['POST', 'the kind of a role', () => ['/roles', { name: 'x', rank: 1, builtIn: 'admin' }]],
      ['POST', 'the id of a role', () => ['/roles', { name: 'x', rank: 1, id: world.builtIn('admin').id }]],
      ['PATCH', 'the hash of a password', () => [`/channels/${lobby}`, { passwordHash: 'x' }]],
      ['PATCH', 'the server of a channel', () => [`/channels/${lobby}`, { serverId: 'x' }]],
      ['POST', 'the maker of a ban', ({ id }) => ['/bans', { userId: id, createdBy: 'x' }]],
      ['POST', 'the maker of an invitation', () => ['/invites', { createdBy: 'x' }]],
      ['POST', 'the maker of a key', () => ['/api-keys', { name: 'x', permissions: ['see'], createdBy: 'x' }]],
    ])('%s: %s', async (method, _what, what) => {
      const [path, body] = what(await world.person());
      await expectRefused(world.admin.rest.send(method, path, body), 'protocol.invalid');
    });

    it('when somebody registers', async () => {
      const { code } = await world.nobody.made<{ code: string }>(world.admin.rest.post('/invites'));
      const body = { username: 'mallory', password: 'plum-staple-harbour-42', invite: code };
      for (const extra of [{ roleIds: [world.builtIn('admin').id] }, { rank: 1_000 }, { id: 'x' }]) {
        await expectRefused(world.nobody.post('/auth/register', { ...body, ...extra }), 'protocol.invalid');
      }
    });
  });

  it('and one who loses a role has lost it with the next request', async () => {
    const role = await world.role(300, allBut('server.manage'));
    const person = await world.person(role.id);
    expect((await person.rest.get('/users')).status).toBe(200);
    await world.nobody.made(world.admin.rest.patch(`/users/${person.id}`, { roleIds: [] }));
    await expectRefused(person.rest.get('/users'), 'access.denied');
  });

  it('nothing changes what was audited', async () => {
    const { items } = (await world.admin.rest.get('/audit')).as<{ items: { id: string }[] }>();
    expect(items.length).toBeGreaterThan(0);
    for (const method of ['DELETE', 'PATCH', 'PUT', 'POST']) {
      for (const path of ['/audit', `/audit/${items[0]!.id}`]) {
        expect((await world.admin.rest.send(method, path, {})).said).toBe('404 api.not_found');
      }
    }
  });
});
