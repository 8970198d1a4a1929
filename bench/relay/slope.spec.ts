import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

describe('slopeOf', () => {
  it('is that of a line, wherever its points are', () => {
    const whole = fc.integer({ min: -1_000, max: 1_000 });
    fc.assert(
      fc.property(whole, whole, fc.uniqueArray(whole, { minLength: 2 }), (slope, offset, xs) => {
        expect(slopeOf(xs.map((x) => [x, slope * x + offset]))).toBeCloseTo(slope, 6);
      }),
    );
  });

  it('passes between what does not lie on one', () => {
    expect(
      slopeOf([
        [0, 0],
        [1, 3],
        [2, 2],
      ]),
    ).toBeCloseTo(1);
  });

  it.each([
    ['nothing', []],
    ['one point', [[1, 1]] as const],
    [
      'one x',
      [
        [1, 1],
        [1, 2],
      ] as const,
    ],
  ])('of %s is refused', (_, points) => {
    expect(() => slopeOf(points)).toThrow(RangeError);
  });
});
