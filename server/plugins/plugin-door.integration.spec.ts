import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../security/testing/world.ts';
import { channelNamed } from '../testing/running-server.ts';
import type { RestClient } from '../security/testing/rest-client.ts';
import { inRoom, running, untilStatus } from './testing/plugin-world.ts';

const LOG = [{ name: 'log' }];

describe('plugins and who comes', () => {
  let world: World;
  let rest: RestClient;

  beforeAll(async () => {
    world = await World.start();
    ({ rest } = world.admin);
  });
  afterEach(async () => {
    await world.at.closeClients();
    const { items } = await rest.made<{ items: { id: string }[] }>(rest.get('/plugins'));
    for (const { id } of items) await rest.made(rest.delete(`/plugins/${id}`));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const DOOR = {
    id: 'door',
    hooks: {
      on_user_join_channel: [
        { when: '"nickname":"Eve"', answers: '{"action":"refuse","reason":"Not you."}' },
        { when: '"nickname":"Slow"', spins: true },
        { when: '"nickname":"Trap"', traps: true },
        { when: '"nickname":"Logged"', logs: 'came' },
      ],
      on_user_leave_channel: [{ when: '"nickname":"Logged"', logs: 'left' }],
    },
    manifest: { name: 'Door', permissions: LOG },
  } as const;

  const log = async (): Promise<string[]> =>
    (await rest.made<{ items: { text: string }[] }>(rest.get('/plugins/door/log'))).items.map(({ text }) => text);

  it('may refuse somebody with a reason, who stays where they were', async () => {
    await running(rest, DOOR);
    const { client, welcome } = await world.at.guest('Eve');
    const join = client.request('channel.join', { channelId: channelNamed(welcome, 'Lobby').id });
    await expect(join).rejects.toMatchObject({ code: 'channel.refused', message: 'Door did not let you in: Not you.' });
    await client.settle();
    expect(client.eventsOf('member.moved')).toEqual([]);
    await inRoom(world.at, 'Lobby', 'Ada');
  });

  it.each(['Slow', 'Trap'])('let people in where they fail: %s', async (nickname) => {
    await running(rest, DOOR);
    const { channelId } = await inRoom(world.at, 'Lobby', nickname);
    expect(channelId).toBeDefined();
    await untilStatus(rest, 'door', 'running', ({ figures }) => figures.restarts === 1);
  });

  it('have no say in a room that somebody made, nor in what moderators do', async () => {
    await running(rest, DOOR);
    const moderator = await world.enter(await world.moderator());
    const servers = moderator.welcome.servers;
    const { id: channelId } = await moderator.client.request('channel.createTemporary', {
      serverId: servers[0]?.id ?? '',
      parentId: null,
      name: 'Mine',
    });
    const eve = await world.at.guest('Eve');
    await eve.client.request('channel.join', { channelId });
    const lobby = channelNamed(eve.welcome, 'Lobby').id;
    await moderator.client.request('member.move', { memberId: eve.welcome.self.id, channelId: lobby });
    expect(await eve.client.event('self.moved')).toMatchObject({ channelId: lobby });
  });

  it('learn once of who comes and who goes, by whatever way', async () => {
    await running(rest, DOOR);
    const logged = await inRoom(world.at, 'Lobby', 'Logged');
    // A fresh voice session in the same room is no coming.
    await logged.client.request('channel.join', { channelId: logged.channelId });
    await logged.client.request('channel.leave', {});
    await expect.poll(log).toEqual(['came', 'left']);
    const moderator = await world.enter(await world.moderator());
    await logged.client.request('channel.join', { channelId: logged.channelId });
    await expect.poll(log).toEqual(['came', 'left', 'came']);
    const desk = channelNamed(moderator.welcome, 'Desk 1').id;
    await moderator.client.request('member.move', { memberId: logged.memberId, channelId: desk });
    await expect.poll(log).toEqual(['came', 'left', 'came', 'left', 'came']);
  });

  it('say something to who comes to the server, to nobody else', async () => {
    await running(rest, {
      id: 'door',
      hooks: { on_connect: [{ when: '"guest":true', answers: '{"notice":"Mind the step."}' }] },
      manifest: { name: 'Door' },
    });
    const ada = await world.at.guest();
    expect(await ada.client.event('server.notice')).toEqual({ text: 'Door: Mind the step.' });
    const bob = await world.at.guest();
    await bob.client.event('server.notice');
    const member = await world.enter(await world.person());
    await member.client.settle();
    expect(member.client.eventsOf('server.notice')).toEqual([]);
    await ada.client.settle();
    expect(ada.client.eventsOf('server.notice')).toHaveLength(1);
  });

  it('greet in the room who is in it by then', async () => {
    const { channelId } = await inRoom(world.at, 'Lobby');
    const sends = JSON.stringify({ roomId: channelId, text: 'Hello' });
    const hooks = { on_user_join_channel: [{ when: '"nickname":"Zoë"', sends }] };
    await running(rest, { id: 'door', hooks, manifest: { permissions: [{ name: 'message.send' }] } });
    const zoe = await inRoom(world.at, 'Lobby', 'Zoë');
    expect((await zoe.client.event('message.created')).message).toMatchObject({ text: 'Hello', plugin: 'door' });
  });

  it('greet nobody whom another one turns away, and learn that they have left', async () => {
    const lobby = await world.channelId('Lobby');
    const says = (text: string) => JSON.stringify({ roomId: lobby, text });
    const hooks = {
      on_user_join_channel: [
        { when: '"nickname":"Eve"', sends: says('Hello Eve'), logs: 'came' },
        { when: '"nickname":"Zoë"', sends: says('Hello Zoë') },
      ],
      on_user_leave_channel: [{ when: '"nickname":"Eve"', logs: 'left' }],
    };
    await running(rest, { id: 'counter', hooks, manifest: { permissions: [...LOG, { name: 'message.send' }] } });
    await running(rest, DOOR);
    await running(rest, { id: 'last', hooks, manifest: { permissions: [...LOG, { name: 'message.send' }] } });
    const eve = await world.at.guest('Eve');
    const join = eve.client.request('channel.join', { channelId: lobby });
    await expect(join).rejects.toMatchObject({ code: 'channel.refused' });
    const logOf = async (id: string): Promise<string[]> =>
      (await rest.made<{ items: { text: string }[] }>(rest.get(`/plugins/${id}/log`))).items.map(({ text }) => text);
    const dropped = 'A message was not sent: whom it was about did not come in.';
    await expect.poll(async () => (await logOf('counter')).sort()).toEqual([dropped, 'came', 'left']);
    expect(await logOf('last')).toEqual([]);
    const zoe = await inRoom(world.at, 'Lobby', 'Zoë');
    expect((await zoe.client.event('message.created')).message.text).toBe('Hello Zoë');
    const { messages } = await zoe.client.request('message.history', { channelId: lobby, limit: 100 });
    expect(messages.filter(({ text }) => text === 'Hello Eve')).toEqual([]);
  });

  it('do something by themselves from time to time', async () => {
    await running(rest, {
      id: 'door',
      hooks: { on_timer: [{ logs: 'tick' }] },
      manifest: { timerS: 1, permissions: LOG },
    });
    await expect.poll(async () => (await log()).length).toBeGreaterThan(1);
  });

  it('are told what became of what they asked another host for', async () => {
    const fetches = JSON.stringify({ url: 'https://nowhere.invalid/' });
    await running(rest, {
      id: 'door',
      hooks: {
        on_user_join_channel: [{ fetches }],
        on_http: [{ when: '"requestId":1,"status":null,"body":"","error":"The host could not', logs: 'not reached' }],
      },
      manifest: { permissions: [...LOG, { name: 'http', hosts: ['nowhere.invalid'] }] },
    });
    await inRoom(world.at, 'Lobby');
    await expect.poll(log).toEqual(['not reached']);
  });
});
