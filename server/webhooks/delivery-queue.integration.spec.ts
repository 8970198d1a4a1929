import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../testing/server-process.ts';
import { MAX_WAITING_EACH, PRUNE_EVERY } from './delivery-queue.ts';
import { KEPT_DELIVERIES } from './delivery-store.ts';
import { eventually, QueueHarness, Receiver } from './testing/webhook-harness.ts';

const HOUR_MS = 3_600_000;

describe('DeliveryQueue', () => {
  beforeEach(() => Logger.overrideLogger(false));
  afterEach(() => Logger.overrideLogger(['error']));

  it('delivers an event with a signature that its receiver can check', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    const webhook = await sut.webhook(receiver.url);
    sut.queue.add(webhook, 'member.joined', { member: { nickname: 'Zoë' } });
    await eventually(() => expect(sut.counts.delivered).toBe(1));

    const [{ url, headers, body } = { url: '', headers: {}, body: '' }] = receiver.received;
    const [delivery] = await eventually(async () => {
      const all = await sut.deliveries();
      expect(all).toMatchObject([{ status: 'delivered', attempts: 1, responseStatus: 200, failure: null }]);
      return all;
    });
    expect(url).toBe('/hook');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'switchboard-event': 'member.joined',
      'switchboard-delivery': delivery?.id,
      host: `127.0.0.1:${receiver.port}`,
    });
    expect(JSON.parse(body)).toEqual({
      id: delivery?.id,
      event: 'member.joined',
      at: sut.clock.epochMs(),
      data: { member: { nickname: 'Zoë' } },
    });
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['switchboard-signature'])) ?? [];
    expect(time).toBe(String(Math.floor(sut.clock.epochMs() / 1_000)));
    expect(signature).toBe(createHmac('sha256', webhook.secret).update(`${time}.${body}`).digest('hex'));
    expect(sut.queue.length).toBe(0);
  });

  it('tries again after growing pauses until it arrives, with the same id', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    receiver.answer = (response) => {
      response.statusCode = receiver.received.length < 3 ? 503 : 204;
      response.end();
    };
    sut.queue.add(await sut.webhook(receiver.url), 'member.joined', {});
    await failed(sut, 1);
    expect(await sut.deliveries()).toMatchObject([
      { status: 'waiting', responseStatus: 503, failure: 'It answered 503.' },
    ]);
    sut.clock.advance(7_999);
    expect(receiver.received).toHaveLength(1);
    sut.clock.advance(4_001);
    await failed(sut, 2);
    sut.clock.advance(23_999);
    expect(receiver.received).toHaveLength(2);
    sut.clock.advance(12_001);
    await eventually(async () =>
      expect(await sut.deliveries()).toMatchObject([
        { status: 'delivered', attempts: 3, responseStatus: 204, failure: null },
      ]),
    );
    expect(new Set(receiver.received.map(({ headers }) => headers['switchboard-delivery'])).size).toBe(1);
  });

  it('gives up after about a day', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    receiver.answer = (response) => response.writeHead(500).end();
    sut.queue.add(await sut.webhook(receiver.url), 'member.joined', {});
    const startedMs = sut.clock.nowMs();
    for (let attempts = 1; sut.counts.givenUp === 0; attempts++) {
      await eventually(async () => expect(await sut.deliveries()).toMatchObject([{ attempts }]));
      if (attempts > 20) throw new Error('it goes on for ever');
      // The queue looks at itself every quarter of an hour, and sleeps no longer.
      const [delivery] = await sut.deliveries();
      if (delivery?.nextAttemptAt !== null) await advanceTo(sut, delivery!.nextAttemptAt, attempts);
    }
    expect(await sut.deliveries()).toMatchObject([
      { status: 'failed', nextAttemptAt: null, failure: 'It answered 500.' },
    ]);
    const tookMs = sut.clock.nowMs() - startedMs;
    expect(tookMs).toBeGreaterThan(18 * HOUR_MS);
    expect(tookMs).toBeLessThan(24 * HOUR_MS);
    expect(sut.queue.length).toBe(0);
  });

  it('sends what was on its way when the server stopped after the next start', async () => {
    await using folder = await scratchFolder();
    await using receiver = await Receiver.start();
    const file = join(folder.path, 'db.sqlite');
    const unanswered: ServerResponse[] = [];
    receiver.answer = (response) => unanswered.push(response);
    {
      await using before = await QueueHarness.start(file);
      before.queue.add(await before.webhook(receiver.url), 'member.joined', { n: 1 });
      await eventually(() => expect(receiver.received).toHaveLength(1));
    }
    receiver.answer = (response) => response.end();
    await using after = await QueueHarness.start(file);
    await eventually(async () =>
      expect(await after.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]),
    );
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
  });

  it('keeps what waits for another attempt over a restart, and its time', async () => {
    await using folder = await scratchFolder();
    await using receiver = await Receiver.start();
    const file = join(folder.path, 'db.sqlite');
    receiver.answer = (response) => response.writeHead(500).end();
    const before = await QueueHarness.start(file);
    before.queue.add(await before.webhook(receiver.url), 'member.joined', {});
    await failed(before, 1);
    await before[Symbol.asyncDispose]();

    receiver.answer = (response) => response.end();
    await using after = await QueueHarness.start(file, { clock: before.clock });
    expect(after.queue.length).toBe(1);
    await looked(after);
    expect(receiver.received).toHaveLength(1);
    after.clock.advance(12_000);
    await eventually(async () =>
      expect(await after.deliveries()).toMatchObject([{ status: 'delivered', attempts: 2 }]),
    );
  });

  it('lets a slow address hold up no other, and sends it two at a time', async () => {
    await using slow = await Receiver.start();
    await using fast = await Receiver.start();
    await using sut = await QueueHarness.start();
    const unanswered: ServerResponse[] = [];
    slow.answer = (response) => unanswered.push(response);
    const slowHook = await sut.webhook(slow.url);
    const fastHook = await sut.webhook(fast.url);
    for (let i = 0; i < 20; i++) sut.queue.add(slowHook, 'member.joined', { i });
    for (let i = 0; i < 20; i++) sut.queue.add(fastHook, 'member.joined', { i });
    await eventually(() => expect(sut.counts.delivered).toBe(20));
    expect(fast.received).toHaveLength(20);
    expect(slow.received).toHaveLength(2);
    slow.answer = (response) => response.end();
    for (const response of unanswered) response.end();
    await eventually(() => expect(sut.counts.delivered).toBe(40));
    expect(new Set(slow.received.map(({ body }) => body)).size).toBe(20);
  });

  it('drops the newest where a thousand wait already, counts them, and takes more when there is room', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    receiver.answer = (response) => response.writeHead(500).end();
    const webhook = await sut.webhook(receiver.url);
    for (let i = 0; i < MAX_WAITING_EACH + 7; i++) sut.queue.add(webhook, 'member.joined', { i });
    expect(sut.counts.dropped).toBe(7);
    expect(sut.queue.length).toBe(MAX_WAITING_EACH);
    await eventually(async () => expect(await sut.deliveries()).toHaveLength(MAX_WAITING_EACH));
    const last = (await sut.deliveries()).at(-1);
    expect(JSON.parse(last!.body)).toMatchObject({ data: { i: MAX_WAITING_EACH - 1 } });
  });

  it('sends nothing more to a webhook that was switched off, and says so', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    receiver.answer = (response) => response.writeHead(500).end();
    const webhook = await sut.webhook(receiver.url);
    sut.queue.add(webhook, 'member.joined', {});
    await failed(sut, 1);
    await sut.webhooks.update(webhook.id, { enabled: false });
    sut.clock.advance(12_000);
    await eventually(async () =>
      expect(await sut.deliveries()).toMatchObject([
        { status: 'failed', attempts: 1, failure: 'The webhook was switched off.' },
      ]),
    );
    expect(receiver.received).toHaveLength(1);
  });

  it('loses nothing of the others when a webhook is deleted with events on their way into the queue', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    const gone = await sut.webhook(receiver.url);
    const stays = await sut.webhook(receiver.url);
    await sut.webhooks.delete(gone.id);
    sut.queue.add(gone, 'member.joined', { to: 'gone' });
    sut.queue.add(stays, 'member.joined', { to: 'stays' });
    await eventually(() => expect(sut.counts.delivered).toBe(1));
    expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ data: { to: 'stays' } }]);
    await eventually(() => expect(sut.queue.length).toBe(0));
  });

  it('no longer counts what waited for a webhook that was deleted', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    receiver.answer = (response) => response.writeHead(500).end();
    const gone = await sut.webhook(receiver.url);
    sut.queue.add(gone, 'member.joined', {});
    await failed(sut, 1);
    expect(sut.queue.length).toBe(1);
    await sut.webhooks.delete(gone.id);
    expect(await sut.deliveries()).toEqual([]);
    expect(sut.queue.length).toBe(0);
  });

  it('keeps the last deliveries of a webhook, and not all', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    const webhook = await sut.webhook(receiver.url);
    const count = KEPT_DELIVERIES + 100;
    for (let i = 0; i < count; i++) sut.queue.add(webhook, 'member.joined', { i });
    await eventually(() => expect(sut.counts.delivered).toBe(count));
    await eventually(async () => expect(await sut.deliveries()).toHaveLength(KEPT_DELIVERIES));
  });

  it('keeps no more of what was finished before the start', async () => {
    await using folder = await scratchFolder();
    const file = join(folder.path, 'db.sqlite');
    {
      await using before = await QueueHarness.start(file);
      await before.finished(await before.webhook('http://127.0.0.1/hook'), KEPT_DELIVERIES + 3);
    }
    await using after = await QueueHarness.start(file);
    const kept = await after.deliveries();
    expect(kept).toHaveLength(KEPT_DELIVERIES);
    expect(kept[0]?.body).toBe('3');
  });

  it('keeps no more of tests either', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    const webhook = await sut.webhook(receiver.url);
    await sut.finished(webhook, KEPT_DELIVERIES);
    for (let i = 0; i < PRUNE_EVERY; i++) await sut.queue.test(webhook);
    const kept = await sut.deliveries();
    expect(kept).toHaveLength(KEPT_DELIVERIES);
    expect(kept.filter(({ event }) => event === 'webhook.test')).toHaveLength(PRUNE_EVERY);
  });

  it('tests a webhook at once and once, and keeps how it went', async () => {
    await using receiver = await Receiver.start();
    await using sut = await QueueHarness.start();
    const webhook = await sut.webhook(receiver.url);
    receiver.answer = (response) => response.writeHead(404).end();
    expect(await sut.queue.test(webhook)).toMatchObject({ status: 'failed', responseStatus: 404, attempts: 1 });
    receiver.answer = (response) => response.end();
    expect(await sut.queue.test(webhook)).toMatchObject({
      event: 'webhook.test',
      status: 'delivered',
      responseStatus: 200,
    });
    expect((await sut.deliveries()).map(({ status }) => status)).toEqual(['failed', 'delivered']);
  });
});

async function failed(sut: QueueHarness, attempts: number): Promise<void> {
  await eventually(async () => expect(await sut.deliveries()).toMatchObject([{ status: 'waiting', attempts }]));
  await looked(sut);
}

/** The queue has looked, and waits for its clock. */
async function looked(sut: QueueHarness): Promise<void> {
  await eventually(() => expect(sut.clock.pendingTimers).toBe(1));
}

async function advanceTo(sut: QueueHarness, epochMs: number, attempts: number): Promise<void> {
  while (sut.clock.epochMs() < epochMs) {
    await looked(sut);
    sut.clock.advance(Math.min(15 * 60_000, epochMs - sut.clock.epochMs()));
  }
  await eventually(async () => {
    expect((await sut.deliveries())[0]?.attempts).toBeGreaterThan(attempts);
  });
}
