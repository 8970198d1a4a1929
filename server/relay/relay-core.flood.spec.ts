import { beforeEach, describe, expect, it } from 'vitest';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { heapBytes, numbers } from './testing/flood.ts';
import { pingPacket, voicePacket } from './testing/packets.ts';
import { UdpAddress } from './udp-address.ts';

const FLOOD_PACKETS = 100_000;
const ROUNDS = 4;
/** Garbage collection leaves a little behind in a test runner; a leak of one byte a packet would show. */
const HEAP_SLACK_BYTES = 100_000;

const TALKER = 1;
const LISTENER = 2;
const STRANGER = 0x0badcafe;

describe('RelayCore under a flood', () => {
  let sut: CoreHarness;
  const valid = voicePacket({ token: TALKER, sequence: 0 });

  beforeEach(() => {
    sut = new CoreHarness();
    sut.join(TALKER);
    sut.join(LISTENER);
    sut.receive(valid, addressOf(TALKER));
    sut.takeSent();
  });

  const oversized = new Uint8Array(1_400);
  oversized.set(valid);
  const forged = voicePacket({ token: TALKER, sequence: 1, signedBy: LISTENER });
  const stranger = voicePacket({ token: STRANGER, sequence: 0 });
  const elsewhere = voicePacket({ token: TALKER, sequence: 1 });
  const replayedPing = pingPacket(TALKER, 0);
  const random = numbers(0x5eed);
  const garbage = Uint8Array.from({ length: 4_096 }, random);
  const scratch = new Uint8Array(200);

  it.each<[string, string, (i: number) => Uint8Array]>([
    ['truncated packets', 'too_short', (i) => valid.subarray(0, 1 + (i % 40))],
    ['oversized packets', 'too_long', () => oversized],
    ['packets of strangers', 'unknown_token', () => stranger],
    ['forged packets', 'wrong_hop_tag', () => forged],
    ['replayed packets', 'replayed', () => valid],
    ['replayed pings', 'replayed', () => replayedPing],
    [
      'packets with a bit changed',
      'wrong_hop_tag',
      (i) => {
        scratch.set(valid);
        const bit = 6 * 8 + (i % ((valid.length - 6) * 8));
        scratch[bit >> 3]! ^= 1 << (bit & 7);
        return scratch.subarray(0, valid.length);
      },
    ],
  ])('of %s sends nothing, counts each, and keeps nothing', (_, reason, packet) => {
    const flood = (): void => {
      for (let i = 0; i < FLOOD_PACKETS / ROUNDS; i++) sut.receive(packet(i), addressOf(TALKER));
    };
    flood();
    const before = heapBytes();
    for (let round = 1; round < ROUNDS; round++) flood();
    expect(heapBytes() - before).toBeLessThan(HEAP_SLACK_BYTES);
    expect(sut.sent).toEqual([]);
    expect(sut.drops()).toEqual({ [reason]: FLOOD_PACKETS });
    expectStillWorking();
  });

  it('of packets from ever other addresses sends nothing, counts each, and keeps nothing', () => {
    const flood = (round: number): void => {
      for (let i = 0; i < FLOOD_PACKETS / ROUNDS; i++) {
        sut.receive(elsewhere, UdpAddress.from('203.0.113.9', 1_024 + round * 10_000 + (i % 10_000)));
      }
    };
    flood(0);
    const before = heapBytes();
    for (let round = 1; round < ROUNDS; round++) flood(round);
    expect(heapBytes() - before).toBeLessThan(HEAP_SLACK_BYTES);
    expect(sut.sent).toEqual([]);
    expect(sut.drops()).toEqual({ unbound_address: FLOOD_PACKETS });
    expectStillWorking();
  });

  it('of garbage sends nothing, counts each, and keeps nothing', () => {
    const flood = (): void => {
      for (let i = 0; i < FLOOD_PACKETS / ROUNDS; i++) {
        const start = random() % 2_048;
        sut.receive(garbage.subarray(start, start + 1 + (random() % 2_000)), addressOf(TALKER));
      }
    };
    flood();
    const before = heapBytes();
    for (let round = 1; round < ROUNDS; round++) flood();
    expect(heapBytes() - before).toBeLessThan(HEAP_SLACK_BYTES);
    expect(sut.sent).toEqual([]);
    const { too_short = 0, too_long = 0, unknown_token = 0, ...rest } = sut.drops();
    expect(too_short + too_long + unknown_token).toBe(FLOOD_PACKETS);
    expect(Math.min(too_short, too_long, unknown_token)).toBeGreaterThan(0);
    expect(rest).toEqual({});
    expectStillWorking();
  });

  it('of one member sends what its rate allows', () => {
    const packets = 10_000;
    for (let i = 1; i <= packets; i++) {
      sut.receive(voicePacket({ token: TALKER, sequence: i, opusBytes: 1 }), addressOf(TALKER));
      sut.nowMs += 1;
    }
    const { rate_limited = 0, ...rest } = sut.drops();
    expect(rest).toEqual({});
    expect(sut.sent).toHaveLength(packets - rate_limited);
    expect(sut.sent.length).toBeLessThanOrEqual(60 * (1 + packets / 1_000));
    expect(sut.sent.length).toBeGreaterThan(60 * (packets / 1_000) - 1);
  });

  /** The talker is heard as if nothing had happened. */
  function expectStillWorking(): void {
    sut.receive(elsewhere, addressOf(TALKER));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(LISTENER)]);
  }
});
