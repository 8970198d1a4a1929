import { FLAG_WHISPER, readFlags, readToken } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LaneAddress } from './relay-lane.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { pingPacket, voicePacket, withBitFlipped } from './testing/packets.ts';

const MEMBERS = [1, 2, 3, 4, 5, 6];
/** Member 1 whispers with the first, and so on. */
const TARGETS = [101, 102, 103];

const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, arbitrary);

const members = fc.record({
  roomId: fc.constantFrom('lobby', 'lobby', 'lobby', 'pairing'),
  forwardLimit: fc.constantFrom(0, 0, 2),
  hears: fc.constantFrom(true, true, true, false),
  onStream: fc.boolean(),
  slow: fc.constantFrom(false, false, false, true),
});
const surroundings = fc.record({
  members: fc.array(members, { minLength: MEMBERS.length, maxLength: MEMBERS.length }),
  audiences: fc.array(fc.subarray(MEMBERS), { minLength: TARGETS.length, maxLength: TARGETS.length }),
});
const packet = fc.record({
  token: fc.constantFrom(...MEMBERS),
  /** Packets of one counter come in order, twice at times. */
  again: fc.constantFrom(false, false, false, true),
  target: rarely(fc.constantFrom(...TARGETS)),
  level: fc.constantFrom(20, 60),
  end: fc.constantFrom(false, false, true),
  opusBytes: fc.constantFrom(80, 80, 80, 80, 80, 40),
  flippedBit: rarely(fc.nat({ max: 900 })),
});
/** How many packets come before each flush, again and again. */
const batches = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });

type Surroundings = typeof surroundings extends fc.Arbitrary<infer T> ? T : never;
type Packet = typeof packet extends fc.Arbitrary<infer T> ? T : never;

/** A core with its members, each at an address of its own. */
class Relay {
  readonly harness: CoreHarness;
  readonly #places: readonly LaneAddress[];

  constructor({ members: all, audiences }: Surroundings, maxTrain: number) {
    this.harness = new CoreHarness({ maxTrain });
    this.#places = all.map(({ onStream, slow, ...session }, index) => {
      const stream = this.harness.stream();
      const place = this.harness.join(index + 1, session, onStream ? stream : addressOf(index + 1));
      if (slow) stream.refusal = 'receiver_slow';
      return place;
    });
    for (const [index, listeners] of audiences.entries()) {
      this.harness.core.openWhisper({ token: TARGETS[index]!, speaker: index + 1, listeners });
    }
    this.harness.udp.trainLengths.length = 0;
  }

  /** Packets by batches of these lengths, over and over. */
  play(packets: readonly Packet[], lengths: readonly number[]): void {
    const next = new Map<string, number>();
    let left = 0;
    let batch = 0;
    for (const { again, flippedBit, ...fields } of packets) {
      if (left === 0) left = lengths[batch++ % lengths.length]!;
      const counter = `${fields.token}/${fields.target === undefined}`;
      const sequence = Math.max(0, (next.get(counter) ?? 0) - (again ? 1 : 0));
      next.set(counter, sequence + 1);
      const bytes = voicePacket({ ...fields, sequence });
      this.harness.arrive(
        flippedBit === undefined ? bytes : withBitFlipped(bytes, flippedBit),
        this.#places[fields.token - 1]!,
      );
      if (--left === 0) this.harness.core.flush();
    }
    this.harness.core.flush();
  }

  /** What each listener got of each speaker, to the room and whispered, in order. */
  heard(): Map<string, string[]> {
    const heard = new Map<string, string[]>();
    for (const { to, bytes } of this.harness.takeSent()) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const listener = this.#places.findIndex(
        (place) => place === to || (place.kind === 'udp' && to.kind === 'udp' && place.equals(to)),
      );
      const key = `${listener + 1} of ${readToken(view)} ${(readFlags(view) & FLAG_WHISPER) === 0 ? 'aloud' : 'whispered'}`;
      heard.set(key, [...(heard.get(key) ?? []), Buffer.from(bytes).toString('hex')]);
    }
    return heard;
  }

  /** What the members are told of their traffic. */
  pongs(): string[] {
    this.harness.nowMs += 1_000;
    return MEMBERS.map((token) => {
      this.harness.receive(pingPacket(token, 1), addressOf(token));
      return Buffer.from(this.harness.takeSent()[0]!.bytes).toString('hex');
    });
  }
}

describe('RelayCore with batches', { timeout: 60_000 }, () => {
  it('gives every listener what it gives with single packets, in the order of each speaker', () => {
    let trains = 0;
    fc.assert(
      fc.property(
        surroundings,
        fc.array(packet, { minLength: 1, maxLength: 80, size: 'max' }),
        batches,
        fc.integer({ min: 1, max: 6 }),
        (around, packets, lengths, maxTrain) => {
          const singly = new Relay(around, maxTrain);
          const sut = new Relay(around, maxTrain);
          singly.play(packets, [1]);
          sut.play(packets, lengths);
          expect(sut.heard()).toEqual(singly.heard());
          expect(sut.harness.core.report()).toEqual(singly.harness.core.report());
          expect(sut.harness.speakingEvents).toEqual(singly.harness.speakingEvents);
          trains += sut.harness.udp.trainLengths.filter((length) => length > 1).length;
          expect(sut.pongs()).toEqual(singly.pongs());
        },
      ),
      { numRuns: 300, seed: 14 },
    );
    // Were nothing ever sent together, this would say nothing.
    expect(trains).toBeGreaterThan(1_000);
  });
});
