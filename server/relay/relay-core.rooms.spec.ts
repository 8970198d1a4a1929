import { BITRATE_HEADROOM } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { relayed, relaySession, voicePacket } from './testing/packets.ts';
import { UdpAddress } from './udp-address.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;

describe('RelayCore: rooms', () => {
  let sut: CoreHarness;

  beforeEach(() => {
    sut = new CoreHarness();
  });

  it('send the same bytes without the hop tag to everyone else in the room', () => {
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
    expect(sut.core.report()).toMatchObject({
      bytesReceived: packet.length,
      bytesSent: 2 * relayed(packet).length,
    });
    expect(sut.drops()).toEqual({});
  });

  it('are kept apart', () => {
    sut.join(ANN);
    sut.join(BEN, { roomId: 'pairing' });
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    expect(sut.sent).toEqual([]);
    expect(sut.core.report()).toMatchObject({ rooms: 2, received: 1, sent: 0 });
  });

  it('mix lanes', () => {
    const stream = sut.stream();
    const far = UdpAddress.from('2001:db8::1', 7);
    sut.join(ANN);
    sut.join(BEN, {}, stream);
    sut.join(CAT, {}, far);
    const packet = voicePacket({ token: ANN, sequence: 0 });
    sut.receive(packet, addressOf(ANN));
    expect(sut.takeSent()).toEqual([
      { to: stream, bytes: relayed(packet) },
      { to: far, bytes: relayed(packet) },
    ]);
    const answer = voicePacket({ token: BEN, sequence: 0 });
    sut.receive(answer, stream);
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(ANN), far]);
  });

  it('send out together what came in together', () => {
    sut.join(ANN);
    sut.join(BEN);
    sut.join(CAT);
    const packets = [ANN, BEN].map((token) => voicePacket({ token, sequence: 0 }));
    sut.udp.trainLengths.length = 0;
    sut.arrive(packets[0]!, addressOf(ANN));
    sut.arrive(packets[1]!, addressOf(BEN));
    expect(sut.sent).toEqual([]);
    sut.core.flush();
    expect(sut.takeSent()).toEqual([
      { to: addressOf(CAT), bytes: relayed(packets[0]!) },
      { to: addressOf(CAT), bytes: relayed(packets[1]!) },
      { to: addressOf(ANN), bytes: relayed(packets[1]!) },
      { to: addressOf(BEN), bytes: relayed(packets[0]!) },
    ]);
    expect(sut.udp.trainLengths).toEqual([2, 1, 1]);
    sut.core.flush();
    expect(sut.sent).toEqual([]);
  });

  it('send nothing to who is deafened, has no lane, or has left', () => {
    sut.join(ANN);
    sut.join(BEN);
    sut.open(relaySession(CAT));
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

  it('are forgotten with their last member', () => {
    sut.join(ANN);
    sut.join(BEN);
    sut.core.close(ANN);
    expect(sut.core.report()).toMatchObject({ sessions: 1, rooms: 1 });
    sut.core.close(BEN);
    expect(sut.core.report()).toMatchObject({ sessions: 0, rooms: 0 });
  });

  it('count what a slow listener misses, and let nobody else wait', () => {
    const slow = sut.stream();
    sut.join(ANN);
    sut.join(BEN, {}, slow);
    sut.join(CAT);
    slow.refusal = 'receiver_slow';
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(CAT)]);
    expect(sut.core.report().sent).toBe(1);
    expect(sut.core.sent).toBe(1);
    expect(sut.drops()).toEqual({ receiver_slow: 1 });
  });

  it('count what a socket says that it dropped', () => {
    sut.core.countDrop('send_failed');
    expect(sut.drops()).toEqual({ send_failed: 1 });
  });

  it('start a token afresh when it is opened again', () => {
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

  it('do not mind commands for what they do not know', () => {
    sut.core.update(ANN, { speaks: true, hears: true });
    sut.core.close(ANN);
    sut.core.streamClosed(sut.stream());
    sut.core.boundElsewhere(ANN, addressOf(ANN), 0, sut.nowMs);
    sut.core.configure('lobby', { bitrateBps: 32_000, forwardLimit: 0 }, sut.nowMs);
    sut.core.closeWhisper(9);
    expect(sut.core.report()).toMatchObject({ sessions: 0, rooms: 0 });
    expect([sut.laneEvents, sut.boundEvents]).toEqual([[], []]);
  });

  describe('configure', () => {
    const OPUS_BYTES = 500;

    beforeEach(() => {
      sut.join(ANN);
      sut.join(BEN);
      sut.join(CAT, { roomId: 'pairing' });
    });

    /** How many packets of 500 bytes pass when ten come at once: of 500 × 8 / 1.5 bits/s each. */
    const passing = (token: number): number => {
      const before = sut.core.report().received;
      const first = Math.round(sut.nowMs);
      for (let i = 0; i < 10; i++) {
        sut.receive(voicePacket({ token, sequence: first + i, opusBytes: OPUS_BYTES }), addressOf(token));
      }
      return sut.core.report().received - before;
    };
    const bitrateFor = (packets: number): number => Math.ceil((packets * OPUS_BYTES * 8) / BITRATE_HEADROOM);

    it('changes the bitrate of everyone in the room and of no other', () => {
      sut.core.configure('lobby', { bitrateBps: bitrateFor(3), forwardLimit: 0 }, sut.nowMs);
      expect([passing(ANN), passing(BEN), passing(CAT)]).toEqual([3, 3, 10]);
      expect(sut.drops()).toEqual({ rate_limited: 14 });
    });

    it('raises the bitrate at once', () => {
      sut.core.configure('lobby', { bitrateBps: bitrateFor(3), forwardLimit: 0 }, sut.nowMs);
      passing(ANN);
      sut.nowMs += 20;
      sut.core.configure('lobby', { bitrateBps: bitrateFor(8), forwardLimit: 0 }, sut.nowMs);
      expect(passing(ANN)).toBe(8);
    });
  });
});
