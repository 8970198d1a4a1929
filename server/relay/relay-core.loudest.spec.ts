import { beforeEach, describe, expect, it } from 'vitest';
import { SPURT_TIMEOUT_MS } from './relay-core.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { voicePacket } from './testing/packets.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;
const LOUD = 20;
const QUIET = 60;

describe('RelayCore: the loudest', () => {
  let sut: CoreHarness;
  let sequence: number;

  beforeEach(() => {
    sut = new CoreHarness();
    sequence = 10;
  });

  /** Whether anyone hears it. */
  const says = (token: number, level: number, end = false): boolean => {
    sut.receive(voicePacket({ token, sequence: sequence++, level, end, opusBytes: 1 }), addressOf(token));
    return sut.takeSent().length > 0;
  };

  describe('of a room with a limit of one', () => {
    beforeEach(() => {
      for (const token of [ANN, BEN, CAT]) sut.join(token, { forwardLimit: 1 });
    });

    it('is heard, and who is not heard is counted once', () => {
      expect(says(ANN, LOUD)).toBe(true);
      expect(says(BEN, QUIET)).toBe(false);
      expect(sut.drops()).toEqual({ not_loudest: 1 });
      expect(sut.core.report()).toMatchObject({ received: 1, sent: 2 });
    });

    it('is told from who is not heard, but both speak', () => {
      says(ANN, LOUD);
      says(BEN, QUIET);
      expect(sut.speakingEvents).toEqual([
        [ANN, true],
        [BEN, true],
      ]);
    });

    it.each<[string, () => void]>([
      ['ends its talk spurt', () => says(ANN, LOUD, true)],
      ['leaves', () => sut.core.close(ANN)],
      ['is muted', () => sut.core.update(ANN, { speaks: false, hears: true })],
    ])('makes way at once when it %s', (_, leave) => {
      says(ANN, LOUD);
      expect(says(BEN, QUIET)).toBe(false);
      leave();
      expect(says(BEN, QUIET)).toBe(true);
    });

    it('makes way at once also when all it said was the end of a talk spurt', () => {
      says(ANN, LOUD, true);
      expect(says(BEN, QUIET)).toBe(true);
    });

    it('is heard also with packets that were overtaken, and who is not is not', () => {
      const late = (token: number): boolean => {
        const overtaken = sequence;
        sequence++;
        says(token, token === ANN ? LOUD : QUIET);
        sut.receive(voicePacket({ token, sequence: overtaken, level: 0, opusBytes: 1 }), addressOf(token));
        return sut.takeSent().length > 0;
      };
      expect([late(ANN), late(BEN)]).toEqual([true, false]);
      expect(sut.drops()).toEqual({ not_loudest: 2 });
    });

    it('keeps nobody else out with a packet that its end overtook', () => {
      says(ANN, LOUD);
      says(ANN, LOUD, true);
      sut.receive(voicePacket({ token: ANN, sequence: sequence - 3, level: LOUD, opusBytes: 1 }), addressOf(ANN));
      sut.takeSent();
      expect(says(BEN, QUIET)).toBe(true);
    });

    it('makes way when it is not heard any more', () => {
      says(ANN, LOUD);
      sut.nowMs += SPURT_TIMEOUT_MS;
      sut.core.tick(sut.nowMs);
      expect(says(BEN, QUIET)).toBe(true);
    });

    it('does not make way for one packet', () => {
      says(ANN, QUIET);
      expect(says(BEN, LOUD)).toBe(false);
      expect(says(ANN, QUIET)).toBe(true);
    });

    it('is not asked about whispers', () => {
      says(ANN, LOUD);
      sut.core.openWhisper({ token: 9, speaker: BEN, listeners: [CAT] });
      sut.receive(voicePacket({ token: BEN, sequence: 0, level: QUIET, target: 9 }), addressOf(BEN));
      expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(CAT)]);
      expect(says(ANN, LOUD)).toBe(true);
    });

    it('has nothing to do with other rooms', () => {
      says(ANN, LOUD);
      sut.join(11, { roomId: 'pairing', forwardLimit: 1 });
      sut.join(12, { roomId: 'pairing', forwardLimit: 1 });
      expect(says(11, QUIET)).toBe(true);
    });

    it('is no longer looked for when the limit is lifted, and again when it is set', () => {
      says(ANN, LOUD);
      sut.core.configure('lobby', { bitrateBps: 32_000, forwardLimit: 0 }, sut.nowMs);
      expect([says(ANN, LOUD), says(BEN, QUIET), says(CAT, QUIET)]).toEqual([true, true, true]);
      sut.core.configure('lobby', { bitrateBps: 32_000, forwardLimit: 2 }, sut.nowMs);
      expect([says(ANN, LOUD), says(BEN, QUIET), says(CAT, QUIET)]).toEqual([true, true, false]);
      sut.core.configure('lobby', { bitrateBps: 32_000, forwardLimit: 1 }, sut.nowMs);
      expect([says(ANN, LOUD), says(BEN, QUIET), says(CAT, QUIET)]).toEqual([true, false, false]);
    });
  });

  describe('of a room with the automatic limit', () => {
    /** How many of nine who speak at once are heard, with so many members. */
    const heardOfNine = (members: number, forwardLimit: number | null): number => {
      for (let token = 1; token <= members; token++) sut.join(token, { forwardLimit });
      return Array.from({ length: 9 }, (_, index) => says(index + 1, LOUD)).filter(Boolean).length;
    };

    it('are all, up to 24 members', () => {
      expect(heardOfNine(24, null)).toBe(9);
      expect(sut.drops()).toEqual({});
    });

    it('are eight, from 25 members on', () => {
      expect(heardOfNine(25, null)).toBe(8);
      expect(sut.drops()).toEqual({ not_loudest: 1 });
    });

    it('are all without a limit, however many members', () => {
      expect(heardOfNine(30, 0)).toBe(9);
    });

    it('are all again when members leave', () => {
      heardOfNine(25, null);
      expect(says(9, LOUD)).toBe(false);
      sut.core.close(25);
      expect(says(9, LOUD)).toBe(true);
    });
  });
});
