import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, percentile } from './statistics.ts';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 });

describe('percentile', () => {
  it.each([
    [0.5, 3],
    [0.2, 1],
    [0.21, 2],
    [0.99, 5],
    [1, 5],
  ])('is the nearest rank: %d of 1 to 5', (share, expected) => {
    expect(percentile([5, 3, 1, 4, 2], share)).toBe(expected);
  });

  it('was measured, and is not exceeded by its share of the values', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.001, max: 1, noNaN: true }), (measured, share) => {
        const value = percentile(measured, share);
        expect(measured).toContain(value);
        expect(measured.filter((other) => other <= value).length).toBeGreaterThanOrEqual(share * measured.length);
      }),
    );
  });

  it.each([0, -0.1, 1.1, Number.NaN])('knows no share of %d', (share) => {
    expect(() => percentile([1], share)).toThrow(RangeError);
  });

  it('of nothing is refused', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('median', () => {
  it('is the middle one of an odd number', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('lies between the middle two of an even number', () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  it('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
