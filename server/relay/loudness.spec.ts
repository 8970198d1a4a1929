import { LEVEL_SILENCE } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, smoothed, SMOOTHED_SILENCE, toSmoothedUnits } from './loudness.ts';

const level = fc.nat({ max: LEVEL_SILENCE });

/** After so many packets of one level, in dB. */
function after(packets: number, start: number, each: number): number {
  let at = toSmoothedUnits(start);
  for (let packet = 0; packet < packets; packet++) at = smoothed(at, each);
  return at / toSmoothedUnits(1);
}

describe('smoothed', () => {
  it('knows a loud speaker after 100 ms, and does not take a click for one', () => {
    expect(after(5, LEVEL_SILENCE, 20)).toBeLessThan(24);
    expect(after(1, LEVEL_SILENCE, 0)).toBeGreaterThan(60);
  });

  it('does not forget one between two syllables, but within a second', () => {
    expect(after(5, 20, 60)).toBeLessThan(32);
    expect(after(50, 20, 60)).toBeGreaterThan(57);
  });

  it('goes towards the level, never past it, and reaches it', () => {
    fc.assert(
      fc.property(level, level, (from, to) => {
        const step = smoothed(toSmoothedUnits(from), to);
        expect(step).toBeGreaterThanOrEqual(Math.min(toSmoothedUnits(from), toSmoothedUnits(to)));
        expect(step).toBeLessThanOrEqual(Math.max(toSmoothedUnits(from), toSmoothedUnits(to)));
        expect(after(500, from, to)).toBe(to);
      }),
    );
  });

  it('stays within the levels there are', () => {
    expect(smoothed(SMOOTHED_SILENCE, LEVEL_SILENCE)).toBe(SMOOTHED_SILENCE);
    expect(smoothed(0, 0)).toBe(0);
  });
});

describe('isWithin', () => {
  it('compares times of a clock that runs for years, though they were cut to int32', () => {
    const since = fc.double({ min: 0, max: 1e11, noNaN: true });
    fc.assert(
      fc.property(since, fc.integer({ min: -1_000, max: 1_000 }), (thenMs, laterMs) => {
        const whole = Math.floor(thenMs);
        expect(isWithin(300, whole | 0, whole + laterMs)).toBe(Math.abs(laterMs) < 300);
      }),
    );
  });
});
