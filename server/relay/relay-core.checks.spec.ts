import {
  BITRATE_HEADROOM,
  MAX_OPUS_BYTES,
  MAX_PACKETS_PER_SECOND,
  PING_BYTES,
  REPLAY_WINDOW_PACKETS,
} from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { pingPacket, relayed, relaySession, signedAgain, voicePacket, withBitFlipped } from './testing/packets.ts';
import { UdpAddress } from './udp-address.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;

describe('RelayCore checks', () => {
  let sut: CoreHarness;

  beforeEach(() => {
    sut = new CoreHarness();
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
    const at = sut.join(token, {}, UdpAddress.from('192.0.2.9', 9));
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
    sut.open(relaySession(CAT));
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
    for (let i = 0; i < 1_000; i++) sut.receive(voicePacket({ token: ANN, sequence: i, opusBytes: 1 }), addressOf(ANN));
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

  it('ignores reserved bits, and leaves them as they are', () => {
    const bytes = voicePacket({ token: ANN, sequence: 0 }).slice();
    bytes[4]! |= 0x07;
    bytes[5]! |= 0x80;
    sut.receive(signedAgain(bytes, ANN), addressOf(ANN));
    expect(sut.takeSent()).toEqual([{ to: addressOf(BEN), bytes: relayed(bytes) }]);
  });
});
