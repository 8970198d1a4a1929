import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World, type Person } from '../security/testing/world.ts';
import type { AuditEntryView } from './audit.schemas.ts';

interface Listed {
  readonly items: AuditEntryView[];
  readonly next: string | null;
}

describe('the audit log by the API', () => {
  let world: World;
  let moderator: Person;

  beforeAll(async () => {
    world = await World.start();
    moderator = await world.moderator();
    for (let i = 0; i < 5; i++) await world.role(i, [], `audited ${i}`);
    await world.nobody.made(moderator.rest.post('/bans', { address: '203.0.113.7', reason: 'Spam' }));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const list = (query = ''): Promise<Listed> => world.nobody.made<Listed>(moderator.rest.get(`/audit${query}`));

  it('lists the newest first, with who did what to whom', async () => {
    const [newest] = (await list()).items;
    expect(newest).toEqual({
      id: expect.any(String),
      at: expect.any(Number),
      actorId: moderator.id,
      actorName: moderator.username,
      action: 'ban.create',
      targetId: expect.any(String),
      targetName: expect.any(String),
      detail: expect.objectContaining({ reason: 'Spam' }),
    });
  });

  it('is filtered by action, actor, target and time', async () => {
    const roles = (await list('?action=role.create')).items;
    expect(roles.map(({ targetName }) => targetName)).toEqual([4, 3, 2, 1, 0].map((i) => `audited ${i}`));
    const [last] = roles;
    expect((await list(`?targetId=${String(last!.targetId)}`)).items).toEqual([last]);
    expect((await list(`?actorId=${moderator.id}`)).items.map(({ action }) => action)).toEqual([
      'ban.create',
      'user.register',
    ]);
    const from = (await list(`?action=role.create&from=${last!.at}`)).items;
    expect(from).toContainEqual(last);
    expect(from.every(({ at }) => at >= last!.at)).toBe(true);
    const to = (await list(`?action=role.create&to=${last!.at}`)).items;
    expect(to.every(({ at }) => at < last!.at)).toBe(true);
    expect(from.length + to.length).toBe(5);
  });

  it('is read page by page', async () => {
    const first = await list('?action=role.create&limit=3');
    const second = await list(`?action=role.create&limit=3&after=${String(first.next)}`);
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 2, null]);
    expect([...first.items, ...second.items]).toEqual((await list('?action=role.create')).items);
  });

  it('tells addresses to those alone who may ban', async () => {
    const [ban] = (await list('?action=ban.create')).items;
    expect(ban!.detail).toMatchObject({ address: '203.0.113.7' });
    const { rest } = await world.person((await world.role(210, ['audit.read'])).id);
    const [shown] = (await rest.get('/audit?action=ban.create')).as<Listed>().items;
    expect(shown).toEqual({ ...ban, detail: { ...ban!.detail, address: null } });
  });

  it('tells no channel to those who do not see it', async () => {
    const [lobby, desk] = [await world.channelId('Lobby'), await world.channelId('Desk 1')];
    const { client, welcome } = await world.at.guest('Moved');
    await client.request('channel.join', { channelId: lobby });
    const memberId = welcome.self.id;
    await world.nobody.made(world.admin.rest.post(`/move/${memberId}`, { channelId: desk }));
    await world.nobody.made(world.admin.rest.post(`/kick/${memberId}`, { reason: 'Enough' }));
    await world.nobody.made(world.admin.rest.patch(`/channels/${desk}`, { topic: 'Hush' }));
    const rules = { items: [{ roleId: world.builtIn('member').id, allow: [], deny: ['see'] }] };
    await world.nobody.made(world.admin.rest.put(`/channels/${desk}/rules`, rules));
    const { rest } = await world.person((await world.role(211, ['audit.read'])).id);
    const { items } = (await rest.get('/audit?limit=10')).as<Listed>();
    const of = (wanted: string): AuditEntryView | undefined => items.find(({ action }) => action === wanted);
    expect(of('member.move')).toMatchObject({
      targetId: welcome.self.userId,
      targetName: 'Moved',
      detail: { from: lobby, to: null, channel: null },
    });
    expect(of('member.kick')!.detail).toEqual({ reason: 'Enough', channelId: null });
    for (const action of ['channel.update', 'channel.rules']) {
      expect(of(action)).toMatchObject({ actorName: 'root', targetId: null, targetName: '', detail: {} });
    }
    expect(JSON.stringify(items)).not.toMatch(new RegExp(`${desk}|Desk 1|Hush`));
    const all = (await world.admin.rest.get('/audit?limit=10')).as<Listed>().items;
    expect(all.find(({ action }) => action === 'member.move')!.detail).toEqual({
      from: lobby,
      to: desk,
      channel: 'Desk 1',
    });
    await world.at.closeClients();
  });

  it.each(['log_in.token_reused', 'api_key.create', 'backup.restore'])('is filtered by %s', async (action) => {
    expect((await moderator.rest.get(`/audit?action=${action}`)).status).toBe(200);
  });

  it('is for those who may read it', async () => {
    expect((await (await world.person()).rest.get('/audit')).said).toBe('403 access.denied');
  });
});
