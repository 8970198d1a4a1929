import { beforeEach, describe, expect, it } from 'vitest';
import { NetworkLimits } from './network-limits.ts';

describe('NetworkLimits', () => {
  let sut: NetworkLimits;
  beforeEach(() => {
    sut = new NetworkLimits(600, 100);
  });

  const taken = (network: string, count: number, nowMs: number): number =>
    Array.from({ length: count }, () => sut.take(network, nowMs)).filter(Boolean).length;

  it('gives each network a burst, and then ten a second', () => {
    expect(taken('192.0.2.1', 150, 0)).toBe(100);
    expect(taken('192.0.2.2', 150, 0)).toBe(100);
    expect(taken('192.0.2.1', 150, sut.retryAfterMs - 1)).toBe(0);
    expect(taken('192.0.2.1', 150, 1_000)).toBe(10);
  });

  it('takes as many at once as a minute brings, where nothing else was said', () => {
    const few = new NetworkLimits(2);
    expect([1, 2, 3].map(() => few.take('192.0.2.1', 0))).toEqual([true, true, false]);
    expect(few.take('192.0.2.1', 30_000)).toBe(true);
  });

  it('forgets who has been quiet for a minute, and nobody sooner', () => {
    taken('192.0.2.1', 1, 0);
    taken('192.0.2.2', 1, 30_000);
    taken('192.0.2.3', 1, 59_999);
    expect(sut.size).toBe(3);
    taken('192.0.2.3', 1, 60_000);
    expect(sut.size).toBe(2);
  });

  it('stays small under a flood of addresses, forgetting the quietest', () => {
    for (let i = 0; i < 50_000; i++) sut.take(`2001:db8:0:${i.toString(16)}`, 0);
    expect(taken('192.0.2.1', 150, 0)).toBe(100);
    for (let i = 0; i < 10_000; i++) sut.take(`2001:db8:1:${i.toString(16)}`, 0);
    expect(sut.size).toBeLessThanOrEqual(50_001);
    expect(sut.take('192.0.2.1', 0)).toBe(false);
  });
});
