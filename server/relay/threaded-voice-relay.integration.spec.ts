import type { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { decodePong } from '@switchboard/protocol';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RelayOptions } from './relay-options.ts';
import { hopKeyOf, pingPacket, relayed, relaySession, voicePacket } from './testing/packets.ts';
import { UdpClient } from './testing/voice-clients.ts';
import { spawnRelayWorker, ThreadedVoiceRelay } from './threaded-voice-relay.ts';

const OPTIONS: RelayOptions = { host: '127.0.0.1', port: 0, tls: undefined };
const ANN = 1;
const BEN = 2;

describe('ThreadedVoiceRelay', () => {
  let sut: ThreadedVoiceRelay;
  let workers: Worker[];
  let told: unknown[];
  const clients: UdpClient[] = [];

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    workers = [];
    told = [];
    sut = new ThreadedVoiceRelay(OPTIONS, (options) => {
      const worker = spawnRelayWorker(options);
      workers.push(worker);
      return worker;
    });
    for (const kind of ['speaking', 'lane', 'failed'] as const) sut.on(kind, (event) => told.push(event));
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await sut.stop();
  });

  async function client(): Promise<UdpClient> {
    const opened = await UdpClient.open(sut.port);
    clients.push(opened);
    return opened;
  }

  async function ping(token: number, from: UdpClient, sequence: number): Promise<void> {
    from.send(pingPacket(token, sequence));
    expect(decodePong(await from.inbox.next(), hopKeyOf(token))).toMatchObject({ sequence });
  }

  /** The thread dies as by a bug of its own. */
  async function kill(): Promise<void> {
    await workers.at(-1)?.terminate();
  }

  it('has a port from its start on', async () => {
    expect(() => sut.port).toThrow();
    await sut.start();
    expect(sut.port).toBeGreaterThan(0);
    expect(() => sut.start()).toThrow();
  });

  it('is not running before its start and after its stop', async () => {
    await expect(sut.report()).rejects.toMatchObject({ code: 'server.internal' });
    await sut.stop();
    await sut.start();
    const asked = sut.report();
    await expect(asked).resolves.toMatchObject({ sessions: 0 });
    await sut.stop();
    await sut.stop();
    await expect(sut.report()).rejects.toMatchObject({ code: 'server.internal' });
    expect(workers).toHaveLength(1);
  });

  it('lets nobody wait who asked for a report when it stopped', async () => {
    await sut.start();
    const asked = sut.report();
    const stopped = sut.stop();
    await expect(asked).rejects.toMatchObject({ code: 'server.internal' });
    await stopped;
  });

  it.each([0, -1, 1.5, 2 ** 32])('refuses %d as a token', (token) => {
    expect(() => sut.open(relaySession(token))).toThrow(RangeError);
  });

  it('refuses a hop key of another size', () => {
    expect(() => sut.open(relaySession(ANN, { hopKey: new Uint8Array(15) }))).toThrow(RangeError);
  });

  it('keeps a copy of the hop key', async () => {
    await sut.start();
    const session = relaySession(ANN);
    sut.open(session);
    session.hopKey.fill(0);
    await sut.report();
    await kill();
    await sut.report();
    await ping(ANN, await client(), 0);
  });

  it('tells nothing of a session that was closed', async () => {
    await sut.start();
    sut.open(relaySession(ANN));
    sut.close(ANN);
    workers[0]?.emit('message', { type: 'speaking', token: ANN, speaking: true });
    workers[0]?.emit('message', { type: 'lane', token: ANN, lane: 'udp' });
    expect(told).toEqual([]);
  });

  it('calls every listener though one throws, and none that has gone', async () => {
    await sut.start();
    const before = told.length;
    sut.on('speaking', () => {
      throw new Error('on purpose');
    });
    const heard: unknown[] = [];
    sut.on('speaking', (event) => heard.push(event));
    const off = sut.on('speaking', () => heard.push('gone'));
    off();
    sut.open(relaySession(ANN));
    const event = { type: 'speaking', token: ANN, speaking: true };
    workers[0]?.emit('message', event);
    expect(heard).toEqual([event]);
    expect(told.slice(before)).toEqual([event]);
  });

  describe('when its thread dies', () => {
    it('is there again on the same port with the same sessions, and voice flows after the next ping', async () => {
      await sut.start();
      const { port } = sut;
      const ann = await client();
      const ben = await client();
      const closed = await client();
      sut.open(relaySession(ANN));
      sut.open(relaySession(BEN));
      sut.open(relaySession(3));
      sut.update(BEN, { speaks: false, hears: true });
      await sut.report();
      await ping(ANN, ann, 7);
      await ping(BEN, ben, 7);
      await ping(3, closed, 7);
      sut.close(3);
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      await ben.inbox.next();
      await sut.report();
      told.length = 0;

      await kill();
      expect(await sut.report()).toMatchObject({ sessions: 2, received: 0 });
      expect(sut.port).toBe(port);
      expect(told).toEqual([
        { type: 'speaking', token: ANN, speaking: false },
        { type: 'lane', token: ANN, lane: null },
        { type: 'lane', token: BEN, lane: null },
      ]);
      await ping(ANN, ann, 8);
      await ping(BEN, ben, 8);
      const next = voicePacket({ token: ANN, sequence: 1 });
      ben.send(voicePacket({ token: BEN, sequence: 0 }));
      ann.send(next);
      expect(await ben.inbox.next()).toEqual(relayed(next));
      expect((await sut.report()).dropped.not_allowed).toBe(1);
      expect(ann.inbox.size).toBe(0);
    });

    it('answers reports that were asked for before', async () => {
      await sut.start();
      const killed = kill();
      const asked = sut.report();
      await killed;
      expect(await asked).toMatchObject({ sessions: 0 });
      expect(workers).toHaveLength(2);
    });

    it('gives up when that goes on', async () => {
      await sut.start();
      for (let times = 1; times <= 3; times++) {
        await kill();
        await sut.report();
      }
      expect(told).toEqual([]);
      await kill();
      expect(told).toEqual([{ type: 'failed', message: expect.stringContaining('Voice has stopped') }]);
      await expect(sut.report()).rejects.toMatchObject({ code: 'server.internal' });
      expect(workers).toHaveLength(4);
    });
  });
});
