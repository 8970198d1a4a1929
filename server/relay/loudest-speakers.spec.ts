import { AUTO_FORWARD_FROM_MEMBERS, AUTO_FORWARD_LIMIT, LEVEL_SILENCE, MAX_FORWARD_LIMIT } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { effectiveForwardLimit, LoudestSpeakers } from './loudest-speakers.ts';

const PACKET_MS = 20;
const [ANNA, BEN, CLARA, DORA] = [0xffff_fffe, 2, 3, 4];

describe('LoudestSpeakers', () => {
  let state: SharedArrayBuffer;
  let sut: LoudestSpeakers;
  let nowMs: number;

  beforeEach(() => {
    state = LoudestSpeakers.allocate();
    sut = new LoudestSpeakers(state);
    nowMs = 5_000;
  });

  /** A packet of each speaker every 20 ms, in the order given. Returns for each how many were let through, and turns the clock. */
  function speak(levels: readonly (readonly [token: number, level: number])[], packets: number, limit = 1): number[] {
    const admitted = levels.map(() => 0);
    for (let packet = 0; packet < packets; packet++, nowMs += PACKET_MS) {
      for (const [at, [token, level]] of levels.entries()) {
        if (sut.admits(token, level, limit, nowMs)) admitted[at]!++;
      }
    }
    return admitted;
  }

  it('lets everyone through while there are no more than the limit, however quiet', () => {
    expect(
      speak(
        [
          [ANNA, 10],
          [BEN, LEVEL_SILENCE],
        ],
        100,
        2,
      ),
    ).toEqual([100, 100]);
  });

  it('keeps the first among equals', () => {
    const among = [
      [ANNA, 30],
      [BEN, 25],
      [CLARA, 25],
    ] as const;
    expect(speak(among, 200)).toEqual([200, 0, 0]);
  });

  it('gives the slot of the quietest to one who is 6 dB louder', () => {
    speak([[ANNA, 30]], 50, 2);
    speak([[BEN, 40]], 50, 2);
    speak([[ANNA, 30]], 1, 2);
    const among = [
      [ANNA, 30],
      [BEN, 40],
      [CLARA, 34],
    ] as const;
    speak(among, 40, 2);
    expect(speak(among, 10, 2)).toEqual([10, 0, 10]);
  });

  it('does not for less', () => {
    const among = [
      [ANNA, 40],
      [BEN, 35],
    ] as const;
    expect(speak(among, 200)).toEqual([200, 0]);
  });

  it('knows someone much louder within 100 ms', () => {
    speak([[ANNA, 40]], 50);
    const among = [
      [ANNA, 40],
      [BEN, 20],
    ] as const;
    const [, ben] = speak(among, 5);
    expect(ben).toBeGreaterThan(0);
    expect(speak(among, 10)).toEqual([0, 10]);
  });

  it('leaves a slot to its holder for 400 ms', () => {
    const among = [
      [ANNA, 60],
      [BEN, 10],
    ] as const;
    expect(speak(among, 20)).toEqual([20, 0]);
    expect(speak(among, 10)).toEqual([1, 10]);
  });

  it('is not taken in by a click, nor by clicks now and then', () => {
    speak([[ANNA, 30]], 50);
    for (let click = 0; click < 20; click++) {
      expect(speak([[ANNA, 30], [BEN, 0]], 1)).toEqual([1, 0]); // prettier-ignore
      expect(speak([[ANNA, 30], [BEN, 70]], 9)).toEqual([9, 0]); // prettier-ignore
    }
  });

  it('lets the loudest of several in first', () => {
    speak([[ANNA, 60]], 15);
    const among = [
      [ANNA, 60],
      [BEN, 50],
      [CLARA, 20],
      [DORA, 40],
    ] as const;
    speak(among, 25);
    expect(speak(among, 10)).toEqual([0, 0, 10, 0]);
  });

  it('gives way when a speaker becomes quiet', () => {
    speak([[ANNA, 20]], 50);
    const among = [
      [ANNA, 70],
      [BEN, 25],
    ] as const;
    speak(among, 25);
    expect(speak(among, 5)).toEqual([0, 5]);
  });

  it('has a slot for the next at once when one was released', () => {
    speak([[ANNA, 10]], 10);
    sut.release(ANNA);
    expect(speak([[BEN, 90]], 1)).toEqual([1]);
  });

  it('forgets how loud one was who has released', () => {
    speak([[ANNA, 60]], 15);
    speak([[ANNA, 60], [BEN, 10]], 4); // prettier-ignore
    sut.release(BEN);
    expect(speak([[ANNA, 60], [BEN, 40]], 2)).toEqual([2, 0]); // prettier-ignore
  });

  it('does not mind a release of someone without a slot', () => {
    speak([[ANNA, 10]], 1);
    sut.release(BEN);
    expect(speak([[BEN, 10]], 1)).toEqual([0]);
  });

  it('takes a slot for vacant when its holder was not heard for 300 ms', () => {
    speak([[ANNA, 10]], 1);
    nowMs += 300 - PACKET_MS - 1;
    expect(sut.admits(BEN, 10, 1, nowMs)).toBe(false);
    expect(sut.admits(BEN, 10, 1, nowMs + 1)).toBe(true);
    expect(sut.admits(ANNA, 10, 1, nowMs + 1)).toBe(false);
  });

  it('gives up the slots beyond a smaller limit', () => {
    speak([[ANNA, 10], [BEN, 10], [CLARA, 10]], 1, 3); // prettier-ignore
    expect(speak([[ANNA, 10], [BEN, 10], [CLARA, 10]], 1, 2)).toEqual([1, 1, 0]); // prettier-ignore
    expect(speak([[DORA, 10]], 1, 3)).toEqual([1]);
  });

  it('has as many slots as a channel may ask for', () => {
    const everyone = Array.from({ length: MAX_FORWARD_LIMIT + 1 }, (_, at) => [at + 1, 20] as const);
    expect(speak(everyone, 1, MAX_FORWARD_LIMIT)).toEqual([...Array<number>(MAX_FORWARD_LIMIT).fill(1), 0]);
  });

  it('shares the slots with who looks at the same memory', () => {
    const other = new LoudestSpeakers(state);
    speak([[ANNA, 20]], 1);
    expect([other.admits(BEN, 20, 1, nowMs), other.admits(ANNA, 20, 1, nowMs)]).toEqual([false, true]);
    other.release(ANNA);
    expect(sut.admits(BEN, 20, 1, nowMs)).toBe(true);
  });

  it('works on a machine that has run for months', () => {
    nowMs = 2 ** 31 - 200.5;
    const among = [
      [ANNA, 60],
      [BEN, 10],
    ] as const;
    expect(speak(among, 20)).toEqual([20, 0]);
    expect(speak(among, 10)).toEqual([1, 10]);
  });
});

describe('effectiveForwardLimit', () => {
  it('is automatic, off, or as set', () => {
    expect(effectiveForwardLimit(null, AUTO_FORWARD_FROM_MEMBERS - 1)).toBe(Infinity);
    expect(effectiveForwardLimit(null, AUTO_FORWARD_FROM_MEMBERS)).toBe(AUTO_FORWARD_LIMIT);
    expect(effectiveForwardLimit(0, 10_000)).toBe(Infinity);
    expect(effectiveForwardLimit(3, 2)).toBe(3);
  });
});
