import { readdirSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../e2e/harness/free-port.ts';
import { relayed, relaySession, voicePacket } from './testing/packets.ts';
import { RELAY_VARIANTS, RelayHarness } from './testing/relay-harness.ts';
import { spawnThread } from './threaded-voice-relay.ts';
import type { ThreadEntry } from './threads/relay-threads.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;
const TARGET = 77;

const ENTRIES: readonly ThreadEntry[] = ['relay-thread', 'bridge-thread'];

beforeAll(() => Logger.overrideLogger(false));

/** What one thread does two do too. */
const VARIANTS = RELAY_VARIANTS.filter(({ options }) => options.threads !== 1);

for (const { name, options, available } of VARIANTS) {
  describe.skipIf(!available)(`ThreadedVoiceRelay ${name}`, () => {
    /** The bridge, and the threads of the relay. */
    const threads = 1 + (options.threads ?? 1);
    let at: RelayHarness;
    let told: unknown[];

    beforeEach(async () => {
      // One that nobody is given in the moment in which a thread is dead.
      at = new RelayHarness({ ...options, port: await freePort() });
      told = [];
      for (const kind of ['speaking', 'lane', 'failed'] as const) at.relay.on(kind, (event) => told.push(event));
    });

    afterEach(() => at.stop());

    /** A thread dies as by a bug of its own: the newest of its kind. */
    async function kill(entry: ThreadEntry): Promise<void> {
      await newest(entry).terminate();
    }

    function newest(entry: ThreadEntry): Worker {
      return at.spawned.findLast((thread) => thread.entry === entry)!.worker;
    }

    it('has a port from its start on', async () => {
      expect(() => at.relay.port).toThrow();
      await at.relay.start();
      expect(at.relay.port).toBeGreaterThan(0);
      await expect(at.relay.start()).rejects.toThrow('started already');
    });

    it('is not running before its start and after its stop', async () => {
      await expect(at.relay.report()).rejects.toMatchObject({ code: 'server.internal' });
      await at.relay.stop();
      await at.relay.start();
      await expect(at.relay.report()).resolves.toMatchObject({ sessions: 0 });
      await at.relay.stop();
      await at.relay.stop();
      await expect(at.relay.report()).rejects.toMatchObject({ code: 'server.internal' });
      expect(at.spawned).toHaveLength(threads);
    });

    it('lets nobody wait who asked for a report when it stopped', async () => {
      await at.relay.start();
      const asked = at.relay.report();
      const stopped = at.relay.stop();
      await expect(asked).rejects.toMatchObject({ code: 'server.internal' });
      await stopped;
    });

    it('stops while it starts, and leaves no thread behind', async () => {
      const started = at.relay.start();
      await at.relay.stop();
      await started;
      expect(at.spawned).toHaveLength(threads);
      expect(at.spawned.map(({ worker }) => worker.threadId)).toEqual(at.spawned.map(() => -1));
      await expect(at.relay.report()).rejects.toMatchObject({ code: 'server.internal' });
    });

    it('answers everyone who asks at once', async () => {
      await at.relay.start();
      at.relay.open(relaySession(ANN));
      const asked = [at.relay.report(), at.relay.report(), at.relay.report()];
      for (const report of await Promise.all(asked)) expect(report).toMatchObject({ sessions: 1 });
    });

    it('knows sessions and whispers that it was told before its start', async () => {
      at.relay.open(relaySession(ANN));
      at.relay.openWhisper({ token: TARGET, speaker: ANN, listeners: [BEN] });
      at.relay.open(relaySession(BEN, { roomId: 'elsewhere' }));
      await at.relay.start();
      expect(await at.relay.report()).toMatchObject({ sessions: 2, rooms: 2 });
      const [ann, ben] = [await at.udp(), await at.udp()];
      await at.bind(ANN, ann);
      await at.bind(BEN, ben);
      const whispered = voicePacket({ token: ANN, sequence: 0, target: TARGET });
      ann.send(whispered);
      expect(await ben.inbox.next()).toEqual(relayed(whispered));
    });

    it.each([0, -1, 1.5, 2 ** 32])('refuses %d as a token', (token) => {
      expect(() => at.relay.open(relaySession(token))).toThrow(RangeError);
      expect(() => at.relay.openWhisper({ token, speaker: ANN, listeners: [] })).toThrow(RangeError);
    });

    it('refuses a hop key of another size', () => {
      expect(() => at.relay.open(relaySession(ANN, { hopKey: new Uint8Array(15) }))).toThrow(RangeError);
    });

    it('keeps a copy of the hop key', async () => {
      await at.relay.start();
      const session = relaySession(ANN);
      at.relay.open(session);
      session.hopKey.fill(0);
      await at.relay.report();
      await kill('relay-thread');
      await at.relay.report();
      await at.bind(ANN, await at.udp());
    });

    it('tells nothing of a session that was closed', async () => {
      await at.relay.start();
      at.relay.open(relaySession(ANN));
      at.relay.close(ANN);
      newest('relay-thread').emit('message', { type: 'speaking', token: ANN, speaking: true });
      newest('relay-thread').emit('message', { type: 'lane', token: ANN, lane: 'udp' });
      expect(told).toEqual([]);
    });

    it('calls every listener though one throws, and none that has gone', async () => {
      await at.relay.start();
      const before = told.length;
      at.relay.on('speaking', () => {
        throw new Error('on purpose');
      });
      const heard: unknown[] = [];
      at.relay.on('speaking', (event) => heard.push(event));
      const off = at.relay.on('speaking', () => heard.push('gone'));
      off();
      at.relay.open(relaySession(ANN));
      const event = { type: 'speaking', token: ANN, speaking: true };
      newest('relay-thread').emit('message', event);
      expect(heard).toEqual([event]);
      expect(told.slice(before)).toEqual([event]);
    });

    describe.each(ENTRIES)('when its %s dies', (entry) => {
      it('is there again on the same port with the same sessions, and voice flows after the next pings', async () => {
        await at.relay.start();
        const { port } = at.relay;
        const ann = await at.join(ANN, await at.udp());
        const ben = await at.join(BEN, await at.udp());
        const closed = await at.join(CAT, await at.udp());
        at.relay.update(BEN, { speaks: false, hears: true });
        at.relay.close(CAT);
        await at.settled();
        ann.send(voicePacket({ token: ANN, sequence: 0 }));
        await ben.inbox.next();
        await at.settled();
        told.length = 0;

        await kill(entry);
        expect(await at.relay.report()).toMatchObject({ sessions: 2, received: 0 });
        expect(at.relay.port).toBe(port);
        expect(at.spawned).toHaveLength(2 * threads);
        expect(told).toEqual([
          { type: 'speaking', token: ANN, speaking: false },
          { type: 'lane', token: ANN, lane: null },
          { type: 'lane', token: BEN, lane: null },
        ]);
        await at.bind(ANN, ann);
        await at.bind(BEN, ben);
        const next = voicePacket({ token: ANN, sequence: 1 });
        ben.send(voicePacket({ token: BEN, sequence: 0 }));
        ann.send(next);
        expect(await ben.inbox.next()).toEqual(relayed(next));
        await at.ping(BEN, ben);
        expect(await at.drops()).toEqual({ not_allowed: 1 });
        expect([ann.inbox.size, closed.inbox.size]).toEqual([0, 0]);
      });

      it('closes its streams, and takes them anew', async () => {
        await at.relay.start();
        const ann = await at.join(ANN, await at.udp());
        const stream = await at.join(BEN, await at.webSocket());
        await kill(entry);
        await stream.closed;
        await at.relay.report();
        const again = await at.webSocket();
        await at.bind(BEN, again);
        await at.bind(ANN, ann);
        const packet = voicePacket({ token: ANN, sequence: 0 });
        ann.send(packet);
        expect(await again.inbox.next()).toEqual(relayed(packet));
      });

      it('answers reports that were asked for before, and while it is replaced', async () => {
        await at.relay.start();
        const before = at.relay.report();
        const killed = kill(entry);
        const meanwhile = at.relay.report();
        newest(entry).once('exit', () => void asked.push(at.relay.report()));
        const asked = [before, meanwhile];
        await killed;
        asked.push(at.relay.report());
        for (const report of await Promise.all(asked)) expect(report).toMatchObject({ sessions: 0 });
        expect(asked).toHaveLength(4);
        expect(at.spawned).toHaveLength(2 * threads);
      });

      it('stays stopped when it is stopped at that moment', async () => {
        await at.relay.start();
        const { worker } = at.spawned[0]!;
        const stopped = new Promise((resolve) => newest(entry).once('exit', () => resolve(at.relay.stop())));
        await kill(entry);
        await stopped;
        expect(at.spawned).toHaveLength(threads);
        expect(worker.threadId).toBe(-1);
        await expect(at.relay.report()).rejects.toMatchObject({ code: 'server.internal' });
        expect(told).toEqual([]);
      });
    });

    describe('when a thread dies', () => {
      it('binds an address again by the cookie that it had', async () => {
        await at.relay.start();
        const ann = await at.udp();
        const { cookie } = await at.join(ANN, ann).then(() => at.ping(ANN, ann));
        await kill('relay-thread');
        await at.relay.report();
        const bound = at.event('lane');
        await at.ping(ANN, ann, cookie);
        expect(await bound).toEqual({ type: 'lane', token: ANN, lane: 'udp' });
      });

      it('has those for listeners who came meanwhile, and none who went', async () => {
        await at.relay.start();
        const ann = await at.join(ANN, await at.udp());
        const ben = await at.join(BEN, await at.udp());
        const cat = await at.join(CAT, await at.udp());
        at.relay.openWhisper({ token: TARGET, speaker: ANN, listeners: [BEN] });
        at.relay.openWhisper({ token: TARGET + 1, speaker: ANN, listeners: [BEN] });
        at.relay.openWhisper({ token: TARGET + 2, speaker: BEN, listeners: [CAT] });
        at.relay.addWhisperListener(TARGET, CAT);
        at.relay.removeWhisperListener(TARGET, BEN);
        const first = voicePacket({ token: ANN, sequence: 0, target: TARGET });
        ann.send(first);
        expect(await cat.inbox.next()).toEqual(relayed(first));
        at.relay.close(BEN);
        at.relay.open(relaySession(BEN));
        await kill('relay-thread');
        await at.relay.report();
        await at.bind(ANN, ann);
        await at.bind(BEN, ben);
        await at.bind(CAT, cat);

        const whispered = voicePacket({ token: ANN, sequence: 2, target: TARGET });
        ben.send(voicePacket({ token: BEN, sequence: 0, target: TARGET + 2 }));
        await at.ping(BEN, ben);
        ann.send(voicePacket({ token: ANN, sequence: 1, target: TARGET + 1 }));
        ann.send(whispered);
        expect(await cat.inbox.next()).toEqual(relayed(whispered));
        const said = voicePacket({ token: ANN, sequence: 0 });
        ann.send(said);
        // Nothing of the whispers before it.
        expect(await ben.inbox.next()).toEqual(relayed(said));
      });

      it('has its rooms’ settings and its whispers again', async () => {
        await at.relay.start();
        const ann = await at.join(ANN, await at.udp());
        const ben = await at.join(BEN, await at.udp());
        const cat = await at.join(CAT, await at.udp(), { roomId: 'elsewhere' });
        at.relay.configure('lobby', { bitrateBps: 8_000, forwardLimit: 1 });
        at.relay.openWhisper({ token: TARGET, speaker: ANN, listeners: [CAT] });
        at.relay.openWhisper({ token: TARGET + 1, speaker: ANN, listeners: [CAT] });
        at.relay.closeWhisper(TARGET + 1);
        await kill('relay-thread');
        await at.relay.report();
        await at.bind(ANN, ann);
        await at.bind(BEN, ben);
        await at.bind(CAT, cat);

        const whispered = voicePacket({ token: ANN, sequence: 0, target: TARGET });
        ann.send(voicePacket({ token: ANN, sequence: 1, target: TARGET + 1 }));
        ann.send(whispered);
        expect(await cat.inbox.next()).toEqual(relayed(whispered));
        const loud = voicePacket({ token: ANN, sequence: 0, level: 10 });
        ann.send(loud);
        expect(await ben.inbox.next()).toEqual(relayed(loud));
        ben.send(voicePacket({ token: BEN, sequence: 0, level: 60 }));
        expect(await at.ping(BEN, ben)).toMatchObject({ received: 1 });
        // 40,800 bits: less than 32 kb/s allow at once, far more than 8 kb/s do.
        for (const sequence of [1, 2, 3, 4]) ann.send(voicePacket({ token: ANN, sequence, opusBytes: 1_275 }));
        await at.ping(ANN, ann);
        const { dropped } = await at.settled();
        expect(dropped).toMatchObject({ unknown_target: 1, not_loudest: 1 });
        expect(dropped.rate_limited).toBeGreaterThan(0);
      });

      it('forgets in its new threads what was closed while they started', async () => {
        await at.relay.start();
        at.relay.open(relaySession(ANN));
        at.relay.open(relaySession(BEN));
        await kill('relay-thread');
        at.relay.close(ANN);
        at.relay.open(relaySession(CAT, { roomId: 'elsewhere' }));
        at.relay.update(CAT, { speaks: false, hears: false });
        expect(await at.relay.report()).toMatchObject({ sessions: 2, rooms: 2 });
      });

      it('stops while it is being replaced', async () => {
        await at.relay.start();
        await kill('relay-thread');
        await at.relay.stop();
        expect(at.spawned.map(({ worker }) => worker.threadId)).toEqual(at.spawned.map(() => -1));
        await expect(at.relay.report()).rejects.toMatchObject({ code: 'server.internal' });
        expect(told).toEqual([]);
      });

      it('gives up when that goes on', async () => {
        await at.relay.start();
        for (let times = 1; times <= 3; times++) {
          await kill('relay-thread');
          await at.relay.report();
        }
        expect(told).toEqual([]);
        const failed = at.event('failed');
        await kill('relay-thread');
        expect(await failed).toEqual({ type: 'failed', message: expect.stringContaining('Voice has stopped') });
        await expect(at.relay.report()).rejects.toMatchObject({ code: 'server.internal' });
        expect(at.spawned).toHaveLength(4 * threads);
      });
    });

    it.skipIf(process.platform !== 'linux')('leaves no descriptor open, however its threads end', async () => {
      const openDescriptors = (): number => readdirSync('/proc/self/fd').length;
      const cycle = async (): Promise<void> => {
        await at.relay.start();
        for (const entry of ENTRIES) {
          await kill(entry);
          await at.relay.report();
        }
        await at.relay.stop();
      };
      // The first brings some that stay: of libraries, of the pool of threads.
      await cycle();
      const before = openDescriptors();
      at = new RelayHarness(options);
      await cycle();
      await expect.poll(openDescriptors).toBe(before);
    });

    it('tells why its threads cannot be started again', async () => {
      let starts = 0;
      at = new RelayHarness(options, (entry, setup) => {
        const host = ++starts > threads ? '192.0.2.1' : setup.at.host;
        return spawnThread(entry, { ...setup, at: { ...setup.at, host } });
      });
      await at.relay.start();
      const failed = at.event('failed');
      await kill('relay-thread');
      expect(await failed).toMatchObject({ message: expect.stringContaining('which is no address of this machine') });
    });
  });
}
