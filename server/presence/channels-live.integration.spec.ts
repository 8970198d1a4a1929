import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, Permission } from '@switchboard/protocol';
import { World } from '../security/testing/world.ts';

describe('channels on the control lane', () => {
  let world: World;
  let lobby: string;

  beforeAll(async () => {
    world = await World.start();
    lobby = await world.channelId('Lobby');
  });
  afterEach(() => world.at.closeClients());
  afterAll(() => world[Symbol.asyncDispose]());

  async function make(settings: object): Promise<string> {
    const serverId = (await world.at.guest()).welcome.servers[0]!.id;
    const body = { serverId, name: 'Made', ...settings };
    return (await world.nobody.made<Channel>(world.admin.rest.post('/channels', body))).id;
  }
  async function rule(channelId: string, deny: Permission[], allow: Permission[] = []): Promise<void> {
    const items = [{ roleId: world.builtIn('guest').id, allow, deny }];
    await world.nobody.made(world.admin.rest.put(`/channels/${channelId}/rules`, { items }));
  }

  it('ask for their password, and let in who has it', async () => {
    const channelId = await make({ password: 'plum' });
    const { client, welcome } = await world.at.guest();
    expect(welcome.channels.find(({ id }) => id === channelId)?.locked).toBe(true);
    const join = (password?: string) =>
      client.request('channel.join', { channelId, ...(password ? { password } : {}) });
    await expect(join()).rejects.toMatchObject({ code: 'channel.password_required', field: 'password' });
    await expect(join('peach')).rejects.toMatchObject({ code: 'channel.password_wrong' });
    expect((await join('plum')).channelId).toBe(channelId);
  });

  it('are made, changed and deleted before everyone’s eyes', async () => {
    const { client } = await world.at.guest();
    const channelId = await make({ topic: 'first' });
    expect((await client.event('channel.created')).channel).toMatchObject({ id: channelId, topic: 'first' });
    await client.request('channel.join', { channelId });
    await world.nobody.made(world.admin.rest.send('PATCH', `/channels/${channelId}`, { bitrateBps: 64_000 }));
    expect((await client.event('voice.config')).audio.bitrateBps).toBe(64_000);
    await world.nobody.made(world.admin.rest.send('DELETE', `/channels/${channelId}`));
    expect(await client.event('self.moved')).toEqual({ channelId: null, voice: null });
    expect(await client.event('channel.deleted')).toEqual({ channelId });
  });

  describe('that are temporary', () => {
    it('are made by members, and go when the last one leaves', async () => {
      const { client, welcome } = await world.enter(await world.person());
      const onlooker = await world.at.guest();
      const serverId = welcome.servers[0]!.id;
      const made = await client.request('channel.createTemporary', {
        serverId,
        parentId: lobby,
        name: 'Tea',
        password: 'plum',
      });
      expect(made).toMatchObject({ name: 'Tea', temporary: true, locked: true, parentId: lobby });
      expect((await onlooker.client.event('channel.created')).channel).toEqual(made);
      await client.request('channel.join', { channelId: made.id, password: 'plum' });
      const below = client.request('channel.createTemporary', { serverId, parentId: made.id, name: 'Two' });
      await expect(below).rejects.toMatchObject({ code: 'access.denied' });
      await client.request('channel.leave', {});
      expect(await onlooker.client.event('channel.deleted')).toEqual({ channelId: made.id });
      await expect(client.request('channel.join', { channelId: made.id })).rejects.toMatchObject({
        code: 'channel.not_found',
      });
    });

    it('are nothing that guests make, and few of one person', async () => {
      const { client, welcome } = await world.at.guest();
      const request = { serverId: welcome.servers[0]!.id, parentId: null, name: 'Tea' };
      await expect(client.request('channel.createTemporary', request)).rejects.toMatchObject({ code: 'access.denied' });
      const member = await world.enter(await world.person());
      for (let i = 0; i < 3; i++) await member.client.request('channel.createTemporary', request);
      const fourth = member.client.request('channel.createTemporary', request);
      await expect(fourth).rejects.toMatchObject({ code: 'server.rate_limited' });
    });

    it('are few of one person, who may be here many times and ask at once', async () => {
      const person = await world.person();
      const sessions = await Promise.all(Array.from({ length: 8 }, () => world.enter(person)));
      const serverId = sessions[0]!.welcome.servers[0]!.id;
      const ask = (parentId: string | null) =>
        Promise.allSettled(
          sessions.map(({ client }) =>
            client.request('channel.createTemporary', { serverId, parentId, name: 'Tea', password: 'plum' }),
          ),
        );
      // What comes to nothing does not count.
      for (const { status } of await ask('none')) expect(status).toBe('rejected');
      const made = (await ask(null)).filter(({ status }) => status === 'fulfilled');
      expect(made).toHaveLength(3);
    });
  });

  describe('and their chat', () => {
    it('take no messages of who may not write', async () => {
      const channelId = await make({});
      const { client } = await world.at.guest();
      await client.request('channel.join', { channelId });
      const first = await client.request('message.send', { channelId, nonce: 'a', text: 'hi' });
      await rule(channelId, ['chat.send']);
      const denied = { code: 'access.denied' };
      await expect(client.request('message.send', { channelId, nonce: 'b', text: 'hi' })).rejects.toMatchObject(denied);
      await expect(client.request('message.edit', { messageId: first.id, text: 'ho' })).rejects.toMatchObject(denied);
      await expect(client.request('message.typing', { channelId })).rejects.toMatchObject(denied);
      // Sent again because the answer was lost: it is stored.
      expect(await client.request('message.send', { channelId, nonce: 'a', text: 'hi' })).toEqual(first);
    });

    it('let people wait between two messages in slow mode, but not those who may delete', async () => {
      const channelId = await make({ slowModeS: 3_600 });
      const [{ client }, mod] = [await world.at.guest(), await world.enter(await world.moderator())];
      for (const each of [client, mod.client]) await each.request('channel.join', { channelId });
      const first = await client.request('message.send', { channelId, nonce: 'a', text: 'one' });
      const second = client.request('message.send', { channelId, nonce: 'b', text: 'two' });
      await expect(second).rejects.toMatchObject({ code: 'message.slow_mode' });
      expect(await client.request('message.send', { channelId, nonce: 'a', text: 'one' })).toEqual(first);
      for (const nonce of ['c', 'd']) await mod.client.request('message.send', { channelId, nonce, text: 'more' });
    });

    it('let moderators delete what others wrote, from wherever they are, and nobody else', async () => {
      const channelId = await make({});
      const [ada, bob] = [await world.at.guest(), await world.at.guest()];
      const mod = await world.enter(await world.moderator());
      for (const { client } of [ada, bob]) await client.request('channel.join', { channelId });
      const { id: messageId } = await ada.client.request('message.send', { channelId, nonce: 'a', text: 'rude' });
      const byBob = bob.client.request('message.delete', { messageId });
      await expect(byBob).rejects.toMatchObject({ code: 'message.not_author' });
      expect(await mod.client.request('message.delete', { messageId })).toMatchObject({ id: messageId, text: '' });
      for (const { client } of [ada, bob]) expect((await client.event('message.deleted')).message.id).toBe(messageId);
      const { items } = await world.nobody.made<{ items: { detail: unknown }[] }>(
        world.admin.rest.get(`/audit?action=message.delete&targetId=${messageId}`),
      );
      expect(items).toHaveLength(1);
      expect(JSON.stringify(items)).not.toContain('rude');
    });
  });
});
