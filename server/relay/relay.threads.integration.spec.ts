import type { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessLibc } from './sockets/libc.ts';
import { relayed, voicePacket } from './testing/packets.ts';
import { RelayHarness } from './testing/relay-harness.ts';
import type { UdpClient, VoiceClient } from './testing/voice-clients.ts';
import type { ThreadEvent } from './threads/thread-messages.ts';

const THREADS = 2;
/** One in 32,000 that the system gives all of so many to one thread. */
const MEMBERS = 16;
const FRAME_MS = 20;
const TARGET = 77;

describe.skipIf('unavailable' in accessLibc())('relay whose threads share a port', () => {
  let at: RelayHarness;
  let told: unknown[];

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    at = await RelayHarness.start({ socket: 'batched', threads: THREADS });
    told = [];
    at.relay.on('speaking', ({ token, speaking }) => told.push([token, speaking]));
  });

  afterEach(() => at.stop());

  /** Which thread the system gives the client's datagrams to. */
  async function threadOf(client: UdpClient, token: number): Promise<number> {
    const before = await at.reportsByThread();
    await at.ping(token, client);
    const after = await at.reportsByThread();
    return after.findIndex(({ pings }, thread) => pings > before[thread]!.pings);
  }

  /** A client of each thread; the session is only to ping with. */
  async function clientOfEachThread(token: number): Promise<[UdpClient, UdpClient]> {
    const found: UdpClient[] = [];
    while (found[0] === undefined || found[1] === undefined) {
      const client = await at.udp();
      found[await threadOf(client, token)] ??= client;
    }
    return [found[0], found[1]];
  }

  async function joinedByUdp(): Promise<VoiceClient[]> {
    const members: VoiceClient[] = [];
    for (let token = 1; token <= MEMBERS; token++) members.push(await at.join(token, await at.udp()));
    return members;
  }

  it('lets everyone hear everyone else, whichever thread each is with, on a WebSocket too', async () => {
    const members = await joinedByUdp();
    for (const { pings } of await at.reportsByThread()) expect(pings).toBeGreaterThan(0);
    members.push(await at.join(101, await at.webSocket()), await at.join(102, await at.webSocket()));
    const tokens = [...members.keys()].map((index) => (index < MEMBERS ? index + 1 : 101 + index - MEMBERS));
    const packets = tokens.map((token) => voicePacket({ token, sequence: 0 }));
    for (const [index, member] of members.entries()) member.send(packets[index]!);
    for (const [index, member] of members.entries()) {
      const heard = await member.inbox.take(members.length - 1);
      expect(sorted(heard)).toEqual(sorted(packets.filter((_, other) => other !== index).map(relayed)));
    }
    const sent = members.length * (members.length - 1);
    expect(await at.settled()).toMatchObject({ sessions: 18, rooms: 1, received: 18, sent });
    expect(await at.drops()).toEqual({});
    expect(members.map(({ inbox }) => inbox.size)).toEqual(members.map(() => 0));
    for (const [index, member] of members.entries()) {
      expect(await at.ping(tokens[index]!, member)).toMatchObject({ received: 1, sent: members.length - 1 });
    }
  });

  it('carries whispers from either thread', async () => {
    const members = await joinedByUdp();
    const listener = await at.join(101, await at.webSocket(), { roomId: 'elsewhere' });
    for (let token = 1; token <= MEMBERS; token++) {
      at.relay.openWhisper({ token: TARGET + token, speaker: token, listeners: [101] });
    }
    await at.settled();
    const packets = members.map((_, index) =>
      voicePacket({ token: index + 1, sequence: 0, target: TARGET + index + 1 }),
    );
    for (const [index, member] of members.entries()) member.send(packets[index]!);
    expect(sorted(await listener.inbox.take(MEMBERS))).toEqual(sorted(packets.map(relayed)));
    expect(await at.drops()).toEqual({});
  });

  it('forwards the loudest of both threads together', async () => {
    const room = { forwardLimit: 1 };
    const hears = await at.join(1, await at.webSocket(), room);
    await at.join(2, await at.webSocket(), room);
    const [one, other] = await clientOfEachThread(2);
    await at.join(3, one, room);
    await at.join(4, other, room);
    const first = voicePacket({ token: 3, sequence: 0, level: 10 });
    one.send(first);
    for (const listener of [hears, other]) expect(await listener.inbox.next()).toEqual(relayed(first));
    other.send(voicePacket({ token: 4, sequence: 0, level: 60 }));
    await at.ping(4, other);
    expect(await at.drops()).toEqual({ not_loudest: 1 });
  });

  describe('with a session that moves to a port of the other thread', () => {
    const MOVING = 1;
    const STAYING = 2;
    const ON_STREAM = 3;
    let before: UdpClient;
    let after: UdpClient;
    let staying: UdpClient;
    let onStream: VoiceClient;

    beforeEach(async () => {
      onStream = await at.join(ON_STREAM, await at.webSocket());
      [before, after] = await clientOfEachThread(ON_STREAM);
      await at.join(MOVING, before);
      staying = await at.join(STAYING, await at.udp());
    });

    it('lets it hear there, once', async () => {
      const here = voicePacket({ token: STAYING, sequence: 0 });
      staying.send(here);
      expect(await before.inbox.next()).toEqual(relayed(here));
      await at.bind(MOVING, after);
      const there = voicePacket({ token: STAYING, sequence: 1 });
      staying.send(there);
      expect(await after.inbox.next()).toEqual(relayed(there));
      const fromStream = voicePacket({ token: ON_STREAM, sequence: 0 });
      onStream.send(fromStream);
      expect(await after.inbox.next()).toEqual(relayed(fromStream));
      await at.ping(MOVING, before);
      expect([before.inbox.size, after.inbox.size]).toEqual([0, 0]);
    });

    it('counts in its pongs what both threads saw', async () => {
      for (const sequence of [0, 1]) before.send(voicePacket({ token: MOVING, sequence }));
      await staying.inbox.take(2);
      await at.bind(MOVING, after);
      for (const sequence of [2, 3, 4]) after.send(voicePacket({ token: MOVING, sequence }));
      await staying.inbox.take(3);
      expect(await at.ping(MOVING, after)).toMatchObject({ received: 5, sent: 0 });
      expect(await at.ping(STAYING, staying)).toMatchObject({ received: 0, sent: 5 });
    });

    it('tells once that it speaks, though the first thread hears no end of it', async () => {
      const [oldThread] = await threadsOf(before);
      before.send(voicePacket({ token: MOVING, sequence: 0 }));
      await staying.inbox.next();
      await at.bind(MOVING, after);
      const silent = toldBy(oldThread!, { type: 'speaking', token: MOVING, speaking: false });
      let sequence = 1;
      const speech = setInterval(() => after.send(voicePacket({ token: MOVING, sequence: sequence++ })), FRAME_MS);
      await silent;
      await at.settled();
      expect(told).toEqual([[MOVING, true]]);
      clearInterval(speech);
      const ended = at.event('speaking');
      after.send(voicePacket({ token: MOVING, sequence, end: true }));
      expect(await ended).toMatchObject({ token: MOVING, speaking: false });
      expect(told).toHaveLength(2);
    });

    it('lets it move to a WebSocket and back', async () => {
      const stream = await at.webSocket();
      await at.bind(MOVING, stream);
      const first = voicePacket({ token: STAYING, sequence: 0 });
      staying.send(first);
      expect(await stream.inbox.next()).toEqual(relayed(first));
      await at.bind(MOVING, after);
      const second = voicePacket({ token: STAYING, sequence: 1 });
      staying.send(second);
      expect(await after.inbox.next()).toEqual(relayed(second));
      expect([before.inbox.size, stream.inbox.size]).toEqual([0, 0]);
    });

    it('knows in both threads when its stream has closed', async () => {
      const stream = await at.webSocket();
      await at.bind(MOVING, stream);
      const gone = at.event('lane');
      await stream.close();
      expect(await gone).toEqual({ type: 'lane', token: MOVING, lane: null });
      await at.settled();
      const { sent } = await at.settled();
      const clients = await clientOfEachThread(ON_STREAM);
      for (const [index, client] of clients.entries()) {
        const token = 11 + index;
        await at.join(token, client);
        const packet = voicePacket({ token, sequence: 0 });
        client.send(packet);
        expect(await onStream.inbox.next()).toEqual(relayed(packet));
        expect(await staying.inbox.next()).toEqual(relayed(packet));
      }
      // Two to those who are there, and the second to the first: none to the one that is nowhere.
      expect((await at.settled()).sent - sent).toBe(5);
    });

    /** The thread that the client is with, and the other. */
    async function threadsOf(client: UdpClient): Promise<Worker[]> {
      const thread = await threadOf(client, MOVING);
      return [at.relayThreads[thread]!, at.relayThreads[1 - thread]!];
    }
  });

  function toldBy(worker: Worker, wanted: ThreadEvent): Promise<void> {
    return new Promise((resolve) => {
      const take = (event: ThreadEvent): void => {
        if (JSON.stringify(event) !== JSON.stringify(wanted)) return;
        worker.off('message', take);
        resolve();
      };
      worker.on('message', take);
    });
  }
});

function sorted(packets: readonly Uint8Array[]): string[] {
  return packets.map((packet) => Buffer.from(packet).toString('hex')).sort();
}
