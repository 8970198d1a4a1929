import { MAX_SEQUENCE, REPLAY_WINDOW_PACKETS } from '@switchboard/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ReplayWindow } from './replay-window.ts';

/** What the window must do, said as simply as possible: remember everything. */
class NaiveWindow {
  readonly #seen = new Set<number>();
  #newest = -1;

  accept(sequence: number): boolean {
    if (sequence <= this.#newest - REPLAY_WINDOW_PACKETS || this.#seen.has(sequence)) return false;
    this.#newest = Math.max(this.#newest, sequence);
    this.#seen.add(sequence);
    return true;
  }
}

/** Walks of small steps, repeats, jumps around the window's edge and leaps, from anywhere in 48 bits. */
const walks = fc
  .record({
    start: fc.oneof(
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 2 ** 32 - 2_000, max: 2 ** 32 + 2_000 }),
      fc.maxSafeNat(),
    ),
    steps: fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: -3, max: 5 }) },
        { weight: 2, arbitrary: fc.integer({ min: -1_100, max: 1_100 }) },
        { weight: 2, arbitrary: fc.constantFrom(-1_025, -1_024, -1_023, 1_023, 1_024, 1_025) },
        { weight: 1, arbitrary: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }) },
      ),
      { maxLength: 300 },
    ),
  })
  .map(({ start, steps }) => {
    let at = Math.min(start, MAX_SEQUENCE);
    return steps.map((step) => (at = Math.min(MAX_SEQUENCE, Math.max(0, at + step))));
  });

describe('ReplayWindow', () => {
  it('takes nothing up to where it was told to skip to, and everything after it', () => {
    const sut = new ReplayWindow();
    sut.accept(3);
    sut.skipTo(2_000);
    for (const sequence of [4, 1_500, 1_999, 2_000]) expect(sut.accept(sequence)).toBe(false);
    expect([sut.accept(2_002), sut.accept(2_001), sut.accept(2_001), sut.accept(4_000)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('never skips back', () => {
    const sut = new ReplayWindow();
    sut.accept(2_000);
    sut.skipTo(1_990);
    expect([sut.accept(1_999), sut.accept(2_000)]).toEqual([true, false]);
  });

  let sut: ReplayWindow;

  beforeEach(() => {
    sut = new ReplayWindow();
  });

  it('decides like a set that forgets nothing', () => {
    fc.assert(
      fc.property(walks, (sequences) => {
        const window = new ReplayWindow();
        const naive = new NaiveWindow();
        for (const sequence of sequences) expect(window.accept(sequence)).toBe(naive.accept(sequence));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes 0 as its first sequence, once', () => {
    expect(sut.accept(0)).toBe(true);
    expect(sut.accept(0)).toBe(false);
  });

  it('takes the oldest sequence in the window and refuses the one before it', () => {
    sut.accept(5_000);
    expect(sut.accept(5_000 - REPLAY_WINDOW_PACKETS)).toBe(false);
    expect(sut.accept(5_000 - REPLAY_WINDOW_PACKETS + 1)).toBe(true);
  });

  it('counts to the last of 48 bits', () => {
    expect(sut.accept(MAX_SEQUENCE - 1)).toBe(true);
    expect(sut.accept(MAX_SEQUENCE)).toBe(true);
    expect(sut.accept(MAX_SEQUENCE)).toBe(false);
  });

  it('knows the newest', () => {
    expect(sut.isNewest(0)).toBe(true);
    sut.accept(7);
    expect([sut.isNewest(6), sut.isNewest(7), sut.isNewest(8)]).toEqual([false, false, true]);
  });
});
