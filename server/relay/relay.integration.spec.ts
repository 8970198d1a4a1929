import { Logger } from '@nestjs/common';
import { MAX_OPUS_BYTES, MAX_PACKET_BYTES } from '@switchboard/protocol';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pingPacket, relayed, voicePacket, withBitFlipped } from './testing/packets.ts';
import { RELAY_VARIANTS, RelayHarness } from './testing/relay-harness.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;

for (const { name, options, available } of RELAY_VARIANTS) {
  describe.skipIf(!available)(`relay ${name}`, () => {
    let at: RelayHarness;

    beforeAll(() => Logger.overrideLogger(false));

    beforeEach(async () => {
      at = await RelayHarness.start(options);
    });

    afterEach(() => at.stop());

    it('lets listeners on UDP and on a WebSocket hear the same bytes', async () => {
      const ann = await at.join(ANN, await at.udp());
      const ben = await at.join(BEN, await at.udp());
      const cat = await at.join(CAT, await at.webSocket());
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
      expect(await cat.inbox.next()).toEqual(relayed(packet));

      const answer = voicePacket({ token: CAT, sequence: 0 });
      cat.send(answer);
      expect(await ann.inbox.next()).toEqual(relayed(answer));
      expect(await ben.inbox.next()).toEqual(relayed(answer));
      expect(await at.settled()).toMatchObject({ sessions: 3, rooms: 1, received: 2, sent: 4, pings: 5 });
    });

    it('drops and counts what fails a check, and nobody hears it', async () => {
      const ann = await at.join(ANN, await at.udp());
      const ben = await at.join(BEN, await at.udp());
      const cat = await at.join(CAT, await at.webSocket());
      const stranger = await at.udp();
      const heard = voicePacket({ token: ANN, sequence: 0 });
      ann.send(heard);
      stranger.send(Uint8Array.of(1, 2, 3));
      stranger.send(new Uint8Array(0));
      stranger.send(voicePacket({ token: 99, sequence: 0 }));
      stranger.send(voicePacket({ token: ANN, sequence: 1, signedBy: BEN }));
      stranger.send(voicePacket({ token: ANN, sequence: 1 }));
      // What the stranger sent is dealt with once a ping sent after it is answered.
      await at.join(4, stranger, { roomId: 'elsewhere' });
      ann.send(heard);
      ann.send(heard.subarray(0, 30));
      ann.send(withBitFlipped(voicePacket({ token: ANN, sequence: 1 }), 200));
      ann.send(voicePacket({ token: ANN, sequence: 1, opusBytes: MAX_OPUS_BYTES + 1 }));
      ann.send(voicePacket({ token: ANN, sequence: 1, target: BEN }));
      const last = voicePacket({ token: ANN, sequence: 2 });
      ann.send(last);

      for (const listener of [ben, cat]) {
        expect(await listener.inbox.next()).toEqual(relayed(heard));
        expect(await listener.inbox.next()).toEqual(relayed(last));
        expect(listener.inbox.size).toBe(0);
      }
      expect(ann.inbox.size).toBe(0);
      expect(await at.drops()).toEqual({
        too_short: 2,
        too_long: 1,
        unknown_token: 1,
        wrong_hop_tag: 2,
        unbound_address: 1,
        replayed: 1,
        unknown_target: 1,
      });
    });

    it('drops and counts what fails a check on a WebSocket too', async () => {
      const ann = await at.join(ANN, await at.webSocket());
      const ben = await at.join(BEN, await at.udp());
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      ann.send(packet);
      ann.send(Uint8Array.of(7));
      ann.send(voicePacket({ token: BEN, sequence: 0 }));
      ann.send(pingPacket(BEN, 1));
      const last = voicePacket({ token: ANN, sequence: 1 });
      ann.send(last);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
      expect(await ben.inbox.next()).toEqual(relayed(last));
      expect(ann.inbox.size).toBe(0);
      expect(await at.drops()).toEqual({ replayed: 1, too_short: 1, unbound_address: 2 });
    });

    it('limits the rate of one member', async () => {
      const ann = await at.join(ANN, await at.webSocket());
      await at.join(BEN, await at.udp());
      for (let i = 0; i < 500; i++) ann.send(voicePacket({ token: ANN, sequence: i, opusBytes: 20 }));
      // A ping would be limited as well; a stream keeps its order, and closes after all of it.
      const gone = at.event('lane');
      await ann.close();
      await gone;
      const report = await at.settled();
      expect(report.received + report.dropped.rate_limited).toBe(500);
      expect(report.received).toBeGreaterThanOrEqual(59);
      expect(report.dropped.rate_limited).toBeGreaterThan(300);
      expect(report.sent).toBe(report.received);
    });

    it('follows a client to another UDP port', async () => {
      const ann = await at.join(ANN, await at.udp());
      await at.join(BEN, await at.udp());
      const benMoved = await at.udp();
      await at.bind(BEN, benMoved);
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      expect(await benMoved.inbox.next()).toEqual(relayed(packet));
    });

    it('moves a client from a WebSocket to UDP with the ping that has the cookie', async () => {
      const ann = await at.join(ANN, await at.udp());
      const stream = await at.join(BEN, await at.webSocket());
      const datagrams = await at.udp();
      const { cookie } = await at.ping(BEN, datagrams);
      const before = voicePacket({ token: ANN, sequence: 0 });
      ann.send(before);
      expect(await stream.inbox.next()).toEqual(relayed(before));

      const moved = at.event('lane');
      await at.ping(BEN, datagrams, cookie);
      expect(await moved).toEqual({ type: 'lane', token: BEN, lane: 'udp' });
      await at.settled();
      const after = voicePacket({ token: ANN, sequence: 1 });
      ann.send(after);
      expect(await datagrams.inbox.next()).toEqual(relayed(after));

      const late = voicePacket({ token: BEN, sequence: 0 });
      stream.send(late);
      expect(await ann.inbox.next()).toEqual(relayed(late));
      await stream.close();
      const last = voicePacket({ token: ANN, sequence: 2 });
      ann.send(last);
      expect(await datagrams.inbox.next()).toEqual(relayed(last));
    });

    it('lets nobody have voice sent to an address that cannot be heard at', async () => {
      const ann = await at.join(ANN, await at.udp());
      const ben = await at.join(BEN, await at.udp());
      const elsewhere = await at.udp();
      const { cookie } = await at.ping(ANN, ann);
      for (const guess of [0, 1, cookie]) await at.ping(BEN, elsewhere, guess);
      await at.settled();
      const packet = voicePacket({ token: ANN, sequence: 0 });
      ann.send(packet);
      expect(await ben.inbox.next()).toEqual(relayed(packet));
      elsewhere.send(voicePacket({ token: BEN, sequence: 0 }));
      await at.ping(BEN, elsewhere);
      expect(elsewhere.inbox.size).toBe(0);
      expect(await at.drops()).toEqual({ unbound_address: 1 });
    });

    it('tells each in its pongs how many packets it sent and was sent', async () => {
      const ann = await at.join(ANN, await at.udp());
      const ben = await at.join(BEN, await at.udp());
      const cat = await at.join(CAT, await at.webSocket());
      for (const sequence of [0, 1, 2]) ann.send(voicePacket({ token: ANN, sequence }));
      for (const sequence of [0, 1]) cat.send(voicePacket({ token: CAT, sequence }));
      await ann.inbox.take(2);
      await ben.inbox.take(5);
      await cat.inbox.take(3);
      await at.settled();
      expect(await at.ping(ANN, ann)).toMatchObject({ received: 3, sent: 2 });
      expect(await at.ping(BEN, ben)).toMatchObject({ received: 0, sent: 5 });
      expect(await at.ping(CAT, cat)).toMatchObject({ received: 2, sent: 3, cookie: 0 });
    });

    it('tells which lane a session is on', async () => {
      const udpBound = at.event('lane');
      await at.join(ANN, await at.udp());
      expect(await udpBound).toEqual({ type: 'lane', token: ANN, lane: 'udp' });
      const streamBound = at.event('lane');
      const stream = await at.webSocket();
      await at.ping(ANN, stream);
      expect(await streamBound).toEqual({ type: 'lane', token: ANN, lane: 'websocket' });
      const unbound = at.event('lane');
      await stream.close();
      expect(await unbound).toEqual({ type: 'lane', token: ANN, lane: null });
    });

    it('tells who speaks, and that a silent one has stopped', async () => {
      const ann = await at.join(ANN, await at.udp());
      const began = at.event('speaking');
      ann.send(voicePacket({ token: ANN, sequence: 0 }));
      expect(await began).toEqual({ type: 'speaking', token: ANN, speaking: true });
      const ended = at.event('speaking');
      ann.send(voicePacket({ token: ANN, sequence: 1, end: true }));
      expect(await ended).toEqual({ type: 'speaking', token: ANN, speaking: false });
      const beganAgain = at.event('speaking');
      ann.send(voicePacket({ token: ANN, sequence: 2 }));
      await beganAgain;
      expect(await at.event('speaking')).toEqual({ type: 'speaking', token: ANN, speaking: false });
    });

    it('obeys update and close', async () => {
      const ann = await at.join(ANN, await at.udp());
      const ben = await at.join(BEN, await at.udp());
      const cat = await at.join(CAT, await at.webSocket());
      at.relay.update(BEN, { speaks: false, hears: false });
      await at.settled();
      const first = voicePacket({ token: ANN, sequence: 0 });
      ann.send(first);
      expect(await cat.inbox.next()).toEqual(relayed(first));
      ben.send(voicePacket({ token: BEN, sequence: 0 }));
      await at.ping(BEN, ben);
      expect(await at.drops()).toEqual({ not_allowed: 1 });

      at.relay.close(CAT);
      await cat.closed;
      await at.settled();
      ann.send(voicePacket({ token: ANN, sequence: 1 }));
      await at.ping(ANN, ann);
      expect(await at.settled()).toMatchObject({ sessions: 2, received: 2, sent: 1 });
    });

    it('counts a message that is too long for any packet, and closes its stream', async () => {
      const ann = await at.join(ANN, await at.webSocket());
      ann.send(new Uint8Array(MAX_PACKET_BYTES + 1));
      expect(await ann.closed).toBe(1009);
      expect(await at.drops()).toEqual({ too_long: 1 });
    });

    it('closes a WebSocket whose first message binds nothing', async () => {
      const stranger = await at.webSocket();
      stranger.send(voicePacket({ token: ANN, sequence: 0 }));
      await stranger.closed;
      expect(await at.drops()).toEqual({ unknown_token: 1 });
    });

    it('counts every packet of a flood over a WebSocket, keeps it from the others, and stays open for what is good', async () => {
      const ann = await at.join(ANN, await at.webSocket());
      const ben = await at.join(BEN, await at.udp());
      const packet = voicePacket({ token: ANN, sequence: 0 });
      const floods = {
        too_short: packet.subarray(0, 20),
        unknown_token: voicePacket({ token: 0x0badcafe, sequence: 0 }),
        wrong_hop_tag: withBitFlipped(packet, 300),
        unbound_address: voicePacket({ token: BEN, sequence: 0 }),
        replayed: pingPacket(ANN, 0),
      };
      const kinds = Object.values(floods);
      // In turns: what gets past the bridge's limit is of every kind.
      for (let i = 0; i < 25_000; i++) ann.send(kinds[i % kinds.length]!);
      // A stream keeps its order: one of these is the first that the limit lets through again.
      let sent = 0;
      const goes = setInterval(() => ann.send(voicePacket({ token: ANN, sequence: sent++ })), 20);
      const heard = await ben.inbox.next();
      clearInterval(goes);
      expect(heard).toHaveLength(relayed(packet).length);
      expect(ann.inbox.size).toBe(0);
      // Behind all that was sent.
      const gone = at.event('lane');
      await ann.close();
      await gone;
      const { received, dropped } = await at.relay.report();
      const counts = Object.values(dropped).reduce((sum, count) => sum + count, 0);
      expect(counts + received).toBe(25_000 + sent);
      for (const reason of [...Object.keys(floods), 'rate_limited'] as const) {
        expect(dropped[reason as keyof typeof dropped], reason).toBeGreaterThan(0);
      }
    });
  });
}
