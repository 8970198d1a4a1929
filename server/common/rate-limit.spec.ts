import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

describe('RateLimit', () => {
  it('gives a burst at once, then as time passes', () => {
    const sut = new RateLimit(60, 3, 0);
    expect([1, 2, 3, 4].map(() => sut.take(0))).toEqual([true, true, true, false]);
    expect(sut.take(999)).toBe(false);
    expect(sut.take(1_000)).toBe(true);
    expect(sut.take(1_000)).toBe(false);
  });

  it('never saves up more than a burst', () => {
    const sut = new RateLimit(60, 2, 0);
    expect([1, 2, 3].map(() => sut.take(3_600_000))).toEqual([true, true, false]);
  });
});
