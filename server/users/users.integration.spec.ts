import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, World, type Person, type RoleSeen } from '../security/testing/world.ts';
import type { UserView } from './user.schemas.ts';

interface Listed {
  readonly items: UserView[];
  readonly next: string | null;
}

describe('the accounts', () => {
  let world: World;
  let host: RoleSeen;
  let ada: Person;

  beforeAll(async () => {
    world = await World.start();
    host = await world.role(300, ['member.mute'], 'Host');
    ada = await world.person(host.id);
    await world.nobody.made(world.admin.rest.patch(`/users/${ada.id}`, { nickname: 'Ada L.' }));
    for (let i = 0; i < 4; i++) await world.person();
    await world.at.guest('A guest');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  function list(query = ''): Promise<Listed> {
    return world.nobody.made<Listed>(world.admin.rest.get(`/users${query}`));
  }
  const audited = async (action: string): Promise<unknown[]> =>
    (await world.admin.rest.get(`/audit?action=${action}`)).as<{ items: unknown[] }>().items;

  it('are listed by user name, without guests', async () => {
    const { items, next } = await list();
    const names = items.map(({ username }) => username);
    expect(names).toEqual([ada.username, ...names.slice(1, 5), 'root']);
    expect(names).toEqual(names.toSorted());
    expect(next).toBeNull();
  });

  it('are listed page by page', async () => {
    const seen: string[] = [];
    let after = '';
    let pages = 0;
    for (let next: string | null = ''; next !== null; pages++) {
      const page: Listed = await list(`?limit=4${after}`);
      seen.push(...page.items.map(({ username }) => username));
      next = page.next;
      after = `&after=${String(next)}`;
    }
    expect(pages).toBe(2);
    expect(seen).toEqual((await list()).items.map(({ username }) => username));
  });

  it('are found by a part of the user name or the nickname, whatever its case', async () => {
    for (const search of ['ada', 'ADA L', ada.username, ada.username.toUpperCase()]) {
      expect((await list(`?search=${search}`)).items.map(({ id }) => id)).toEqual([ada.id]);
    }
    expect((await list('?search=nobody')).items).toEqual([]);
  });

  it('are found by role', async () => {
    expect((await list(`?role=${host.id}`)).items.map(({ id }) => id)).toEqual([ada.id]);
    expect((await list(`?role=${world.builtIn('member').id}`)).items).toHaveLength(6);
    expect((await list(`?role=${world.builtIn('guest').id}`)).items).toEqual([]);
    expect((await world.admin.rest.get('/users?role=none')).said).toBe('404 role.not_found');
  });

  it('show what an administrator needs to know, and no secret', async () => {
    const answer = await world.admin.rest.get(`/users/${ada.id}`);
    expect(answer.as<UserView>()).toEqual({
      id: ada.id,
      username: ada.username,
      nickname: 'Ada L.',
      roles: [{ id: host.id, name: 'Host', rank: 300, colour: null }],
      rank: 300,
      serverMuted: false,
      serverDeafened: false,
      createdAt: expect.any(Number),
      lastSeenAt: expect.any(Number),
      online: false,
    });
    expect(answer.text).not.toMatch(/hash|argon/i);
  });

  it('show who is online', async () => {
    const { client } = await world.enter(ada);
    expect((await list(`?search=${ada.username}`)).items).toMatchObject([{ online: true }]);
    await client.close();
    await expect.poll(async () => (await list(`?search=${ada.username}`)).items).toMatchObject([{ online: false }]);
  });

  it('are renamed and given roles, which is audited', async () => {
    const person = await world.person();
    const roleIds = [host.id];
    const changed = await world.admin.rest.patch(`/users/${person.id}`, { nickname: 'Grace', roleIds });
    expect(changed.as<UserView>()).toMatchObject({ nickname: 'Grace', rank: 300, roles: [{ id: host.id }] });
    expect((await person.rest.get('/auth/me')).as<object>()).toMatchObject({ nickname: 'Grace', rank: 300 });
    expect(await audited('user.rename')).toContainEqual(
      expect.objectContaining({
        actorName: 'root',
        targetId: person.id,
        targetName: person.username,
        detail: { nickname: [person.username, 'Grace'] },
      }),
    );
    expect(await audited('user.roles')).toContainEqual(expect.objectContaining({ targetId: person.id }));
  });

  it('change nothing where a part of the change is refused', async () => {
    const person = await world.person();
    const refused = await world.admin.rest.patch(`/users/${person.id}`, { nickname: 'Half', roleIds: ['none'] });
    expect(refused.said).toBe('404 role.not_found');
    expect((await person.rest.get('/auth/me')).as<object>()).toMatchObject({ nickname: person.username });
  });

  it('get another password, which ends their log-ins and sessions', async () => {
    const person = await world.person();
    const { client } = await world.enter(person);
    const weak = await world.admin.rest.post(`/users/${person.id}/password`, { password: 'password' });
    expect(weak).toMatchObject({ status: 400, code: 'auth.password_weak' });
    const done = await world.admin.rest.post(`/users/${person.id}/password`, { password: 'a-harbour-in-winter' });
    expect(done.status).toBe(204);
    expect((await person.rest.get('/auth/me')).said).toBe('401 auth.token_invalid');
    expect(await client.closed).toBe(4004);
    const logIn = { username: person.username, cookie: false };
    expect((await world.nobody.post('/auth/login', { ...logIn, password: PASSWORD })).status).toBe(401);
    expect((await world.nobody.post('/auth/login', { ...logIn, password: 'a-harbour-in-winter' })).status).toBe(200);
    const [entry] = await audited('user.password');
    expect(entry).toMatchObject({ targetId: person.id });
    expect(JSON.stringify(entry)).not.toContain('harbour');
  });

  it('are deleted, with their log-ins, sessions and keys', async () => {
    const person = await world.person((await world.role(200, ['server.manage'])).id);
    const made = person.rest.post('/api-keys', { name: 'gone', permissions: ['server.manage'] });
    const { key } = await world.nobody.made<{ key: string }>(made);
    const { client } = await world.enter(person);
    expect((await world.admin.rest.delete(`/users/${person.id}`)).status).toBe(204);
    expect(await client.closed).toBe(4004);
    expect((await person.rest.get('/auth/me')).said).toBe('401 auth.token_invalid');
    expect((await world.nobody.as(key).get('/servers')).said).toBe('401 auth.token_invalid');
    expect((await world.admin.rest.get(`/users/${person.id}`)).said).toBe('404 user.not_found');
    expect((await world.admin.rest.delete(`/users/${person.id}`)).said).toBe('404 user.not_found');
    expect(await audited('user.delete')).toMatchObject([{ targetId: person.id, targetName: person.username }]);
  });
});
