import { FLAG_CONTROL, FLAG_WHISPER, readFlags, readSequence, readTarget, readToken } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStream, type LaneAddress } from './relay-lane.ts';
import type { RelaySession, WhisperTarget } from './relay-messages.ts';
import { addressOf, CoreHarness, type RecordingStream } from './testing/core-harness.ts';
import { pingPacket, relaySession, voicePacket, withBitFlipped } from './testing/packets.ts';

const member = fc.nat({ max: 3 });
/** Which of a member's addresses: 0 and 1 are UDP, 2 and 3 streams. */
const place = fc.nat({ max: 3 });
const streamPlace = fc.constantFrom(2, 3);
/** A member's own whisper target, or at times that of the member so many after it. */
const target = fc.constantFrom(0, 0, 0, 1);
const targetOf = (index: number, after: number): number => 0xa0 + ((index + after) % 4);
const forwardLimit = fc.constantFrom(0, 0, 1, 2, null);
/** How far from the newest of its counter a packet is: mostly the next, at times one of before, or far away. */
const ahead = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  fc.integer({ min: -4, max: 3 }),
  fc.integer({ min: -1_100, max: 1_100 }),
);
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, arbitrary);

const step = fc.oneof(
  fc.record({
    type: fc.constant('open' as const),
    member,
    roomId: fc.constantFrom('lobby', 'lobby', 'pairing'),
    speaks: fc.constantFrom(true, true, false),
    hears: fc.constantFrom(true, true, false),
  }),
  fc.record({ type: fc.constant('update' as const), member, speaks: fc.boolean(), hears: fc.boolean() }),
  fc.record({ type: fc.constant('close' as const), member }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('openWhisper' as const),
      member,
      target,
      listeners: fc.array(member, { minLength: 1, maxLength: 4 }),
    }),
  },
  fc.record({ type: fc.constant('closeWhisper' as const), member, target }),
  fc.record({
    type: fc.constant('configure' as const),
    roomId: fc.constantFrom('lobby', 'pairing'),
    bitrateBps: fc.constantFrom(8_000, 32_000),
    forwardLimit,
  }),
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('ping' as const),
      member,
      place,
      ahead,
      /** With the cookie of the address, mostly. */
      answers: rarely(fc.constant(false)),
    }),
  },
  fc.record({ type: fc.constant('boundElsewhere' as const), member, place, ahead }),
  {
    weight: 24,
    arbitrary: fc.record({
      type: fc.constant('voice' as const),
      member,
      /** Where its last ping came from unless somebody else's place is named. */
      elsewhere: rarely(fc.record({ member, place })),
      ahead,
      end: fc.boolean(),
      level: fc.constantFrom(10, 30, 60, 127),
      target: rarely(target),
      opusBytes: fc.constantFrom(80, 80, 80, 0, 1, 1_275, 1_276),
      flippedBit: rarely(fc.nat({ max: 300 })),
    }),
  },
  fc.record({ type: fc.constant('garbage' as const), member, place, bytes: fc.uint8Array({ maxLength: 120 }) }),
  fc.record({ type: fc.constant('streamClosed' as const), member, place: streamPlace }),
  fc.record({ type: fc.constant('streamSlow' as const), member, place: streamPlace, slow: fc.boolean() }),
  fc.record({ type: fc.constant('time' as const), afterMs: fc.nat({ max: 3_000 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays steps to a core, and checks after each what must hold whatever happens. */
class Play {
  readonly #harness = new CoreHarness();
  readonly #sessions = new Map<number, RelaySession>();
  /** Whose address: by token, since each opening gives a member a new one. */
  readonly #owners = new Map<RecordingStream | string, number>();
  readonly #streams = new Map<string, RecordingStream>();
  readonly #tokens = [1, 2, 3, 4];
  #nextToken = 5;
  readonly #whispers = new Map<number, WhisperTarget>();
  readonly #lastPinged = new Map<number, LaneAddress>();
  readonly #heard = new Set<string>();
  readonly #newest = new Map<string, number>();
  #datagrams = 0;
  copies = 0;
  whispered = 0;

  constructor() {
    for (const index of this.#tokens.keys()) {
      this.do({ type: 'open', member: index, roomId: 'lobby', speaks: true, hears: true });
      this.do({ type: 'ping', member: index, place: index % 2 === 0 ? 0 : 2, ahead: 1, answers: undefined });
    }
    for (const index of this.#tokens.keys()) {
      this.do({ type: 'openWhisper', member: index, target: 0, listeners: [0, 1, 2, 3] });
    }
  }

  do(next: Step): void {
    this.#perform(next);
    for (const { to, bytes } of this.#harness.takeSent()) this.#checkSent(to, bytes);
    this.#checkCounts();
  }

  #perform(next: Step): void {
    const { core } = this.#harness;
    if (next.type === 'time') {
      this.#harness.nowMs += next.afterMs;
      core.tick(this.#harness.nowMs);
      return;
    }
    if (next.type === 'configure') {
      core.configure(next.roomId, next, this.#harness.nowMs);
      return;
    }
    if (next.type === 'closeWhisper') {
      core.closeWhisper(targetOf(next.member, next.target));
      this.#whispers.delete(targetOf(next.member, next.target));
      return;
    }
    const token = this.#tokens[next.member] ?? 0;
    const session = this.#sessions.get(token);
    switch (next.type) {
      case 'open':
        this.#close(token);
        this.#open(next.member, next);
        break;
      case 'update':
        if (session !== undefined) this.#sessions.set(token, { ...session, speaks: next.speaks, hears: next.hears });
        core.update(token, next);
        break;
      case 'close':
        this.#close(token);
        break;
      case 'openWhisper': {
        const listeners = next.listeners.map((index) => this.#tokens[index] ?? 0);
        const whisper = { token: targetOf(next.member, next.target), speaker: token, listeners };
        core.openWhisper(whisper);
        this.#whispers.set(whisper.token, whisper);
        break;
      }
      case 'ping': {
        const from = this.#place(token, next.place);
        this.#lastPinged.set(token, from);
        const cookie = isStream(from) || next.answers === false ? 0 : this.#harness.cookies.cookieFor(token, from);
        this.#receive(pingPacket(token, this.#sequence(`${token}/ping`, next.ahead), { cookie }), from);
        break;
      }
      case 'boundElsewhere': {
        const at = this.#place(token, next.place);
        core.boundElsewhere(token, at, this.#sequence(`${token}/ping`, next.ahead), this.#harness.nowMs);
        break;
      }
      case 'voice': {
        const { elsewhere, flippedBit, ahead: _, target: after, ...fields } = next;
        const sequence = this.#sequence(`${token}/${after === undefined ? 'voice' : 'whisper'}`, next.ahead);
        const whispersTo = after === undefined ? undefined : targetOf(next.member, after);
        const packet = voicePacket({ ...fields, token, sequence, target: whispersTo });
        const home = this.#lastPinged.get(token) ?? this.#place(token, 0);
        const from = elsewhere === undefined ? home : this.#place(this.#tokens[elsewhere.member] ?? 0, elsewhere.place);
        this.#receive(flippedBit === undefined ? packet : withBitFlipped(packet, flippedBit), from);
        break;
      }
      case 'garbage':
        this.#receive(next.bytes, this.#place(token, next.place));
        break;
      case 'streamClosed':
        core.streamClosed(this.#stream(token, next.place));
        this.#streams.delete(`${token}/${next.place}`);
        break;
      case 'streamSlow':
        this.#stream(token, next.place).refusal = next.slow ? 'receiver_slow' : undefined;
    }
  }

  #open(index: number, fields: Partial<RelaySession>): void {
    const { roomId = 'lobby', speaks = true, hears = true } = fields;
    const session = relaySession(this.#nextToken++, { roomId, speaks, hears });
    this.#tokens[index] = session.token;
    this.#sessions.set(session.token, session);
    this.#harness.open(session);
  }

  /** Its whispers end with it. That it hears no others shows by its not being there. */
  #close(token: number): void {
    this.#harness.core.close(token);
    this.#sessions.delete(token);
    for (const { token: of, speaker } of this.#whispers.values()) if (speaker === token) this.#whispers.delete(of);
  }

  #place(token: number, index: number): LaneAddress {
    const address = index < 2 ? addressOf(token, index) : this.#stream(token, index);
    this.#owners.set(keyOf(address), token);
    return address;
  }

  #stream(token: number, index: number): RecordingStream {
    const key = `${token}/${index}`;
    const stream = this.#streams.get(key) ?? this.#harness.stream();
    this.#streams.set(key, stream);
    return stream;
  }

  #sequence(counter: string, steps: number): number {
    const newest = this.#newest.get(counter) ?? 0;
    const sequence = Math.max(0, newest + steps);
    this.#newest.set(counter, Math.max(newest, sequence));
    return sequence;
  }

  #receive(bytes: Uint8Array, from: LaneAddress): void {
    if (bytes.length > 0) this.#datagrams++;
    this.#harness.receive(bytes, from);
  }

  #checkSent(to: LaneAddress, bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const flags = readFlags(view);
    const sender = this.#sessions.get(readToken(view));
    const receiver = this.#sessions.get(this.#owners.get(keyOf(to)) ?? 0);
    if (sender === undefined || receiver === undefined) throw new Error('sent by or to a session that does not exist');
    if ((flags & FLAG_CONTROL) !== 0) {
      expect(receiver.token, 'a pong goes back').toBe(sender.token);
      return;
    }
    expect(receiver.token, 'nobody hears themselves').not.toBe(sender.token);
    expect([sender.speaks, receiver.hears]).toEqual([true, true]);
    const whispered = (flags & FLAG_WHISPER) !== 0;
    if (whispered) {
      const whisper = this.#whispers.get(readTarget(view));
      expect(whisper?.speaker, 'nobody uses the target of another').toBe(sender.token);
      expect(whisper?.listeners, 'nobody else hears a whisper').toContain(receiver.token);
      this.whispered++;
    } else {
      expect(receiver.roomId, 'nobody hears another room').toBe(sender.roomId);
    }
    const copy = `${whispered ? 'whisper' : 'voice'} ${sender.token}/${readSequence(view)} to ${receiver.token}`;
    expect(this.#heard.has(copy), `once only: ${copy}`).toBe(false);
    this.#heard.add(copy);
    this.copies++;
  }

  /** Every datagram ends in exactly one count, and every copy is counted. */
  #checkCounts(): void {
    const { received, pings, sent, sessions, rooms, dropped } = this.#harness.core.report();
    const { receiver_slow: _, send_failed: __, ...refused } = dropped;
    expect(received + pings + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(this.#datagrams);
    expect(sent).toBe(this.copies);
    expect(sessions).toBe(this.#sessions.size);
    expect(rooms).toBe(new Set([...this.#sessions.values()].map(({ roomId }) => roomId)).size);
  }
}

/** Equal for equal addresses. */
function keyOf(address: LaneAddress): RecordingStream | string {
  return isStream(address) ? (address as RecordingStream) : `${address.host} ${address.port}`;
}

describe('RelayCore, whatever happens', { timeout: 60_000 }, () => {
  it('never throws, and lets nobody hear what is not for them', () => {
    let copies = 0;
    let whispered = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 200, size: 'max' }), (steps) => {
        const sut = new Play();
        for (const each of steps) sut.do(each);
        copies += sut.copies;
        whispered += sut.whispered;
      }),
      { numRuns: 300, seed: 7_702 },
    );
    // Were next to nothing forwarded, the checks above would say nothing.
    expect(copies).toBeGreaterThan(4_000);
    expect(whispered).toBeGreaterThan(200);
  });
});
