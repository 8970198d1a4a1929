import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { World, type Person } from '../security/testing/world.ts';
import type { ControlClient } from '../testing/control-client.ts';
import type { MessageView } from './message.schemas.ts';

interface Found {
  readonly items: MessageView[];
  readonly next: string | null;
}

describe('messages by the API', () => {
  let world: World;
  let ada: Person;
  let nonces = 0;

  beforeAll(async () => {
    world = await World.start();
    ada = await world.person();
  });
  afterEach(() => world.at.closeClients());
  afterAll(() => world[Symbol.asyncDispose]());

  async function inRoom(room: string, person?: Person): Promise<{ client: ControlClient; channelId: string }> {
    const { client } = person === undefined ? await world.at.guest() : await world.enter(person);
    const channelId = await world.channelId(room);
    await client.request('channel.join', { channelId });
    return { client, channelId };
  }

  function write(
    { client, channelId }: { client: ControlClient; channelId: string },
    text: string,
  ): Promise<{ id: string }> {
    return client.request('message.send', { channelId, nonce: `n${++nonces}`, text });
  }

  const find = (query: string, rest = world.admin.rest): Promise<Found> =>
    world.nobody.made<Found>(rest.get(`/messages?${query}`));
  const texts = async (query: string, rest = world.admin.rest): Promise<string[]> =>
    (await find(query, rest)).items.map(({ text }) => text);

  it('are found by what they contain, who wrote them, where and when', async () => {
    const [lobby, desk] = [await inRoom('Lobby', ada), await inRoom('Desk 1')];
    await write(lobby, 'first apple');
    await write(desk, 'second apple');
    await write(lobby, 'third pear');
    expect(await texts('search=APPLE')).toEqual(['second apple', 'first apple']);
    expect(await texts(`authorId=${ada.id}`)).toEqual(['third pear', 'first apple']);
    expect(await texts(`channelId=${desk.channelId}`)).toEqual(['second apple']);
    const { items } = await find('search=pear');
    expect(items).toEqual([
      {
        id: expect.any(String),
        channelId: lobby.channelId,
        author: { userId: ada.id, nickname: ada.username },
        text: 'third pear',
        code: null,
        plugin: null,
        createdAt: expect.any(Number),
        editedAt: null,
      },
    ]);
    const code = { language: 'rust', path: 'src/main.rs', startLine: 1, endLine: 1 };
    const { channelId } = lobby;
    await lobby.client.request('message.send', { channelId, nonce: 'code', text: 'fn main() {}', code });
    expect((await find('search=fn+main')).items).toMatchObject([{ text: 'fn main() {}', code }]);
    expect(await texts(`before=${items[0]!.createdAt}`)).not.toContain('third pear');
    expect(await texts(`before=${items[0]!.createdAt + 1}`)).toContain('third pear');
  });

  it('of a room that one does not see are not there, though one may delete messages there', async () => {
    const desk = await inRoom('Desk 1', ada);
    const { id } = await write(desk, 'a word in secret');
    const moderator = await world.moderator();
    const { rest } = moderator;
    expect(await texts('search=in+secret', rest)).toHaveLength(1);
    const items = ['member', 'moderator'].map((name) => ({
      roleId: world.builtIn(name as 'member').id,
      allow: name === 'moderator' ? ['chat.delete'] : [],
      deny: ['see'],
    }));
    await world.nobody.made(world.admin.rest.put(`/channels/${desk.channelId}/rules`, { items }));
    expect((await rest.get(`/messages?channelId=${desk.channelId}`)).said).toBe('404 channel.not_found');
    for (const query of ['search=in+secret', `authorId=${ada.id}`, '']) {
      expect((await find(query, rest)).items.filter((each) => each.id === id)).toEqual([]);
    }
    expect(await texts('search=in+secret')).toHaveLength(1);
    await world.nobody.made(world.admin.rest.put(`/channels/${desk.channelId}/rules`, { items: [] }));
  });

  it('are found page by page, the newest first', async () => {
    const desk = await inRoom('Desk 2');
    for (let i = 0; i < 7; i++) await write(desk, `page ${i}`);
    const seen: string[] = [];
    const sizes: number[] = [];
    let after = '';
    for (let next: string | null = ''; next !== null;) {
      const page: Found = await find(`channelId=${desk.channelId}&limit=3${after}`);
      seen.push(...page.items.map(({ text }) => text));
      sizes.push(page.items.length);
      next = page.next;
      after = `&after=${String(next)}`;
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `page ${i}`));
  });

  describe('are for those', () => {
    it('who could go in without a password', async () => {
      const { channelId } = await inRoom('Stand-up');
      const before = await inRoom('Stand-up');
      await write(before, 'behind a door');
      expect(await texts('search=door', ada.rest)).toEqual(['behind a door']);
      await world.nobody.made(world.admin.rest.patch(`/channels/${channelId}`, { password: 'open sesame' }));
      expect(await texts('search=door', ada.rest)).toEqual([]);
      expect((await ada.rest.get(`/messages?channelId=${channelId}`)).said).toBe('403 access.denied');
      expect(await texts('search=door')).toEqual(['behind a door']);
      const moderator = await world.moderator();
      expect(await texts('search=door', moderator.rest)).toEqual(['behind a door']);
      await world.nobody.made(world.admin.rest.patch(`/channels/${channelId}`, { password: null }));
      expect(await texts('search=door', ada.rest)).toEqual(['behind a door']);
    });

    it('who may go in', async () => {
      const { channelId } = await inRoom('Quiet corner');
      await write(await inRoom('Quiet corner'), 'for members of the club');
      const role = await world.role(200, []);
      const rules = { items: [{ roleId: world.builtIn('member').id, allow: [], deny: ['join'] }] };
      await world.nobody.made(world.admin.rest.put(`/channels/${channelId}/rules`, rules));
      expect(await texts('search=club', ada.rest)).toEqual([]);
      await world.nobody.made(world.admin.rest.put(`/channels/${channelId}/rules`, { items: [] }));
      expect(await texts('search=club', ada.rest)).toHaveLength(1);
      await world.nobody.made(world.admin.rest.patch(`/channels/${channelId}`, { requiredRoleId: role.id }));
      expect(await texts('search=club', ada.rest)).toEqual([]);
      const clubber = await world.person(role.id);
      expect(await texts('search=club', clubber.rest)).toHaveLength(1);
      await world.nobody.made(world.admin.rest.patch(`/channels/${channelId}`, { requiredRoleId: null }));
    });
  });

  describe('are deleted', () => {
    it('by who may, and those in the room see it', async () => {
      const moderator = await world.moderator();
      const lobby = await inRoom('Lobby');
      const { id } = await write(lobby, 'rude');
      expect((await moderator.rest.delete(`/messages/${id}`)).status).toBe(204);
      const { message } = await lobby.client.event('message.deleted');
      expect(message).toMatchObject({ id, text: '', deletedAt: expect.any(Number) });
      expect(await texts('search=rude')).toEqual([]);
      expect((await moderator.rest.delete(`/messages/${id}`)).said).toBe('404 message.not_found');
      const { items } = (await world.admin.rest.get('/audit?action=message.delete')).as<{
        items: { detail: object }[];
      }>();
      expect(items).toMatchObject([{ actorId: moderator.id }]);
      expect(JSON.stringify(items)).not.toContain('rude');
    });

    it('by their author', async () => {
      const lobby = await inRoom('Lobby', ada);
      const { id } = await write(lobby, 'a slip');
      expect((await ada.rest.delete(`/messages/${id}`)).status).toBe(204);
      expect(await texts('search=slip')).toEqual([]);
    });

    it('by nobody else', async () => {
      const lobby = await inRoom('Lobby');
      const { id } = await write(lobby, 'to stay');
      expect((await ada.rest.delete(`/messages/${id}`)).status).toBe(403);
      expect(await texts('search=stay')).toEqual(['to stay']);
    });
  });
});
