import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../security/testing/world.ts';
import { channelNamed } from '../testing/running-server.ts';
import { eventually, Receiver } from './testing/webhook-harness.ts';
import type { DeliveryView, MadeWebhook, WebhookView } from './webhook.schemas.ts';

interface Told {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

describe('/api/webhooks', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ SWITCHBOARD_WEBHOOKS_PRIVATE: 'on' });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  function made(url: string, events: readonly string[], name = 'Ours'): Promise<MadeWebhook> {
    return world.nobody.made<MadeWebhook>(world.admin.rest.post('/webhooks', { name, url, events }));
  }

  const list = async (): Promise<WebhookView[]> =>
    (await world.admin.rest.get('/webhooks')).as<{ items: WebhookView[] }>().items;

  it('tell who is in a room and what is written, signed', async () => {
    await using receiver = await Receiver.start();
    const { secret } = await made(receiver.url, ['member.joined', 'member.left', 'message.created']);
    const { client, welcome } = await world.at.guest('Zoë');
    const { id: channelId } = channelNamed(welcome, 'Lobby');
    await client.request('channel.join', { channelId });
    // A fresh voice session is no coming and going.
    await client.request('channel.join', { channelId });
    await client.request('message.send', { channelId, nonce: 'n', text: 'Hello' });
    await client.request('message.send', { channelId, nonce: 'n', text: 'Hello' });
    await client.close();
    await eventually(() => expect(receiver.received).toHaveLength(3));

    const told = receiver.received.map(({ body }) => JSON.parse(body) as Told);
    const member = { memberId: welcome.self.id, userId: welcome.self.userId, nickname: 'Zoë', guest: true };
    const channel = { id: channelId, name: 'Lobby' };
    const dataOf = (event: string): unknown => told.find((candidate) => candidate.event === event)?.data;
    expect(dataOf('member.joined')).toEqual({ member, channel });
    expect(dataOf('member.left')).toEqual({ member, channel });
    expect(dataOf('message.created')).toEqual({
      message: {
        id: expect.any(String),
        author: { userId: welcome.self.userId, nickname: 'Zoë' },
        text: 'Hello',
        plugin: null,
        createdAt: expect.any(Number),
      },
      channel,
    });
    for (const { headers, body } of receiver.received) {
      const [, time, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['switchboard-signature'])) ?? [];
      expect(signature).toBe(createHmac('sha256', secret).update(`${time}.${body}`).digest('hex'));
    }
  });

  it('tell what moderators do', async () => {
    await using receiver = await Receiver.start();
    await made(receiver.url, ['moderation.acted']);
    const { welcome } = await world.at.guest('Mallory');
    await world.nobody.made(world.admin.rest.post(`/mute/${welcome.self.id}`, { muted: true }));
    await world.nobody.made(world.admin.rest.post(`/kick/${welcome.self.id}`, { reason: 'Spam' }));
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const told = receiver.received.map(({ body }) => (JSON.parse(body) as Told).data);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'member.mute', detail: { muted: true } }),
        {
          action: 'member.kick',
          actor: { userId: world.admin.id, nickname: 'root' },
          target: { userId: welcome.self.userId, nickname: 'Mallory' },
          channel: null,
          detail: { reason: 'Spam' },
        },
      ]),
    );
  });

  it('tell nothing that was not asked for, nor while they are off', async () => {
    await using receiver = await Receiver.start();
    await using other = await Receiver.start();
    const { id } = await made(receiver.url, ['member.joined']);
    await made(other.url, ['member.left']);
    await world.nobody.made(world.admin.rest.patch(`/webhooks/${id}`, { enabled: false }));
    const { client, welcome } = await world.at.guest();
    await client.request('channel.join', { channelId: channelNamed(welcome, 'Lobby').id });
    await client.request('channel.leave', {});
    await eventually(() => expect(other.received).toHaveLength(1));
    expect(JSON.parse(other.received[0]!.body)).toMatchObject({ event: 'member.left' });
    expect(receiver.received).toEqual([]);
  });

  it('tell their secret once', async () => {
    const webhook = await made('https://hook.example/a', ['message.created'], 'Once');
    expect(webhook.secret).toMatch(/^whsec_[\w-]{43}$/);
    const listed = await world.admin.rest.get('/webhooks');
    expect(listed.text).toContain('Once');
    expect(listed.text).not.toContain('whsec_');
    expect((await world.admin.rest.patch(`/webhooks/${webhook.id}`, { name: 'Twice' })).text).not.toContain('whsec_');
    expect((await world.admin.rest.get('/audit')).text).not.toContain('whsec_');
  });

  it('are changed and deleted with their deliveries', async () => {
    await using receiver = await Receiver.start();
    const { id } = await made('https://hook.example/', ['message.created']);
    await world.nobody.made(world.admin.rest.patch(`/webhooks/${id}`, { url: receiver.url, events: ['member.left'] }));
    expect((await list()).find((webhook) => webhook.id === id)).toMatchObject({
      url: receiver.url,
      events: ['member.left'],
    });
    await world.nobody.made(world.admin.rest.post(`/webhooks/${id}/test`));
    expect((await world.admin.rest.delete(`/webhooks/${id}`)).status).toBe(204);
    expect((await world.admin.rest.get(`/webhooks/${id}/deliveries`)).said).toBe('404 webhook.not_found');
    expect((await world.admin.rest.delete(`/webhooks/${id}`)).said).toBe('404 webhook.not_found');
    const { items } = (await world.admin.rest.get('/audit')).as<{ items: { action: string; targetId: string }[] }>();
    const acts = items.filter(({ targetId }) => targetId === id).map(({ action }) => action);
    expect(acts).toEqual(['webhook.delete', 'webhook.test', 'webhook.update', 'webhook.create']);
  });

  it('are tested by hand, and show what was sent and how it went, by pages', async () => {
    await using receiver = await Receiver.start();
    const { id } = await made(receiver.url, ['message.created']);
    receiver.answer = (response) => response.writeHead(500).end();
    const first = (await world.admin.rest.post(`/webhooks/${id}/test`)).as<DeliveryView>();
    expect(first).toMatchObject({
      event: 'webhook.test',
      status: 'failed',
      responseStatus: 500,
      failure: 'It answered 500.',
    });
    receiver.answer = (response) => response.end();
    const second = (await world.admin.rest.post(`/webhooks/${id}/test`)).as<DeliveryView>();
    expect(second).toMatchObject({ status: 'delivered', responseStatus: 200, body: receiver.received[1]?.body });

    interface Deliveries {
      readonly items: DeliveryView[];
      readonly next: string | null;
    }
    const path = `/webhooks/${id}/deliveries?limit=1`;
    const newest = (await world.admin.rest.get(path)).as<Deliveries>();
    expect(newest.items).toEqual([second]);
    const older = (await world.admin.rest.get(`${path}&after=${newest.next}`)).as<Deliveries>();
    expect(older).toEqual({ items: [first], next: null });
  });

  it.each([
    [{ url: 'ftp://hook.example/' }, 'url'],
    [{ url: 'javascript:alert(1)' }, 'url'],
    [{ url: 'https://user:word@hook.example/' }, 'url'],
    [{ url: 'not an address' }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['member.joined', 'member.joined'] }, 'events'],
    [{ events: ['member.exploded'] }, 'events.0'],
    [{ name: '' }, 'name'],
    [{ secret: 'mine' }, 'secret'],
  ])('refuse %j', async (part, field) => {
    const body = { name: 'Ours', url: 'https://hook.example/', events: ['member.joined'], ...part };
    const answer = await world.admin.rest.post('/webhooks', body);
    expect(answer.said).toBe('400 protocol.invalid');
    expect(answer.as<{ error: { field: string } }>().error.field).toBe(field);
  });

  it('are fifty at most', async () => {
    for (let count = (await list()).length; count < 50; count++) await made('https://hook.example/', ['member.left']);
    const body = { name: 'One more', url: 'https://hook.example/', events: ['member.left'] };
    const both = await Promise.all([
      world.admin.rest.post('/webhooks', body),
      world.admin.rest.post('/webhooks', body),
    ]);
    expect(both.map(({ said }) => said)).toEqual(['409 webhook.too_many', '409 webhook.too_many']);
    expect(await list()).toHaveLength(50);
  });
});

describe('a server that was not told to allow private addresses', () => {
  it('tests no webhook of its own machine', async () => {
    await using receiver = await Receiver.start();
    await using world = await World.start();
    const body = { name: 'Inside', url: receiver.url, events: ['member.joined'] };
    const { id } = await world.nobody.made<MadeWebhook>(world.admin.rest.post('/webhooks', body));
    expect((await world.admin.rest.post(`/webhooks/${id}/test`)).as<DeliveryView>()).toMatchObject({
      status: 'failed',
      failure: expect.stringContaining('private network'),
    });
    expect(receiver.received).toEqual([]);
  });
});
