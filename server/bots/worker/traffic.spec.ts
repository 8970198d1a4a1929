import { describe, expect, it } from 'vitest';
import { lossPctBetween, NO_TRAFFIC, plus, type Traffic } from './traffic.ts';

describe('lossPctBetween', () => {
  const traffic = (sent: number, received: number, forwarded: number, heard: number): Traffic => ({
    sent,
    received,
    forwarded,
    heard,
  });

  it.each([
    ['nothing on its way', traffic(0, 0, 0, 0), 0],
    ['all arrived', traffic(100, 100, 900, 900), 0],
    ['a tenth lost on the way up', traffic(100, 90, 810, 810), 10],
    ['a tenth lost on the way down', traffic(100, 100, 900, 810), 10],
    ['half lost on both', traffic(100, 50, 400, 200), 75],
    ['all lost', traffic(100, 0, 0, 0), 100],
    ['counted in another order than sent', traffic(100, 100, 900, 903), 0],
  ])('is right with %s', (_, now, lossPct) => {
    expect(lossPctBetween(NO_TRAFFIC, now)).toBeCloseTo(lossPct);
  });

  it('is of what came in between', () => {
    const before = traffic(100, 0, 900, 0);
    expect(lossPctBetween(before, plus(before, traffic(10, 10, 90, 90)))).toBe(0);
  });
});
