import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { World, type Person } from '../security/testing/world.ts';
import type { ChannelView } from './channel.schemas.ts';

describe('channels by the API', () => {
  let world: World;
  let serverId: string;

  beforeAll(async () => {
    world = await World.start();
    serverId = (await list())[0]!.serverId;
  });
  afterEach(() => world.at.closeClients());
  afterAll(() => world[Symbol.asyncDispose]());

  const list = async (rest = world.admin.rest): Promise<ChannelView[]> =>
    (await world.nobody.made<{ items: ChannelView[] }>(rest.get('/channels'))).items;
  const make = (body: object): Promise<ChannelView> =>
    world.nobody.made<ChannelView>(world.admin.rest.post('/channels', { serverId, ...body }));

  it('are made with all their settings, and everyone here sees it', async () => {
    const { client } = await world.at.guest();
    const role = await world.role(200, []);
    const settings = {
      name: 'Studio',
      topic: 'Quiet please',
      memberLimit: 5,
      bitrateBps: 32_000,
      forwardLimit: 3,
      slowModeS: 10,
      requiredRoleId: role.id,
    };
    const answer = await world.admin.rest.post('/channels', { serverId, password: 'open sesame', ...settings });
    expect(answer.status).toBe(201);
    const made = answer.as<ChannelView>();
    expect(made).toEqual({
      ...settings,
      id: made.id,
      serverId,
      parentId: null,
      position: expect.any(Number),
      locked: true,
      temporary: false,
      members: 0,
    });
    expect(answer.text).not.toMatch(/sesame|argon/);
    expect(await list()).toContainEqual(made);
    const { channel } = await client.event('channel.created');
    expect(channel).toMatchObject({ id: made.id, name: 'Studio', locked: true });
  });

  it('are changed one setting at a time, and everyone here sees it', async () => {
    const made = await make({ name: 'Plain', password: 'secret' });
    const { client } = await world.at.guest();
    const changed = await world.admin.rest.patch(`/channels/${made.id}`, { topic: 'New', password: null });
    expect(changed.as<ChannelView>()).toEqual({ ...made, topic: 'New', locked: false });
    const { channel } = await client.event('channel.updated', (event) => event.channel.id === made.id);
    expect(channel).toMatchObject({ topic: 'New', locked: false });
  });

  it('are ordered and moved, but not below themselves', async () => {
    const [a, b] = [await make({ name: 'A' }), await make({ name: 'B' })];
    const moved = await world.admin.rest.patch(`/channels/${b.id}`, { parentId: a.id });
    expect(moved.as<ChannelView>()).toMatchObject({ parentId: a.id });
    const cycle = await world.admin.rest.patch(`/channels/${a.id}`, { parentId: b.id });
    expect(cycle.said).toBe('409 channel.cycle');
    expect((await world.admin.rest.delete(`/channels/${a.id}`)).said).toBe('409 channel.has_children');
    await world.nobody.made(world.admin.rest.patch(`/channels/${b.id}`, { parentId: null, position: 0 }));
    expect((await list()).find(({ parentId }) => parentId === null)).toMatchObject({ id: b.id });
  });

  it('are deleted with who is in them', async () => {
    const made = await make({ name: 'Short-lived' });
    const { client, welcome } = await world.at.guest();
    await client.request('channel.join', { channelId: made.id });
    expect((await list()).find(({ id }) => id === made.id)).toMatchObject({ members: 1 });
    expect((await world.admin.rest.delete(`/channels/${made.id}`)).status).toBe(204);
    expect(await client.event('self.moved')).toEqual({ channelId: null, voice: null });
    expect(await client.event('channel.deleted')).toEqual({ channelId: made.id });
    expect((await list()).map(({ id }) => id)).not.toContain(made.id);
    const actions = (await world.admin.rest.get(`/audit?targetId=${made.id}`)).as<{ items: { action: string }[] }>();
    expect(actions.items.map(({ action }) => action)).toEqual(['channel.delete', 'channel.create']);
    expect(welcome.channels.map(({ id }) => id)).toContain(made.id);
  });

  it('that one may not see are not there', async () => {
    const hidden = await make({ name: 'Hidden' });
    const rules = { items: [{ roleId: world.builtIn('member').id, allow: [], deny: ['see'] }] };
    const set = await world.admin.rest.put(`/channels/${hidden.id}/rules`, rules);
    expect(set.as<unknown>()).toEqual(rules);
    expect((await world.admin.rest.get(`/channels/${hidden.id}/rules`)).as<unknown>()).toEqual(rules);
    const person = await world.person();
    expect((await list(person.rest)).map(({ id }) => id)).not.toContain(hidden.id);
    expect((await person.rest.get(`/messages?channelId=${hidden.id}`)).said).toBe('404 channel.not_found');
    expect((await list()).map(({ id }) => id)).toContain(hidden.id);
    await world.nobody.made(world.admin.rest.put(`/channels/${hidden.id}/rules`, { items: [] }));
    expect((await list(person.rest)).map(({ id }) => id)).toContain(hidden.id);
  });

  it.each([
    [{ items: [{ roleId: 'x', allow: ['see'], deny: ['see'] }] }],
    [{ items: [{ roleId: 'x', allow: ['everything'], deny: [] }] }],
    [{ items: [{ roleId: 'x', allow: [] }] }],
    [{ items: [1, 2].map(() => ({ roleId: 'x', allow: ['see'], deny: [] })) }],
  ])('refuse rules that are not as expected: %o', async (rules) => {
    const lobby = await world.channelId();
    expect((await world.admin.rest.put(`/channels/${lobby}/rules`, rules)).said).toBe('400 protocol.invalid');
  });

  it.each([
    { name: '' },
    { name: 'a\u202eb' },
    { bitrateBps: 1 },
    { memberLimit: 0 },
    { slowModeS: -1 },
    { slowModeS: 1e9 },
    { topic: 'x'.repeat(257) },
    { password: '' },
  ])('refuse settings that are not as expected: %o', async (settings) => {
    const lobby = await world.channelId();
    expect((await world.admin.rest.patch(`/channels/${lobby}`, settings)).said).toBe('400 protocol.invalid');
  });
});

describe('channels that one may not see, by the API', () => {
  let world: World;
  let parent: string;
  let child: string;

  beforeAll(async () => {
    world = await World.start();
    [parent, child] = [await world.channelId('Pair programming'), await world.channelId('Desk 2')];
    const sight = (allow: readonly string[], deny: readonly string[]): object => ({
      items: [{ roleId: world.builtIn('member').id, allow, deny }],
    });
    await world.nobody.made(world.admin.rest.put(`/channels/${parent}/rules`, sight([], ['see'])));
    await world.nobody.made(world.admin.rest.put(`/channels/${child}/rules`, sight(['see'], [])));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('are not named by what lies below them', async () => {
    const seen = async ({ rest }: Person): Promise<ChannelView | undefined> =>
      (await rest.get('/channels')).as<{ items: ChannelView[] }>().items.find(({ id }) => id === child);
    expect((await seen(await world.person()))?.parentId).toBeNull();
    expect((await seen(world.admin))?.parentId).toBe(parent);
    const keeper = await world.person((await world.role(310, ['channel.manage'])).id);
    const changed = await keeper.rest.patch(`/channels/${child}`, { topic: 'Quiet' });
    expect(changed.as<ChannelView>()).toMatchObject({ topic: 'Quiet', parentId: null });
    expect((await seen(world.admin))?.parentId).toBe(parent);
  });

  it('are not there for who may manage channels and mint tokens', async () => {
    const { rest } = await world.person((await world.role(311, ['channel.manage', 'token.mint'])).id);
    const at = (id: string) => [
      rest.get(`/channels/${id}/rules`),
      rest.put(`/channels/${id}/rules`, { items: [] }),
      rest.post(`/channels/${id}/tokens`, {}),
      rest.patch(`/channels/${id}`, { topic: 'x' }),
      rest.delete(`/channels/${id}`),
    ];
    for (const id of [parent, '01977b2e-5555-7aaa-8bbb-0c0c0c0c0c0c']) {
      for (const answer of await Promise.all(at(id))) expect(answer.said).toBe('404 channel.not_found');
    }
    expect((await rest.get(`/channels/${child}/rules`)).status).toBe(200);
  });
});

describe('virtual servers by the API', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const list = async (): Promise<{ id: string; name: string }[]> =>
    (await world.admin.rest.get('/servers')).as<{ items: { id: string; name: string }[] }>().items;

  it('are made, renamed and deleted with their channels, but for the last', async () => {
    const [first] = await list();
    expect((await world.admin.rest.delete(`/servers/${first!.id}`)).said).toBe('409 server.last');
    const answer = await world.admin.rest.post('/servers', { name: 'Second' });
    expect(answer.status).toBe(201);
    const { id: serverId } = answer.as<{ id: string }>();
    const made = world.admin.rest.post('/channels', { serverId, name: 'Top' });
    const { id: parentId } = await world.nobody.made<{ id: string }>(made);
    await world.nobody.made(world.admin.rest.post('/channels', { serverId, parentId, name: 'Below' }));
    expect((await world.admin.rest.patch(`/servers/${serverId}`, { name: 'Renamed' })).as<unknown>()).toEqual({
      id: serverId,
      name: 'Renamed',
    });
    expect((await world.at.guest()).welcome.servers).toEqual([first, { id: serverId, name: 'Renamed' }]);

    expect((await world.admin.rest.delete(`/servers/${serverId}`)).status).toBe(204);
    expect(await list()).toEqual([first]);
    const { welcome } = await world.at.guest();
    expect(welcome.channels.map(({ name }) => name)).not.toContain('Below');
    expect((await world.admin.rest.delete(`/servers/${serverId}`)).said).toBe('404 server.not_found');
    const { items } = (await world.admin.rest.get(`/audit?targetId=${serverId}`)).as<{ items: { action: string }[] }>();
    expect(items.map(({ action }) => action)).toEqual(['server.delete', 'server.update', 'server.create']);
  });

  async function second(...channels: readonly string[]): Promise<{ serverId: string; ids: string[] }> {
    const server = world.admin.rest.post('/servers', { name: 'Second' });
    const { id: serverId } = await world.nobody.made<{ id: string }>(server);
    const ids: string[] = [];
    for (const name of channels) {
      const made = world.admin.rest.post('/channels', { serverId, name });
      ids.push((await world.nobody.made<{ id: string }>(made)).id);
    }
    return { serverId, ids };
  }
  const namesOn = async (serverId: string): Promise<string[]> => {
    const all = (await world.admin.rest.get('/channels')).as<{ items: ChannelView[] }>().items;
    return all.filter((channel) => channel.serverId === serverId).map(({ name }) => name);
  };

  it.each([['see'], ['channel.manage']] as const)(
    'are deleted whole or not at all by who lacks %s in one channel',
    async (permission) => {
      const { serverId, ids } = await second('one', 'two', 'three');
      const role = await world.role(400, ['server.manage', 'channel.manage']);
      const deny = [role.id, world.builtIn('member').id].map((roleId) => ({ roleId, allow: [], deny: [permission] }));
      await world.nobody.made(world.admin.rest.put(`/channels/${ids[1]!}/rules`, { items: deny }));
      const operator = await world.person(role.id);
      expect((await operator.rest.delete(`/servers/${serverId}`)).said).toBe('403 access.denied');
      expect(await namesOn(serverId)).toEqual(['one', 'two', 'three']);
      await world.nobody.made(world.admin.rest.put(`/channels/${ids[1]!}/rules`, { items: [] }));
      expect((await operator.rest.delete(`/servers/${serverId}`)).status).toBe(204);
    },
  );

  it('are not all deleted by two who each delete one of the last two', async () => {
    await second('room');
    const [one, two] = await list();
    const both = await Promise.all([one, two].map((server) => world.admin.rest.delete(`/servers/${server!.id}`)));
    expect(both.map(({ said }) => said).sort()).toEqual(['204', '409 server.last']);
    expect(await list()).toHaveLength(1);
  });

  it('leave no channel behind that is made meanwhile', async () => {
    const { serverId } = await second('room');
    const make = (name: string) => world.admin.rest.post('/channels', { serverId, name, password: 'takes its time' });
    const [, ...made] = await Promise.all([
      world.admin.rest.delete(`/servers/${serverId}`),
      ...['a', 'b', 'c'].map(make),
    ]);
    for (const { said } of made) expect(said).toMatch(/^(201|404 server\.not_found)$/);
    expect(await namesOn(serverId)).toEqual([]);
  });
});
