import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../security/testing/world.ts';

describe('notices', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const tell = (body: object, rest = world.admin.rest) => rest.post('/notices', body);
  const welcomeWith = (welcome: string) => world.nobody.made(world.admin.rest.patch('/settings', { welcome }));

  describe('of who comes in', () => {
    it('are what the settings say, for guests and accounts', async () => {
      await welcomeWith('  Please use headphones.\n');
      const person = await world.enter(await world.person());
      for (const { client } of [await world.at.guest(), person]) {
        await client.settle();
        expect(client.eventsOf('server.notice')).toEqual([{ text: 'Please use headphones.' }]);
      }
    });

    it('are told once: not to who takes a session up again', async () => {
      await welcomeWith('Once');
      const { client, welcome } = await world.at.guest();
      await client.settle();
      await client.drop();
      const back = await world.at.connect();
      const { id: sessionId, secret } = welcome.session;
      await back.request('session.resume', { sessionId, secret, seq: client.seq });
      await back.settle();
      expect(back.eventsOf('server.notice')).toEqual([]);
    });

    it.each(['', ' \n '])('are none where there is nothing to say: %j', async (welcome) => {
      await welcomeWith(welcome);
      const { client } = await world.at.guest();
      await client.settle();
      expect(client.eventsOf('server.notice')).toEqual([]);
    });
  });

  describe('to everyone', () => {
    beforeAll(() => welcomeWith(''));

    it('are told at once to all who are here, and audited', async () => {
      const [ada, bob] = [await world.at.guest(), await world.enter(await world.person())];
      expect((await tell({ text: ' We restart at noon. ' })).status).toBe(204);
      for (const { client } of [ada, bob]) {
        expect(await client.event('server.notice')).toEqual({ text: 'We restart at noon.' });
      }
      const { items } = (await world.admin.rest.get('/audit?action=server.notice')).as<{ items: unknown[] }>();
      expect(items).toEqual([
        expect.objectContaining({ actorName: 'root', detail: { text: 'We restart at noon.' }, targetId: null }),
      ]);
    });

    it('reach who is away for a moment when they come back', async () => {
      const { client, welcome } = await world.at.guest();
      await client.settle();
      await client.drop();
      await tell({ text: 'Meanwhile' });
      const back = await world.at.connect();
      const { id: sessionId, secret } = welcome.session;
      await back.request('session.resume', { sessionId, secret, seq: client.seq });
      expect(await back.event('server.notice')).toEqual({ text: 'Meanwhile' });
    });

    it.each([[{ text: ' ' }], [{ text: 'x'.repeat(1_001) }], [{ text: 1 }], [{}]])('refuse %j', async (body) => {
      const { client } = await world.at.guest();
      const answer = await tell(body);
      expect(answer.said).toBe('400 protocol.invalid');
      expect(answer.as<{ error: { field: string } }>().error.field).toBe('text');
      await client.settle();
      expect(client.eventsOf('server.notice')).toEqual([]);
    });

    it('are for who may manage the server', async () => {
      expect((await tell({ text: 'Mine' }, (await world.moderator()).rest)).said).toBe('403 access.denied');
      expect((await tell({ text: 'Keyed' }, await world.key(['server.manage']))).status).toBe(204);
    });
  });
});
