import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AuthApp } from '../auth/testing/auth-app.ts';
import { World } from '../security/testing/world.ts';
import { AccountNames } from '../users/account-names.ts';

describe('the nicknames of accounts', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterEach(() => world.at.closeClients());
  afterAll(() => world[Symbol.asyncDispose]());

  const rename = (nickname: string, rest = world.admin.rest) => rest.patch('/auth/me', { nickname });

  it('are no guest’s, from the moment on that they are theirs, and free again when they are not', async () => {
    await expect(world.at.guest('ROOT')).rejects.toMatchObject({ code: 'auth.nickname_taken' });
    await world.nobody.made(rename('Boss'));
    await expect(world.at.guest('boss')).rejects.toMatchObject({ code: 'auth.nickname_taken' });
    await world.at.guest('root');
    await world.nobody.made(rename('root'));
    const person = await world.person();
    await expect(world.at.guest(person.username)).rejects.toMatchObject({ code: 'auth.nickname_taken' });
    await world.nobody.made(world.admin.rest.delete(`/users/${person.id}`));
    await world.at.guest(person.username);
  });

  it('open the door to them: the guest who was called so is called otherwise, and is told', async () => {
    const person = await world.person();
    const { client } = await world.at.guest('Newcomer');
    await world.nobody.made(rename('Newcomer', person.rest));
    const { welcome } = await world.enter(person);
    expect(welcome.self.nickname).toBe('Newcomer');
    expect((await client.event('member.updated')).member.nickname).toBe('Newcomer (guest)');
    await expect(client.request('self.update', { nickname: 'Newcomer' })).rejects.toMatchObject({
      code: 'auth.nickname_taken',
    });
  });

  it('are each one’s alone, however an account would come by them', async () => {
    const [ada, bob] = [await world.person(), await world.person()];
    await world.nobody.made(rename('Ada', ada.rest));
    const { code } = await world.nobody.made<{ code: string }>(world.admin.rest.post('/invites'));
    const body = { username: 'another', password: 'plum-staple-harbour-42', invite: code, cookie: false };
    const attempts = [
      rename('ＡDA', bob.rest),
      world.admin.rest.patch(`/users/${bob.id}`, { nickname: 'ada' }),
      world.nobody.post('/auth/register', { ...body, nickname: 'Ada' }),
    ];
    for (const attempt of attempts) expect((await attempt).said).toBe('409 auth.nickname_taken');
    expect((await world.nobody.post('/auth/register', body)).status).toBe(201);
    expect((await rename('ADA', ada.rest)).status).toBe(200);
  });

  it('are known after a start', async () => {
    const before = await AuthApp.start();
    await before.account('ada', { nickname: 'Countess' });
    await before.stop();
    await using after = await AuthApp.start({}, before.dataDir);
    const names = after.app.get(AccountNames, { strict: false });
    expect(['COUNTESS', 'ada'].map((name) => names.isAnothers('somebody', name))).toEqual([true, false]);
  });
});
