import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { withoutPauses } from './without-pauses.ts';

const LIMIT_MS = 1_000;

describe('withoutPauses', () => {
  const clock = new ManualClock();
  const watched = <T>(parts: AsyncIterable<T>): AsyncGenerator<T, void> =>
    withoutPauses(parts, { clock, limitMs: LIMIT_MS, onPause: () => new Error('too slow') });

  async function* numbers(upTo: number, end: () => void = () => {}): AsyncGenerator<number> {
    try {
      for (let i = 1; i <= upTo; i++) yield await Promise.resolve(i);
    } finally {
      end();
    }
  }

  it('gives on what comes, and does not count how long it is used', async () => {
    const taken: number[] = [];
    for await (const number of watched(numbers(3))) {
      taken.push(number);
      clock.advance(10 * LIMIT_MS);
    }
    expect(taken).toEqual([1, 2, 3]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('fails once nothing comes, and then no more by what it has given up', async () => {
    const late = Promise.withResolvers<IteratorResult<number>>();
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => late.promise }) };
    const first = watched(silent).next();
    clock.advance(LIMIT_MS);
    await expect(first).rejects.toThrow('too slow');
    // Nobody waits for it; unhandled, it would end the process.
    late.reject(new Error('aborted'));
    expect(clock.pendingTimers).toBe(0);
  });

  it('fails with what its source fails', async () => {
    const broken = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('aborted')) }) };
    await expect(watched(broken).next()).rejects.toThrow('aborted');
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends its source when nobody wants more', async () => {
    let ended = false;
    for await (const number of watched(numbers(3, () => (ended = true)))) if (number === 2) break;
    expect(ended).toBe(true);
  });
});
