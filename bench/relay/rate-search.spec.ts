import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTry, startSearch } from './rate-search.ts';

/** The tries that it takes, and what they come to, when up to `stands` talkers pass. */
function searched(first: number, most: number, stands: number): { passed: number; tries: number[] } {
  const tries: number[] = [];
  let search = startSearch(first, most);
  while (search.state === 'searching') {
    tries.push(search.trying);
    search = nextTry(search, search.trying <= stands);
  }
  return { passed: search.passed, tries };
}

describe('rate search', () => {
  it('doubles until something fails, then narrows it down', () => {
    expect(searched(8, 200, 41)).toEqual({ passed: 41, tries: [8, 16, 32, 64, 48, 40, 44, 42, 41] });
  });

  it('goes down where the first guess fails', () => {
    expect(searched(16, 200, 3)).toEqual({ passed: 3, tries: [16, 8, 4, 2, 3] });
  });

  it('says 0 where one is too many, and stops where there are no more', () => {
    expect(searched(4, 200, 0).passed).toBe(0);
    expect(searched(4, 10, 1_000)).toEqual({ passed: 10, tries: [4, 8, 10] });
  });

  it('finds the highest to 3 %, and tries none twice', () => {
    const talkers = fc.integer({ min: 1, max: 2_000 });
    fc.assert(
      fc.property(talkers, talkers, fc.nat({ max: 3_000 }), (first, most, stands) => {
        const { passed, tries } = searched(first, most, stands);
        const highest = Math.min(stands, most);
        expect(passed).toBeLessThanOrEqual(highest);
        expect(passed).toBeGreaterThanOrEqual(Math.floor(highest * 0.97));
        expect(new Set(tries).size).toBe(tries.length);
        expect(tries.every((tried) => tried >= 1 && tried <= most)).toBe(true);
      }),
    );
  });
});
