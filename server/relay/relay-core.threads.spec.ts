import { beforeEach, describe, expect, it } from 'vitest';
import type { RelaySession } from './relay-messages.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { relayed, relaySession, voicePacket } from './testing/packets.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;

/** Two cores as two threads of one relay have them, with the memory that they share. */
describe('RelayCore: in two threads', () => {
  let one: CoreHarness;
  let two: CoreHarness;

  beforeEach(() => {
    one = new CoreHarness({ thread: 0 });
    two = new CoreHarness({ thread: 1 });
  });

  /** Everyone is known to both. Ben listens at thread one. */
  function open(token: number, changes: Partial<RelaySession> = {}): void {
    const session = relaySession(token, changes);
    const shared = one.shared(session.roomId);
    for (const thread of [one, two]) thread.open(session, shared);
  }

  /** A ping that reaches one thread, which tells the other. */
  function bind(token: number, sequence: number, at: CoreHarness, nth = 0): void {
    const other = at === one ? two : one;
    at.ping(token, sequence, addressOf(token, nth));
    other.core.boundElsewhere(token, addressOf(token, nth), sequence, other.nowMs);
    for (const thread of [one, two]) thread.takeSent();
  }

  function say(token: number, sequence: number, at: CoreHarness, nth = 0, level = 30): number {
    at.receive(voicePacket({ token, sequence, level }), addressOf(token, nth));
    return at.takeSent().length;
  }

  it('sends to who is bound at the other', () => {
    for (const token of [ANN, BEN]) open(token);
    bind(BEN, 0, one);
    bind(ANN, 0, two);
    const packet = voicePacket({ token: ANN, sequence: 0 });
    two.receive(packet, addressOf(ANN));
    expect(two.takeSent()).toMatchObject([{ bytes: relayed(packet) }]);
  });

  it('accepts nothing in the second that the first has seen, once the speaker has moved there', () => {
    for (const token of [ANN, BEN]) open(token);
    bind(BEN, 0, one);
    bind(ANN, 0, one);
    for (let sequence = 0; sequence < 200; sequence++) {
      one.nowMs += 20;
      expect(say(ANN, sequence, one)).toBe(1);
    }
    bind(ANN, 1, two, 1);
    for (let sequence = 0; sequence < 200; sequence++) expect(say(ANN, sequence, two, 1)).toBe(0);
    expect(two.drops()).toEqual({ replayed: 200 });
    expect([say(ANN, 200, two, 1), say(ANN, 202, two, 1), say(ANN, 201, two, 1)]).toEqual([1, 1, 1]);
  });

  it('accepts nothing that was seen before the threads were started anew', () => {
    const shared = one.shared('lobby');
    for (const token of [ANN, BEN]) one.open(relaySession(token), shared);
    bind(BEN, 0, one);
    bind(ANN, 0, one);
    for (const sequence of [0, 5]) expect(say(ANN, sequence, one)).toBe(1);
    const again = new CoreHarness({ thread: 0 });
    again.open(relaySession(ANN), shared);
    again.open(relaySession(BEN), again.shared('lobby'));
    for (const token of [ANN, BEN]) again.ping(token, 7, addressOf(token));
    again.takeSent();
    expect([0, 3, 5, 6].map((sequence) => say(ANN, sequence, again))).toEqual([0, 0, 0, 1]);
  });

  it('leaves a speaker who moves from one to the other its place among the loudest', () => {
    for (const token of [ANN, BEN, CAT]) open(token, { forwardLimit: 1 });
    for (const token of [ANN, BEN, CAT]) bind(token, 0, one);
    let sequence = 0;
    const talk = (at: CoreHarness, nth: number): number[] =>
      Array.from({ length: 40 }, () => {
        for (const thread of [one, two]) thread.nowMs += 20;
        const heard = say(ANN, sequence, at, nth);
        for (const thread of [one, two]) thread.core.tick(thread.nowMs);
        say(CAT, sequence++, one, 0, 31);
        return heard;
      });
    expect(new Set(talk(one, 0))).toEqual(new Set([2]));
    bind(ANN, 1, two, 1);
    expect(new Set(talk(two, 1))).toEqual(new Set([2]));
  });
});
