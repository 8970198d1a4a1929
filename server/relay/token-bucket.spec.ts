import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('lets a second’s worth through at once, and no more', () => {
    const sut = new TokenBucket(60, 0);
    const taken = Array.from({ length: 61 }, () => sut.take(1, 0));
    expect(taken.filter(Boolean)).toHaveLength(60);
    expect(taken.at(-1)).toBe(false);
  });

  it('fills evenly, and never above one second’s worth', () => {
    const sut = new TokenBucket(100, 0);
    expect(sut.take(100, 0)).toBe(true);
    expect(sut.take(51, 500)).toBe(false);
    expect(sut.take(50, 500)).toBe(true);
    expect(sut.take(101, 60_000)).toBe(false);
    expect(sut.take(100, 60_000)).toBe(true);
  });

  it('charges nothing for what it refuses', () => {
    const sut = new TokenBucket(10, 0);
    expect(sut.take(11, 0)).toBe(false);
    expect(sut.take(10, 0)).toBe(true);
  });

  it('is not emptied by a clock that steps back', () => {
    const sut = new TokenBucket(10, 1_000);
    expect(sut.take(10, 0)).toBe(true);
  });

  it('is not filled by a clock that steps back', () => {
    const sut = new TokenBucket(10, 1_000);
    sut.take(10, 1_000);
    expect(sut.take(1, 0)).toBe(false);
    expect(sut.take(1, 1_000)).toBe(false);
  });

  it('never lets more through in a stretch of time than its rate and one burst', () => {
    const calls = fc.array(fc.record({ units: fc.nat({ max: 200 }), afterMs: fc.nat({ max: 400 }) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), calls, (perSecond, takes) => {
        const sut = new TokenBucket(perSecond, 0);
        let nowMs = 0;
        let through = 0;
        for (const { units, afterMs } of takes) {
          nowMs += afterMs;
          if (sut.take(units, nowMs)) through += units;
          expect(through).toBeLessThanOrEqual(perSecond * (1 + nowMs / 1000) * (1 + 1e-9));
        }
      }),
    );
  });
});
