import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '@switchboard/protocol';
import { World } from '../security/testing/world.ts';
import { inRoom, running, untilStatus, type Present } from './testing/plugin-world.ts';

describe('plugins and what people write', () => {
  let world: World;
  let nonces = 0;

  beforeAll(async () => {
    world = await World.start();
  });
  afterEach(async () => {
    await world.at.closeClients();
    const { rest } = world.admin;
    const { items } = await rest.made<{ items: { id: string }[] }>(rest.get('/plugins'));
    for (const { id } of items) await rest.made(rest.delete(`/plugins/${id}`));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const send = ({ client, channelId }: Present, text: string, nonce = `n${++nonces}`): Promise<Message> =>
    client.request('message.send', { channelId, nonce, text });

  const FILTER = {
    id: 'filter',
    hooks: {
      on_message: [
        { when: 'plum', answers: '{"action":"rewrite","text":"****"}' },
        { when: 'spam', answers: '{"action":"reject","reason":"No adverts here."}' },
      ],
    },
    manifest: { name: 'Tidy' },
  } as const;

  it('rewrites a message before anybody sees it', async () => {
    await running(world.admin.rest, FILTER);
    const [ada, bob] = [await inRoom(world.at, 'Lobby'), await inRoom(world.at, 'Lobby')];
    const message = await send(ada, 'you plum');
    expect(message).toMatchObject({ text: '****', plugin: null, editedAt: null });
    expect(await bob.client.event('message.created')).toEqual({ message });
    expect((await send(ada, 'hello')).text).toBe('hello');
  });

  it('rejects a message with its reason, and stores nothing', async () => {
    await running(world.admin.rest, FILTER);
    const [ada, bob] = [await inRoom(world.at, 'Lobby'), await inRoom(world.at, 'Lobby')];
    await expect(send(ada, 'spam spam')).rejects.toMatchObject({
      code: 'message.rejected',
      message: 'Tidy did not let the message through: No adverts here.',
    });
    const { messages } = await ada.client.request('message.history', { channelId: ada.channelId, limit: 100 });
    expect(messages.filter(({ text }) => text.includes('spam'))).toEqual([]);
    await bob.client.settle();
    expect(bob.client.eventsOf('message.created')).toEqual([]);
  });

  it('returns the stored message for what was sent once more, and asks nobody again', async () => {
    await running(world.admin.rest, FILTER);
    const ada = await inRoom(world.at, 'Lobby');
    const first = await send(ada, 'you plum', 'again');
    const asked = (await untilStatus(world.admin.rest, 'filter', 'running')).figures.calls;
    expect(await send(ada, 'you plum', 'again')).toEqual(first);
    expect((await untilStatus(world.admin.rest, 'filter', 'running')).figures.calls).toBe(asked);
    // What it became is another message.
    await expect(send(ada, '****', 'again')).rejects.toMatchObject({ code: 'message.nonce_reused' });
    await ada.client.request('channel.leave', {});
    expect(await send(ada, 'you plum', 'again')).toEqual(first);
  });

  it('knows a message that was changed once the plugin is gone', async () => {
    await running(world.admin.rest, FILTER);
    const ada = await inRoom(world.at, 'Lobby');
    const first = await send(ada, 'you plum', 'outlives');
    await world.admin.rest.made(world.admin.rest.delete('/plugins/filter'));
    expect(await send(ada, 'you plum', 'outlives')).toEqual(first);
    expect((await send(ada, 'you plum')).text).toBe('you plum');
  });

  it('looks at edits as well', async () => {
    await running(world.admin.rest, FILTER);
    const ada = await inRoom(world.at, 'Lobby');
    const { id: messageId } = await send(ada, 'hello');
    const edit = (text: string): Promise<Message> => ada.client.request('message.edit', { messageId, text });
    expect((await edit('you plum')).text).toBe('****');
    await expect(edit('spam')).rejects.toMatchObject({ code: 'message.rejected' });
    await expect(ada.client.request('message.edit', { messageId: 'nobody’s', text: 'spam' })).rejects.toMatchObject({
      code: 'message.not_found',
    });
  });

  it('asks one plugin after the other, in their order, each about what the one before made of it', async () => {
    const rule = (when: string, text: string) => ({
      on_message: [{ when, answers: `{"action":"rewrite","text":"${text}"}` }],
    });
    await running(world.admin.rest, { id: 'first', hooks: rule('"one"', 'two') });
    await running(world.admin.rest, { id: 'second', hooks: rule('"two"', 'three') });
    const ada = await inRoom(world.at, 'Lobby');
    expect((await send(ada, 'one')).text).toBe('three');
    await world.admin.rest.made(world.admin.rest.put('/plugins/order', { ids: ['second', 'first'] }));
    expect((await send(ada, 'one')).text).toBe('two');
  });

  it('lets a message through past a plugin that hangs, which is restarted and at last stopped', async () => {
    const { rest } = world.admin;
    await running(rest, { id: 'stuck', hooks: { on_message: [{ when: 'hang', spins: true }] } });
    const ada = await inRoom(world.at, 'Lobby');
    for (const time of [1, 2, 3]) {
      expect((await send(ada, 'hang')).text).toBe('hang');
      const { figures } = await untilStatus(rest, 'stuck', 'running', (plugin) => plugin.figures.restarts === time);
      expect(figures.faults).toBe(time);
    }
    expect((await send(ada, 'hang')).text).toBe('hang');
    await expect(untilStatus(rest, 'stuck', 'off')).rejects.toThrow(/took longer/);
    const asked = await rest.made<{ items: { figures: { calls: number } }[] }>(rest.get('/plugins'));
    expect((await send(ada, 'hang')).text).toBe('hang');
    expect(await rest.made(rest.get('/plugins'))).toEqual(asked);
    await rest.made(rest.post('/plugins/stuck/restart'));
    await untilStatus(rest, 'stuck', 'running');
  });

  it('goes past one that breaks, and past an answer that makes no sense', async () => {
    const hooks = {
      on_message: [
        { when: 'trap', traps: true },
        { when: 'nonsense', answers: '{"action":"explode"}' },
      ],
    };
    await running(world.admin.rest, { id: 'broken', hooks });
    const ada = await inRoom(world.at, 'Lobby');
    expect((await send(ada, 'trap')).text).toBe('trap');
    expect((await send(ada, 'nonsense')).text).toBe('nonsense');
    const { items } = await world.admin.rest.made<{ items: { text: string }[] }>(
      world.admin.rest.get('/plugins/broken/log'),
    );
    expect(items.map(({ text }) => text).join('\n')).toMatch(/on_message/);
  });

  it('writes into a room in its own name, for everyone there, and others find it', async () => {
    const { rest } = world.admin;
    const ada = await inRoom(world.at, 'Lobby');
    const bob = await inRoom(world.at, 'Lobby');
    await running(rest, {
      id: 'greeter',
      hooks: {
        on_message: [{ when: '"hello"', sends: JSON.stringify({ roomId: ada.channelId, text: 'Hello yourself' }) }],
      },
      manifest: {
        name: 'A plugin with a name as long as names of plugins get',
        permissions: [{ name: 'message.send' }],
      },
    });
    const hello = await send(ada, 'hello');
    const isPlugins = ({ message }: { message: Message }): boolean => message.plugin === 'greeter';
    const { message } = await ada.client.event('message.created', isPlugins);
    expect(await bob.client.event('message.created', isPlugins)).toEqual({ message });
    expect(message).toMatchObject({ text: 'Hello yourself', code: null });
    expect(message.author.nickname).toBe('A plugin with a name as long as…');
    expect(message.author.userId).toMatch(/^pl[0-9a-f]{32}$/);
    // After what it answers.
    const { messages } = await bob.client.request('message.history', { channelId: bob.channelId, limit: 2 });
    expect(messages).toEqual([hello, message]);
    // Nobody is its author.
    const edit = ada.client.request('message.edit', { messageId: message.id, text: 'mine' });
    await expect(edit).rejects.toMatchObject({ code: 'message.not_author' });
    const found = await rest.made<{ items: Message[] }>(rest.get(`/messages?authorId=${message.author.userId}`));
    expect(found.items).toMatchObject([{ id: message.id, plugin: 'greeter' }]);
    await rest.made(rest.delete(`/messages/${message.id}`));
    expect(await bob.client.event('message.deleted')).toMatchObject({ message: { id: message.id, text: '' } });
    const audit = await rest.made<{ items: { action: string; detail: unknown }[] }>(
      rest.get('/audit?action=message.delete'),
    );
    expect(audit.items[0]?.detail).toMatchObject({ authorId: message.author.userId });
  });

  it('asks the other plugins about what one writes by itself, and tells that one what they do not let through', async () => {
    const { rest } = world.admin;
    const ada = await inRoom(world.at, 'Lobby');
    const say = (text: string) => JSON.stringify({ roomId: ada.channelId, text });
    const hooks = {
      on_message: [
        { when: 'first', sends: say('have spam') },
        { when: 'second', sends: say('have a plum') },
      ],
    };
    const manifest = { permissions: [{ name: 'message.send' }] };
    await running(rest, { id: 'crier', hooks, manifest });
    await running(rest, FILTER);
    await send(ada, 'first');
    await send(ada, 'second');
    const { message } = await ada.client.event('message.created', (event) => event.message.plugin === 'crier');
    expect(message).toMatchObject({ text: '****', author: { nickname: 'crier' } });
    const { items } = await rest.made<{ items: { level: string; text: string }[] }>(rest.get('/plugins/crier/log'));
    const text = 'A message was not sent: Tidy did not let the message through: No adverts here.';
    expect(items).toMatchObject([{ level: 'warn', text }]);
  });

  it('does not ask a plugin about what it writes itself', async () => {
    const ada = await inRoom(world.at, 'Lobby');
    const sends = JSON.stringify({ roomId: ada.channelId, text: 'and so on' });
    const hooks = { on_message: [{ sends }] };
    await running(world.admin.rest, { id: 'loop', hooks, manifest: { permissions: [{ name: 'message.send' }] } });
    await send(ada, 'go');
    await ada.client.event('message.created');
    await send(ada, 'once more');
    await ada.client.event('message.created');
    await ada.client.settle();
    expect(ada.client.eventsOf('message.created')).toHaveLength(2);
  });

  describe('commands', () => {
    const COMMANDS = {
      id: 'dice',
      hooks: {
        on_command: [
          { when: '"name":"roll"', answers: '{"message":"You rolled a plum","reply":"Just now."}' },
          { when: '"name":"quiet"', answers: '{"reply":"Psst"}' },
          { when: '"name":"hang"', spins: true },
          { when: '"name":"who"', logsMembers: true },
        ],
      },
      manifest: {
        name: 'Dice',
        permissions: [{ name: 'members.read' }, { name: 'log' }, { name: 'message.send' }],
        commands: ['roll', 'quiet', 'hang', 'who'].map((name) => ({ name, description: `Does ${name}.` })),
      },
    } as const;

    const give = ({ client, channelId }: Present, name: string, args = '') =>
      client.request('command.invoke', { channelId, name, args });

    it('answer who gave them, and write to the room', async () => {
      await running(world.admin.rest, COMMANDS);
      const [ada, bob] = [await inRoom(world.at, 'Lobby'), await inRoom(world.at, 'Lobby')];
      expect(await give(ada, 'quiet', 'a')).toEqual({ reply: 'Psst', pluginName: 'Dice' });
      expect(await give(ada, 'roll', '2d6')).toEqual({ reply: 'Just now.', pluginName: 'Dice' });
      for (const { client } of [ada, bob]) {
        const { message } = await client.event('message.created');
        expect(message).toMatchObject({ text: 'You rolled a plum', plugin: 'dice', author: { nickname: 'Dice' } });
      }
    });

    it('are told to everyone as they come and go', async () => {
      const early = await world.at.guest();
      expect(early.welcome.plugins).toEqual({ offers: [], commands: [] });
      await running(world.admin.rest, COMMANDS);
      const { commands } = await early.client.event('plugins.changed');
      expect(commands[0]).toEqual({ name: 'roll', description: 'Does roll.', arguments: [], pluginName: 'Dice' });
      expect((await world.at.guest()).welcome.plugins.commands).toEqual(commands);
      await world.admin.rest.made(world.admin.rest.patch('/plugins/dice', { enabled: false }));
      expect(await early.client.event('plugins.changed')).toEqual({ offers: [], commands: [] });
    });

    it('are for those who could write there', async () => {
      await running(world.admin.rest, COMMANDS);
      const ada = await inRoom(world.at, 'Lobby');
      await expect(give(ada, 'unheard-of')).rejects.toMatchObject({ code: 'command.unknown' });
      const { channelId } = await inRoom(world.at, 'Desk 1');
      await expect(give({ ...ada, channelId }, 'roll')).rejects.toMatchObject({ code: 'channel.not_joined' });
      const rules = `/channels/${ada.channelId}/rules`;
      const roleId = world.builtIn('guest').id;
      await world.admin.rest.made(world.admin.rest.put(rules, { items: [{ roleId, allow: [], deny: ['chat.send'] }] }));
      await expect(give(ada, 'roll')).rejects.toMatchObject({ code: 'access.denied' });
      await world.admin.rest.made(world.admin.rest.put(rules, { items: [] }));
      expect(await give(ada, 'quiet')).toMatchObject({ reply: 'Psst' });
    });

    it('are given so often and no more', async () => {
      await running(world.admin.rest, COMMANDS);
      const ada = await inRoom(world.at, 'Lobby');
      const given = await Promise.allSettled(Array.from({ length: 15 }, () => give(ada, 'quiet')));
      const refused = given.filter(({ status }) => status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]).toMatchObject({ reason: { code: 'server.rate_limited' } });
    });

    it('fail with their plugin, within its time', async () => {
      await running(world.admin.rest, COMMANDS);
      const ada = await inRoom(world.at, 'Lobby');
      await expect(give(ada, 'hang')).rejects.toMatchObject({
        code: 'command.failed',
        message: 'The command did not work: Dice failed. Try again.',
      });
      await untilStatus(world.admin.rest, 'dice', 'running', ({ figures }) => figures.restarts === 1);
      expect(await give(ada, 'quiet')).toMatchObject({ reply: 'Psst' });
    });

    it('are subject to what other plugins say of messages', async () => {
      await running(world.admin.rest, COMMANDS);
      await running(world.admin.rest, FILTER);
      const ada = await inRoom(world.at, 'Lobby');
      await give(ada, 'roll');
      expect((await ada.client.event('message.created')).message).toMatchObject({ text: '****', plugin: 'dice' });
    });

    it('write nothing without the permission to, and answer all the same', async () => {
      const { permissions: _, ...manifest } = COMMANDS.manifest;
      const { rest } = world.admin;
      const hooks = { on_command: COMMANDS.hooks.on_command.slice(0, 2) };
      await running(rest, { id: 'dice', hooks, manifest });
      const ada = await inRoom(world.at, 'Lobby');
      expect(await give(ada, 'roll')).toEqual({ reply: 'Just now.', pluginName: 'Dice' });
      await ada.client.settle();
      expect(ada.client.eventsOf('message.created')).toEqual([]);
      const { items } = await rest.made<{ items: { level: string; text: string }[] }>(rest.get('/plugins/dice/log'));
      const text = 'on_command: its message was not sent: it needs the permission message.send.';
      expect(items).toMatchObject([{ level: 'warn', text }]);
    });

    it('learn who is in the room', async () => {
      await running(world.admin.rest, COMMANDS);
      const ada = await inRoom(world.at, 'Lobby', 'Ada');
      await inRoom(world.at, 'Desk 1', 'Bob');
      expect(await give(ada, 'who')).toEqual({ reply: null, pluginName: 'Dice' });
      const { rest } = world.admin;
      const { items } = await rest.made<{ items: { level: string; text: string }[] }>(rest.get('/plugins/dice/log'));
      const [line] = items;
      expect(line?.level).toBe('info');
      const { memberId: id, userId } = ada;
      expect(JSON.parse(line?.text ?? '')).toEqual({
        room: { id: ada.channelId, name: 'Lobby' },
        members: [{ id, userId, nickname: 'Ada', self: false, muted: false, speaking: false }],
      });
    });
  });
});
