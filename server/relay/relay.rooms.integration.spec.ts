import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { relayed, voicePacket } from './testing/packets.ts';
import { RELAY_VARIANTS, RelayHarness } from './testing/relay-harness.ts';
import { MAX_BACKLOG } from './threads/bridged-streams.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;
const DAN = 4;
const TARGET = 77;

const LOUD = 10;
const QUIET = 60;

for (const { name, options, available } of RELAY_VARIANTS) {
  describe.skipIf(!available)(`rooms of a relay ${name}`, () => {
    let at: RelayHarness;

    beforeAll(() => Logger.overrideLogger(false));

    beforeEach(async () => {
      at = await RelayHarness.start(options);
    });

    afterEach(() => at.stop());

    it('keep to themselves', async () => {
      const ann = await at.join(ANN, await at.udp());
      const ben = await at.join(BEN, await at.webSocket());
      const cat = await at.join(CAT, await at.udp(), { roomId: 'elsewhere' });
      const dan = await at.join(DAN, await at.webSocket(), { roomId: 'elsewhere' });
      const here = voicePacket({ token: ANN, sequence: 0 });
      const there = voicePacket({ token: CAT, sequence: 0 });
      ann.send(here);
      cat.send(there);
      expect(await ben.inbox.next()).toEqual(relayed(here));
      expect(await dan.inbox.next()).toEqual(relayed(there));
      expect(await at.settled()).toMatchObject({ rooms: 2, received: 2, sent: 2 });
    });

    it('go on over WebSockets however much they have carried', async () => {
      const speakers = await Promise.all([1, 2, 3, 4, 5].map(async (token) => at.join(token, await at.udp())));
      const listeners = await Promise.all(
        Array.from({ length: 20 }, async (_, nth) => at.join(100 + nth, await at.webSocket())),
      );
      // More copies in all than may wait at the bridge at a time.
      const packets = Math.ceil((1.2 * MAX_BACKLOG) / (speakers.length * listeners.length));
      for (let sequence = 0; sequence < packets; sequence++) {
        for (const [index, speaker] of speakers.entries()) {
          speaker.send(voicePacket({ token: index + 1, sequence, opusBytes: 20 }));
        }
        for (const listener of listeners) await listener.inbox.take(speakers.length);
      }
      expect((await at.settled()).dropped.receiver_slow).toBe(0);
    });

    describe('with a whisper', () => {
      it('carry it to those addressed, in whatever room and on whatever lane, and to nobody else', async () => {
        const ann = await at.join(ANN, await at.udp());
        const ben = await at.join(BEN, await at.udp());
        const cat = await at.join(CAT, await at.udp(), { roomId: 'elsewhere' });
        const dan = await at.join(DAN, await at.webSocket());
        at.relay.openWhisper({ token: TARGET, speaker: ANN, listeners: [CAT, DAN] });
        await at.settled();
        const whispered = voicePacket({ token: ANN, sequence: 0, target: TARGET });
        const said = voicePacket({ token: ANN, sequence: 0 });
        ann.send(whispered);
        ann.send(said);
        expect(await cat.inbox.next()).toEqual(relayed(whispered));
        expect(await dan.inbox.take(2)).toEqual([relayed(whispered), relayed(said)]);
        expect(await ben.inbox.next()).toEqual(relayed(said));
        expect(await at.settled()).toMatchObject({ received: 2, sent: 4 });
        expect([ann, ben, cat, dan].map(({ inbox }) => inbox.size)).toEqual([0, 0, 0, 0]);
      });

      it('let nobody else use it, and nobody after its end', async () => {
        const ann = await at.join(ANN, await at.udp());
        const ben = await at.join(BEN, await at.udp());
        const cat = await at.join(CAT, await at.udp());
        at.relay.openWhisper({ token: TARGET, speaker: ANN, listeners: [CAT] });
        await at.settled();
        ben.send(voicePacket({ token: BEN, sequence: 0, target: TARGET }));
        await at.ping(BEN, ben);
        expect(await at.drops()).toEqual({ unknown_target: 1 });

        at.relay.closeWhisper(TARGET);
        await at.settled();
        ann.send(voicePacket({ token: ANN, sequence: 0, target: TARGET }));
        await at.ping(ANN, ann);
        expect(await at.drops()).toEqual({ unknown_target: 2 });
        expect(cat.inbox.size).toBe(0);
      });

      it('give it other listeners when it is opened again', async () => {
        const ann = await at.join(ANN, await at.udp());
        const ben = await at.join(BEN, await at.udp());
        const cat = await at.join(CAT, await at.udp());
        at.relay.openWhisper({ token: TARGET, speaker: ANN, listeners: [BEN] });
        at.relay.openWhisper({ token: TARGET, speaker: ANN, listeners: [CAT] });
        await at.settled();
        const whispered = voicePacket({ token: ANN, sequence: 0, target: TARGET });
        ann.send(whispered);
        expect(await cat.inbox.next()).toEqual(relayed(whispered));
        expect(ben.inbox.size).toBe(0);
        expect(await at.settled()).toMatchObject({ sent: 1 });
      });
    });

    describe('with a limit of speakers', () => {
      it('forward the loudest alone, and everyone when the limit is lifted', async () => {
        const room = { forwardLimit: 1 };
        const ann = await at.join(ANN, await at.udp(), room);
        const ben = await at.join(BEN, await at.udp(), room);
        const cat = await at.join(CAT, await at.webSocket(), room);
        const loud = voicePacket({ token: ANN, sequence: 0, level: LOUD });
        ann.send(loud);
        expect(await cat.inbox.next()).toEqual(relayed(loud));
        expect(await ben.inbox.next()).toEqual(relayed(loud));
        ben.send(voicePacket({ token: BEN, sequence: 0, level: QUIET }));
        await at.ping(BEN, ben);
        expect(await at.drops()).toEqual({ not_loudest: 1 });

        at.relay.configure('lobby', { bitrateBps: 32_000, forwardLimit: 0 });
        await at.settled();
        const quiet = voicePacket({ token: BEN, sequence: 1, level: QUIET });
        ben.send(quiet);
        expect(await cat.inbox.next()).toEqual(relayed(quiet));
        expect(await ann.inbox.next()).toEqual(relayed(quiet));
        expect(await at.drops()).toEqual({ not_loudest: 1 });
      });

      it('let the next one in when a speaker has ended', async () => {
        const room = { forwardLimit: 1 };
        const ann = await at.join(ANN, await at.udp(), room);
        const ben = await at.join(BEN, await at.udp(), room);
        const cat = await at.join(CAT, await at.udp(), room);
        const last = voicePacket({ token: ANN, sequence: 0, level: LOUD, end: true });
        // The end ends what began before.
        const first = voicePacket({ token: ANN, sequence: 1, level: LOUD });
        const end = voicePacket({ token: ANN, sequence: 2, level: LOUD, end: true });
        for (const packet of [last, first, end]) {
          ann.send(packet);
          expect(await cat.inbox.next()).toEqual(relayed(packet));
        }
        await at.ping(ANN, ann);
        const quiet = voicePacket({ token: BEN, sequence: 0, level: QUIET });
        ben.send(quiet);
        expect(await cat.inbox.next()).toEqual(relayed(quiet));
        expect(await at.drops()).toEqual({});
      });
    });

    it('take a new bitrate for everyone in them', async () => {
      const ann = await at.join(ANN, await at.udp());
      const ben = await at.join(BEN, await at.udp(), { roomId: 'elsewhere' });
      at.relay.configure('lobby', { bitrateBps: 8_000, forwardLimit: 0 });
      await at.settled();
      // 25,600 bits at once, where one second of 8 kb/s and half as much again are 12,000.
      for (let sequence = 0; sequence < 40; sequence++) {
        ann.send(voicePacket({ token: ANN, sequence }));
        ben.send(voicePacket({ token: BEN, sequence }));
      }
      await at.ping(BEN, ben);
      expect(await at.ping(ANN, ann)).toMatchObject({ received: 40 });
      const { received, dropped } = await at.settled();
      expect(received + dropped.rate_limited).toBe(80);
      expect(dropped.rate_limited).toBeGreaterThan(10);
      expect(dropped.rate_limited).toBeLessThanOrEqual(40 - 18);
    });
  });
}
