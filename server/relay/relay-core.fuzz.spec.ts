import { FLAG_CONTROL, FLAG_WHISPER, MAX_PACKET_BYTES } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LaneAddress } from './relay-lane.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { heapBytes, numbers } from './testing/flood.ts';
import { pingPacket, relaySession, signedAgain, voicePacket } from './testing/packets.ts';

const RUNS = 150;
const PACKETS_PER_RUN = 4_000;
const ENDURANCE_PACKETS = 400_000;
const ROUNDS = 4;
const HEAP_SLACK_BYTES = 200_000;

const MEMBERS = [1, 2, 3, 4];
const TARGETS = [0xa1, 0xa2];

/** Packets of all kinds as members send them. */
const VALID = MEMBERS.flatMap((token) => [
  ...Array.from({ length: 16 }, (_, sequence) => voicePacket({ token, sequence, end: sequence % 5 === 4 })),
  ...TARGETS.map((target, sequence) => voicePacket({ token, sequence, target, opusBytes: 40 })),
  voicePacket({ token, sequence: 99, opusBytes: 1 }),
  pingPacket(token, 1),
  pingPacket(token, 2, { cookie: new CoreHarness().cookies.cookieFor(token, addressOf(token)) }),
]);

/** Makes packets of valid ones, each in one of the ways in which a packet can be wrong, or not at all. */
class Mutator {
  readonly #next: () => number;
  readonly #scratch = new Uint8Array(MAX_PACKET_BYTES + 100);
  readonly #view = new DataView(this.#scratch.buffer);
  #made = 0;

  constructor(seed: number) {
    this.#next = numbers(seed);
  }

  /** From 0 up to below `end`. */
  below(end: number): number {
    return this.#next() % end;
  }

  /** Valid until the next. */
  packet(): Uint8Array {
    const valid = VALID[this.below(VALID.length)]!;
    const { length } = valid;
    this.#made++;
    this.#scratch.set(valid);
    switch (this.below(8)) {
      case 0:
        return this.#scratch.subarray(0, length);
      case 1:
        this.#scratch[this.below(length)]! ^= 1 << this.below(8);
        return this.#scratch.subarray(0, length);
      case 2:
        return this.#scratch.subarray(0, this.below(length));
      case 3:
        return this.#scratch.subarray(0, length + this.below(this.#scratch.length - length));
      case 4: {
        const other = VALID[this.below(VALID.length)]!;
        this.#scratch.set(other.subarray(this.below(other.length)), this.below(length));
        return this.#scratch.subarray(0, length);
      }
      case 5:
        for (let at = 0; at < 24; at++) this.#scratch[at] = this.#next();
        return this.#scratch.subarray(0, this.below(200));
      default:
        return this.#authentic(length);
    }
  }

  /** What a member can make with its own key: any header, any length, the hop tag right. */
  #authentic(length: number): Uint8Array {
    const token = MEMBERS[this.below(MEMBERS.length)]!;
    this.#view.setUint32(0, token);
    const flags = [0, 0, 0, FLAG_WHISPER, FLAG_CONTROL, this.below(256)][this.below(6)]!;
    this.#scratch[4] = flags;
    this.#scratch[5] = this.#next();
    // About as far as packets have come; rarely so far that nothing is new after it.
    this.#view.setUint16(6, this.below(5_000) === 0 ? this.#next() : 0);
    this.#view.setUint32(8, Math.max(0, Math.floor(this.#made / 4) + this.below(60) - 30));
    if ((flags & FLAG_WHISPER) !== 0) this.#view.setUint32(16, TARGETS[this.below(3)] ?? this.#next());
    const changed = this.below(4) === 0 ? 24 + this.below(this.#scratch.length - 24) : length;
    return signedAgain(this.#scratch.subarray(0, changed), token);
  }
}

const member = fc.constantFrom(...MEMBERS);
const event = fc.oneof(
  fc.record({
    type: fc.constant('open' as const),
    token: member,
    roomId: fc.constantFrom('lobby', 'pairing'),
    speaks: fc.boolean(),
    hears: fc.boolean(),
  }),
  fc.record({ type: fc.constant('update' as const), token: member, speaks: fc.boolean(), hears: fc.boolean() }),
  fc.record({ type: fc.constant('close' as const), token: member }),
  fc.record({ type: fc.constant('bind' as const), token: member, sequence: fc.nat({ max: 2_000 }) }),
  fc.record({ type: fc.constant('bindElsewhere' as const), token: member, sequence: fc.nat({ max: 2_000 }) }),
  fc.record({
    type: fc.constant('configure' as const),
    roomId: fc.constantFrom('lobby', 'pairing'),
    bitrateBps: fc.constantFrom(8_000, 128_000),
    forwardLimit: fc.constantFrom(null, 0, 1, 2, 32),
  }),
  fc.record({
    type: fc.constant('openWhisper' as const),
    token: fc.constantFrom(...TARGETS),
    speaker: member,
    listeners: fc.array(member, { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('closeWhisper' as const), token: fc.constantFrom(...TARGETS) }),
  fc.record({ type: fc.constant('streamClosed' as const), token: member }),
  { weight: 4, arbitrary: fc.record({ type: fc.constant('time' as const), afterMs: fc.nat({ max: 30_000 }) }) },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** A relay that is sent mutated packets, from anywhere, some at a time, and told things in between. */
class Fuzz {
  readonly harness = new CoreHarness({ maxTrain: 5 });
  readonly #mutator: Mutator;
  readonly #streams = new Map(MEMBERS.map((token) => [token, this.harness.stream()]));
  #packets = 0;

  constructor(seed: number) {
    this.#mutator = new Mutator(seed);
    this.joinAll();
  }

  /** All members, anew if they are here. */
  joinAll(): void {
    for (const token of MEMBERS) this.harness.join(token, { bitrateBps: 128_000, forwardLimit: 2 });
    for (const [index, token] of TARGETS.entries()) {
      this.harness.core.openWhisper({ token, speaker: MEMBERS[index]!, listeners: MEMBERS });
    }
    this.#packets += MEMBERS.length;
  }

  /** A packet each few ms; no rate is exceeded for long. */
  send(packets: number): void {
    for (let i = 0; i < packets; i++) {
      const packet = this.#mutator.packet();
      if (packet.length > 0) this.#packets++;
      this.harness.arrive(packet, this.#placeFor(packet));
      if (this.#mutator.below(4) > 0) continue;
      this.harness.core.flush();
      this.harness.nowMs += this.#mutator.below(20);
      if (this.#mutator.below(8) === 0) this.harness.core.tick(this.harness.nowMs);
    }
    this.harness.core.flush();
    this.forget();
  }

  do(next: Event): void {
    const { core, nowMs } = this.harness;
    switch (next.type) {
      case 'open':
        this.harness.open(relaySession(next.token, next));
        return;
      case 'update':
        core.update(next.token, next);
        return;
      case 'close':
        core.close(next.token);
        return;
      case 'bind':
        this.#packets++;
        this.harness.ping(next.token, next.sequence, addressOf(next.token));
        return;
      case 'bindElsewhere':
        core.boundElsewhere(next.token, this.#streams.get(next.token)!, next.sequence, nowMs);
        return;
      case 'configure':
        core.configure(next.roomId, next, nowMs);
        return;
      case 'openWhisper':
        core.openWhisper(next);
        return;
      case 'closeWhisper':
        core.closeWhisper(next.token);
        return;
      case 'streamClosed':
        core.streamClosed(this.#streams.get(next.token)!);
        return;
      case 'time':
        this.harness.nowMs += next.afterMs;
        core.tick(this.harness.nowMs);
    }
  }

  /** Every packet that was not empty is in exactly one count. */
  expectCounted(): void {
    const { received, pings, dropped } = this.harness.core.report();
    expect(received + pings + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(this.#packets);
  }

  /** Nothing of what was sent or told is kept by the test itself. */
  forget(): void {
    const { sent, speakingEvents, laneEvents, boundEvents, udp } = this.harness;
    for (const list of [sent, speakingEvents, laneEvents, boundEvents, udp.trainLengths]) list.length = 0;
  }

  /** Mostly where its sender is. */
  #placeFor(packet: Uint8Array): LaneAddress {
    const where = this.#mutator.below(20);
    const token =
      where > 2 && MEMBERS.includes(packet[3] ?? 0) ? packet[3]! : MEMBERS[this.#mutator.below(MEMBERS.length)]!;
    return where === 0 ? this.#streams.get(token)! : addressOf(token, where === 1 ? 1 : 0);
  }
}

describe('RelayCore, given 1,000,000 mutated packets', { timeout: 120_000 }, () => {
  it('never throws and counts each once, whatever it is told in between', () => {
    const totals: Record<string, number> = {};
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.array(event, { minLength: 1, maxLength: 60 }), (seed, events) => {
        const sut = new Fuzz(seed);
        const share = Math.ceil(PACKETS_PER_RUN / events.length);
        for (const [index, next] of events.entries()) {
          sut.send(Math.max(0, Math.min(share, PACKETS_PER_RUN - index * share)));
          sut.do(next);
        }
        sut.expectCounted();
        const { received, pings, sent, dropped } = sut.harness.core.report();
        for (const [name, count] of Object.entries({ received, pings, sent, ...dropped })) {
          totals[name] = (totals[name] ?? 0) + count;
        }
      }),
      { numRuns: RUNS, seed: 1_000_000 },
    );
    // Each way through the checks was taken, and often.
    const { receiver_slow, send_failed, ...taken } = totals;
    expect([receiver_slow, send_failed]).toEqual([0, 0]);
    expect(Math.min(...Object.values(taken))).toBeGreaterThan(100);
  });

  it('keeps nothing of them', () => {
    const sut = new Fuzz(7_702);
    const flood = (): void => {
      for (let sent = 0; sent < ENDURANCE_PACKETS / ROUNDS; sent += 1_000) {
        sut.send(1_000);
        sut.joinAll();
      }
    };
    flood();
    const before = heapBytes();
    for (let round = 1; round < ROUNDS; round++) flood();
    expect(heapBytes() - before).toBeLessThan(HEAP_SLACK_BYTES);
    sut.expectCounted();
    expect(sut.harness.core.report().received).toBeGreaterThan(10_000);
  });
});
