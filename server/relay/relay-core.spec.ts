import {
  BITRATE_HEADROOM,
  decodePong,
  HOP_TAG_BYTES,
  LANE_HANDOVER_MS,
  MAX_OPUS_BYTES,
  MAX_PACKETS_PER_SECOND,
  PING_BYTES,
  REPLAY_WINDOW_PACKETS,
  sipHash,
} from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { SPURT_TIMEOUT_MS } from './relay-core.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { hopKeyOf, pingPacket, relayed, relaySession, voicePacket, withBitFlipped } from './testing/packets.ts';
import { toUdpAddress } from './udp-address.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;

describe('RelayCore', () => {
  let sut: CoreHarness;

  beforeEach(() => {
    sut = new CoreHarness();
  });

  describe('forwarding', () => {
    it('sends the same bytes without the hop tag to everyone else in the room', () => {
      sut.join(ANN);
      sut.join(BEN);
      sut.join(CAT);
      const packet = voicePacket({ token: ANN, sequence: 0 });
      sut.receive(packet, addressOf(ANN));
      expect(sut.takeSent()).toEqual([
        { to: addressOf(BEN), bytes: relayed(packet) },
        { to: addressOf(CAT), bytes: relayed(packet) },
      ]);
      expect(sut.core.report()).toMatchObject({ sessions: 3, rooms: 1, received: 1, sent: 2, pings: 3 });
      expect(sut.drops()).toEqual({});
    });

    it('keeps rooms apart', () => {
      sut.join(ANN);
      sut.join(BEN, { roomId: 'pairing' });
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.sent).toEqual([]);
      expect(sut.core.report()).toMatchObject({ rooms: 2, received: 1, sent: 0 });
    });

    it('mixes lanes in a room', () => {
      const stream = sut.stream();
      sut.join(ANN);
      sut.join(BEN, {}, stream);
      sut.join(CAT, {}, toUdpAddress('2001:db8::1', 7));
      const packet = voicePacket({ token: ANN, sequence: 0 });
      sut.receive(packet, addressOf(ANN));
      expect(sut.takeSent()).toEqual([
        { to: stream, bytes: relayed(packet) },
        { to: toUdpAddress('2001:db8::1', 7), bytes: relayed(packet) },
      ]);
      const answer = voicePacket({ token: BEN, sequence: 0 });
      sut.receive(answer, stream);
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(ANN), toUdpAddress('2001:db8::1', 7)]);
    });

    it('sends nothing to who is deafened, has no lane, or has left', () => {
      sut.join(ANN);
      sut.join(BEN);
      sut.core.open(relaySession(CAT), sut.nowMs);
      sut.core.update(BEN, { speaks: true, hears: false });
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.sent).toEqual([]);

      sut.core.update(BEN, { speaks: true, hears: true });
      sut.receive(voicePacket({ token: ANN, sequence: 1 }), addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);

      sut.core.close(BEN);
      sut.receive(voicePacket({ token: ANN, sequence: 2 }), addressOf(ANN));
      expect(sut.sent).toEqual([]);
      expect(sut.core.report().sessions).toBe(2);
    });

    it('forgets a room with its last member', () => {
      sut.join(ANN);
      sut.core.close(ANN);
      expect(sut.core.report()).toMatchObject({ sessions: 0, rooms: 0 });
    });

    it('counts what a slow listener misses, and does not let others wait', () => {
      const slow = sut.stream();
      sut.join(ANN);
      sut.join(BEN, {}, slow);
      sut.join(CAT);
      slow.refusal = 'receiver_slow';
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(CAT)]);
      expect(sut.core.report().sent).toBe(1);
      expect(sut.drops()).toEqual({ receiver_slow: 1 });
    });

    it('starts a token afresh when it is opened again', () => {
      sut.join(ANN);
      sut.join(BEN);
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      sut.join(ANN, { roomId: 'pairing' });
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.sent).toEqual([]);
      expect(sut.core.report()).toMatchObject({ sessions: 2, rooms: 2, received: 2 });
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
      expect(sut.sent).toEqual([]);
    });

    it('does not mind commands for a session that it does not know', () => {
      sut.core.update(ANN, { speaks: true, hears: true });
      sut.core.close(ANN);
      sut.core.streamClosed(sut.stream());
      expect(sut.core.report().sessions).toBe(0);
    });
  });

  describe('checks', () => {
    beforeEach(() => {
      sut.join(ANN);
      sut.join(BEN);
    });

    /** Ben hears exactly one packet, and it is this one. */
    function expectHeard(packet: Uint8Array): void {
      expect(sut.takeSent()).toEqual([{ to: addressOf(BEN), bytes: relayed(packet) }]);
      expect(sut.drops()).toEqual({});
    }

    function expectDropped(reason: string, count = 1): void {
      expect(sut.takeSent()).toEqual([]);
      expect(sut.drops()).toEqual({ [reason]: count });
    }

    it('length: an empty datagram keeps a NAT open and is no packet', () => {
      sut.receive(new Uint8Array(0), addressOf(ANN));
      expect(sut.sent).toEqual([]);
      expect(sut.drops()).toEqual({});
    });

    it('length: one byte of Opus is enough, none is not', () => {
      const shortest = voicePacket({ token: ANN, sequence: 0, opusBytes: 1 });
      expect(shortest).toHaveLength(41);
      sut.receive(shortest, addressOf(ANN));
      expectHeard(shortest);
      sut.receive(voicePacket({ token: ANN, sequence: 1, opusBytes: 0 }), addressOf(ANN));
      expectDropped('too_short');
    });

    it('length: every cut of a packet is too short, or no longer signed', () => {
      const packet = voicePacket({ token: ANN, sequence: 0, opusBytes: 10 });
      for (let length = 1; length < packet.length; length++) sut.receive(packet.subarray(0, length), addressOf(ANN));
      expect(sut.takeSent()).toEqual([]);
      expect(sut.drops()).toEqual({ too_short: 40, wrong_hop_tag: packet.length - 41 });
    });

    it('length: the largest Opus frame fits, one byte more does not', () => {
      const largest = voicePacket({ token: ANN, sequence: 0, opusBytes: MAX_OPUS_BYTES });
      sut.receive(largest, addressOf(ANN));
      expectHeard(largest);
      sut.receive(voicePacket({ token: ANN, sequence: 1, opusBytes: MAX_OPUS_BYTES + 1 }), addressOf(ANN));
      expectDropped('too_long');
    });

    it('length: a ping has one length', () => {
      const ping = pingPacket(ANN, 1);
      sut.receive(ping.subarray(0, PING_BYTES - 1), addressOf(ANN));
      expectDropped('too_short');
      const longer = new Uint8Array(PING_BYTES + 1);
      longer.set(ping);
      sut.receive(longer, addressOf(ANN));
      expect(sut.sent).toEqual([]);
      expect(sut.drops()).toEqual({ too_short: 1, too_long: 1 });
    });

    it('length: a pong that is sent back is no ping', () => {
      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      const [pong] = sut.takeSent();
      sut.receive(pong!.bytes, addressOf(ANN));
      expectDropped('too_long');
    });

    it.each([0, 99, 0xffffffff])('token: %i is nobody’s', (token) => {
      sut.receive(voicePacket({ token, sequence: 0 }), addressOf(ANN));
      expectDropped('unknown_token');
    });

    it('token: of a session that ended is nobody’s', () => {
      sut.core.close(ANN);
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expectDropped('unknown_token');
    });

    it('token: may use all 32 bits', () => {
      const token = 0xfffffffe;
      const at = sut.join(token, {}, toUdpAddress('192.0.2.9', 9));
      const packet = voicePacket({ token, sequence: 0 });
      sut.receive(packet, at);
      expect(sut.takeSent()).toHaveLength(2);
    });

    it('hop tag: the key of another member does not do', () => {
      sut.receive(voicePacket({ token: ANN, sequence: 0, signedBy: BEN }), addressOf(ANN));
      sut.receive(voicePacket({ token: ANN, sequence: 0, signedBy: BEN }), addressOf(BEN));
      expectDropped('wrong_hop_tag', 2);
    });

    it('hop tag: no bit of a packet may change', () => {
      const packet = voicePacket({ token: ANN, sequence: 0, opusBytes: 4 });
      for (let bit = 0; bit < packet.length * 8; bit++) sut.receive(withBitFlipped(packet, bit), addressOf(ANN));
      expect(sut.takeSent()).toEqual([]);
      const { unknown_token = 0, wrong_hop_tag = 0, too_long = 0, too_short = 0, ...rest } = sut.drops();
      expect(unknown_token + wrong_hop_tag + too_long + too_short).toBe(packet.length * 8);
      expect(rest).toEqual({});
      sut.receive(packet, addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('hop tag: a forged packet does not use up its sequence', () => {
      const packet = voicePacket({ token: ANN, sequence: 5 });
      sut.receive(withBitFlipped(packet, packet.length * 8 - 1), addressOf(ANN));
      sut.receive(packet, addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('address: voice from elsewhere is dropped, and does not use up its sequence', () => {
      const packet = voicePacket({ token: ANN, sequence: 0 });
      sut.receive(packet, addressOf(ANN, 1));
      sut.receive(packet, addressOf(BEN));
      expectDropped('unbound_address', 2);
      sut.receive(packet, addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('address: voice never binds', () => {
      sut.core.open(relaySession(CAT), sut.nowMs);
      sut.receive(voicePacket({ token: CAT, sequence: 0 }), addressOf(CAT));
      expectDropped('unbound_address');
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN)]);
    });

    it('replay: the same packet is heard once', () => {
      const packet = voicePacket({ token: ANN, sequence: 0 });
      sut.receive(packet, addressOf(ANN));
      expectHeard(packet);
      sut.receive(packet, addressOf(ANN));
      expectDropped('replayed');
    });

    it('replay: what was overtaken is heard, what fell out of the window is not', () => {
      sut.receive(voicePacket({ token: ANN, sequence: 2_000 }), addressOf(ANN));
      sut.takeSent();
      const oldest = voicePacket({ token: ANN, sequence: 2_000 - REPLAY_WINDOW_PACKETS + 1 });
      sut.receive(oldest, addressOf(ANN));
      expectHeard(oldest);
      sut.receive(voicePacket({ token: ANN, sequence: 2_000 - REPLAY_WINDOW_PACKETS }), addressOf(ANN));
      expectDropped('replayed');
    });

    it('replay: voice, whispers and pings are counted apart', () => {
      sut.receive(voicePacket({ token: ANN, sequence: 1 }), addressOf(ANN));
      sut.receive(voicePacket({ token: ANN, sequence: 1, target: 9 }), addressOf(ANN));
      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      expect(sut.drops()).toEqual({ unknown_target: 1 });
      sut.receive(voicePacket({ token: ANN, sequence: 1, target: 9 }), addressOf(ANN));
      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      expect(sut.drops()).toEqual({ unknown_target: 1, replayed: 2 });
    });

    it('rate: 60 packets in a second, pings among them', () => {
      // The ping of joining was the first.
      for (let i = 1; i <= MAX_PACKETS_PER_SECOND - 2; i++) {
        sut.receive(voicePacket({ token: ANN, sequence: i, opusBytes: 20 }), addressOf(ANN));
      }
      expect(sut.takeSent()).toHaveLength(MAX_PACKETS_PER_SECOND - 2);
      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
      expect(sut.drops()).toEqual({});

      sut.receive(voicePacket({ token: ANN, sequence: 100, opusBytes: 20 }), addressOf(ANN));
      sut.receive(pingPacket(ANN, 2), addressOf(ANN));
      expectDropped('rate_limited', 2);

      sut.nowMs += 1_000 / MAX_PACKETS_PER_SECOND + 0.01;
      sut.receive(voicePacket({ token: ANN, sequence: 101, opusBytes: 20 }), addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('rate: the bitrate and half as much again, of Opus alone', () => {
      const allowedBytes = (32_000 * BITRATE_HEADROOM) / 8;
      const packets = Math.floor(allowedBytes / 1_000);
      for (let i = 0; i < packets; i++)
        sut.receive(voicePacket({ token: ANN, sequence: i, opusBytes: 1_000 }), addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(packets);
      expect(sut.drops()).toEqual({});
      sut.receive(voicePacket({ token: ANN, sequence: 100, opusBytes: 1_000 }), addressOf(ANN));
      expectDropped('rate_limited');
      sut.nowMs += 1_000;
      sut.receive(voicePacket({ token: ANN, sequence: 101, opusBytes: 1_000 }), addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('rate: talking at the bitrate is never limited', () => {
      for (let i = 0; i < 3_000; i++) {
        sut.receive(voicePacket({ token: ANN, sequence: i }), addressOf(ANN));
        if (i % 250 === 0) sut.receive(pingPacket(ANN, i + 1), addressOf(ANN));
        sut.nowMs += 20;
      }
      expect(sut.drops()).toEqual({});
      expect(sut.core.report().received).toBe(3_000);
    });

    it('rate: the flood of one member takes nothing from another', () => {
      for (let i = 0; i < 1_000; i++)
        sut.receive(voicePacket({ token: ANN, sequence: i, opusBytes: 1 }), addressOf(ANN));
      sut.takeSent();
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('speaking: who is muted by the server is not heard', () => {
      sut.core.update(ANN, { speaks: false, hears: true });
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expectDropped('not_allowed');
      sut.core.update(ANN, { speaks: true, hears: true });
      sut.receive(voicePacket({ token: ANN, sequence: 1 }), addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('target: a whisper never reaches the room', () => {
      sut.receive(voicePacket({ token: ANN, sequence: 0, target: BEN }), addressOf(ANN));
      expectDropped('unknown_target');
    });

    it('ignores reserved bits, and leaves them as they are', () => {
      const bytes = voicePacket({ token: ANN, sequence: 0 }).slice();
      bytes[4]! |= 0x07;
      bytes[5]! |= 0x80;
      sut.receive(signedAgain(bytes), addressOf(ANN));
      expect(sut.takeSent()).toEqual([{ to: addressOf(BEN), bytes: relayed(bytes) }]);
    });
  });

  describe('pings', () => {
    it('are answered to where they came from, with both counters', () => {
      sut.join(ANN);
      sut.join(BEN);
      for (let i = 0; i < 5; i++) sut.receive(voicePacket({ token: ANN, sequence: i }), addressOf(ANN));
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
      sut.takeSent();
      sut.receive(pingPacket(ANN, 1, 123_456), addressOf(ANN));
      const [pong] = sut.takeSent();
      expect(pong?.to).toBe(addressOf(ANN));
      expect(decodePong(pong!.bytes, hopKeyOf(ANN))).toEqual({
        token: ANN,
        sequence: 1,
        clockUs: 123_456,
        received: 5,
        sent: 1,
      });
    });

    it('report as received what arrived, forwarded or not', () => {
      sut.join(ANN, { speaks: false });
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      sut.receive(voicePacket({ token: ANN, sequence: 0, target: 1 }), addressOf(ANN));
      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      expect(decodePong(sut.takeSent()[0]!.bytes, hopKeyOf(ANN))?.received).toBe(2);
    });

    it('are answered once each', () => {
      sut.join(ANN);
      sut.receive(pingPacket(ANN, 0), addressOf(ANN));
      expect(sut.sent).toEqual([]);
      expect(sut.drops()).toEqual({ replayed: 1 });
    });

    it('of another key are not answered, and bind nothing', () => {
      sut.join(ANN);
      const forged = withBitFlipped(pingPacket(ANN, 9), 8 * 20);
      sut.receive(forged, addressOf(ANN, 1));
      expect(sut.sent).toEqual([]);
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.drops()).toEqual({ wrong_hop_tag: 1 });
    });
  });

  describe('lanes', () => {
    it('follow a newer ping from another address', () => {
      sut.join(ANN);
      sut.join(BEN);
      sut.receive(pingPacket(BEN, 1), addressOf(BEN, 1));
      sut.takeSent();
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN, 1)]);
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN, 1));
      expect(sut.takeSent()).toHaveLength(1);
      expect(sut.laneEvents).toEqual([
        [ANN, 'udp'],
        [BEN, 'udp'],
      ]);
    });

    it('do not follow a ping that was overtaken, though it is answered', () => {
      sut.join(ANN);
      sut.join(BEN);
      sut.receive(pingPacket(BEN, 5), addressOf(BEN));
      sut.takeSent();
      sut.receive(pingPacket(BEN, 4), addressOf(BEN, 1));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN, 1)]);
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN)]);
    });

    it('take voice that was on its way when they moved', () => {
      sut.join(ANN);
      sut.join(BEN);
      sut.receive(pingPacket(ANN, 1), addressOf(ANN, 1));
      sut.takeSent();
      sut.nowMs += LANE_HANDOVER_MS - 1;
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
      expect(sut.takeSent()).toHaveLength(1);
      sut.nowMs += 1;
      sut.receive(voicePacket({ token: ANN, sequence: 1 }), addressOf(ANN));
      expect(sut.drops()).toEqual({ unbound_address: 1 });
    });

    it('move from a stream to UDP without a gap', () => {
      const stream = sut.stream();
      sut.join(ANN, {}, stream);
      sut.join(BEN);
      const heard = (): unknown[] => {
        sut.receive(voicePacket({ token: BEN, sequence: heardSequence++ }), addressOf(BEN));
        return sut.takeSent().map(({ to }) => to);
      };
      let heardSequence = 0;

      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(ANN)]);
      expect(heard()).toEqual([stream]);
      sut.receive(pingPacket(ANN, 2), addressOf(ANN));
      sut.takeSent();
      expect(heard()).toEqual([addressOf(ANN)]);

      sut.receive(voicePacket({ token: ANN, sequence: 1 }), addressOf(ANN));
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), stream);
      expect(sut.takeSent()).toHaveLength(2);
      expect(sut.laneEvents).toEqual([
        [ANN, 'websocket'],
        [BEN, 'udp'],
        [ANN, 'udp'],
      ]);
      sut.core.streamClosed(stream);
      expect(heard()).toEqual([addressOf(ANN)]);
      expect(sut.laneEvents).toHaveLength(3);
    });

    it('close a stream whose first message binds nothing', () => {
      sut.join(ANN);
      sut.join(BEN);
      const firstMessages = [
        new Uint8Array(0),
        Uint8Array.of(1, 2, 3),
        voicePacket({ token: ANN, sequence: 0 }),
        pingPacket(CAT, 1),
        withBitFlipped(pingPacket(ANN, 1), 0),
        pingPacket(ANN, 0),
      ];
      for (const message of firstMessages) {
        const stream = sut.stream();
        sut.receive(message, stream);
        expect(stream.closed).toBe(true);
      }
      expect(sut.sent).toEqual([]);
      expect(sut.laneEvents).toHaveLength(2);
    });

    it('keep a bound stream whatever comes over it', () => {
      const stream = sut.stream();
      sut.join(ANN, {}, stream);
      sut.receive(new Uint8Array(0), stream);
      sut.receive(Uint8Array.of(1, 2, 3), stream);
      sut.receive(pingPacket(ANN, 0), stream);
      expect(stream.closed).toBe(false);
    });

    it('let a stream carry one session only', () => {
      const stream = sut.stream();
      sut.join(ANN, {}, stream);
      sut.join(BEN);
      sut.receive(pingPacket(BEN, 1), stream);
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), stream);
      expect(sut.sent).toEqual([]);
      expect(sut.drops()).toEqual({ unbound_address: 2 });
      sut.receive(pingPacket(ANN, 1), stream);
      expect(sut.takeSent()).toHaveLength(1);
    });

    it('give a session one stream only: the newer one', () => {
      const first = sut.stream();
      const second = sut.stream();
      sut.join(ANN, {}, first);
      sut.join(BEN);
      sut.receive(pingPacket(ANN, 1), second);
      expect([first.closed, second.closed]).toEqual([true, false]);
      sut.takeSent();
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), first);
      expect(sut.takeSent()).toHaveLength(1);
      sut.core.streamClosed(first);
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([second]);
    });

    it('are unbound by the end of their stream', () => {
      const stream = sut.stream();
      sut.join(ANN, {}, stream);
      sut.join(BEN);
      sut.core.streamClosed(stream);
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
      expect(sut.sent).toEqual([]);
      expect(sut.laneEvents.at(-1)).toEqual([ANN, null]);
      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      expect(sut.laneEvents.at(-1)).toEqual([ANN, 'udp']);
    });

    it('end with their session', () => {
      const stream = sut.stream();
      sut.join(ANN, {}, stream);
      sut.core.close(ANN);
      expect(stream.closed).toBe(true);
      sut.receive(pingPacket(ANN, 1), stream);
      expect(sut.drops()).toEqual({ unknown_token: 1 });
    });

    it('end with their session also while it is on UDP', () => {
      const stream = sut.stream();
      sut.join(ANN, {}, stream);
      sut.receive(pingPacket(ANN, 1), addressOf(ANN));
      sut.receive(pingPacket(ANN, 2), addressOf(ANN));
      expect(stream.closed).toBe(false);
      sut.core.close(ANN);
      expect(stream.closed).toBe(true);
    });
  });

  describe('speaking', () => {
    beforeEach(() => {
      sut.join(ANN);
    });

    const say = (sequence: number, end = false): void =>
      sut.receive(voicePacket({ token: ANN, sequence, end }), addressOf(ANN));

    it('is told at the first packet of a talk spurt and at its end, once each', () => {
      say(0);
      say(1);
      expect(sut.speakingEvents).toEqual([[ANN, true]]);
      say(2, true);
      expect(sut.speakingEvents).toEqual([
        [ANN, true],
        [ANN, false],
      ]);
      say(3);
      expect(sut.speakingEvents.at(-1)).toEqual([ANN, true]);
    });

    it('ends without an end packet after a silence', () => {
      say(0);
      sut.nowMs += 100;
      say(1);
      sut.nowMs += SPURT_TIMEOUT_MS - 1;
      sut.core.tick(sut.nowMs);
      expect(sut.speakingEvents).toEqual([[ANN, true]]);
      sut.nowMs += 1;
      sut.core.tick(sut.nowMs);
      sut.core.tick(sut.nowMs);
      expect(sut.speakingEvents).toEqual([
        [ANN, true],
        [ANN, false],
      ]);
    });

    it('does not begin anew with a packet that its end overtook', () => {
      say(0);
      say(2, true);
      say(1);
      expect(sut.speakingEvents).toEqual([
        [ANN, true],
        [ANN, false],
      ]);
    });

    it('is not ended by the end of the spurt before', () => {
      say(0);
      say(2);
      say(1, true);
      expect(sut.speakingEvents).toEqual([[ANN, true]]);
    });

    it('ends when the server mutes', () => {
      say(0);
      sut.core.update(ANN, { speaks: false, hears: true });
      expect(sut.speakingEvents.at(-1)).toEqual([ANN, false]);
      say(1);
      expect(sut.speakingEvents).toHaveLength(2);
    });

    it('is not told of packets that are dropped', () => {
      sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN, 1));
      sut.receive(voicePacket({ token: ANN, sequence: 0, target: 4 }), addressOf(ANN));
      expect(sut.speakingEvents).toEqual([]);
    });

    it('is told no more of a session that ended', () => {
      say(0);
      sut.core.close(ANN);
      sut.core.tick(sut.nowMs + 10_000);
      expect(sut.speakingEvents).toEqual([[ANN, true]]);
    });
  });

  function signedAgain(bytes: Uint8Array): Uint8Array {
    const end = bytes.length - HOP_TAG_BYTES;
    sipHash(hopKeyOf(ANN), bytes, 0, end, bytes, end);
    return bytes;
  }
});
