import { describe, expect, it } from 'vitest';
import { HelloLimits } from './hello-limits.ts';

describe('HelloLimits', () => {
  it('counts each network by itself', () => {
    const sut = new HelloLimits(2);
    expect([1, 2, 3].map(() => sut.take('192.0.2.1', 0))).toEqual([true, true, false]);
    expect(sut.take('192.0.2.2', 0)).toBe(true);
    expect(sut.take('192.0.2.1', 30_000)).toBe(true);
  });

  it('forgets who has been quiet for a minute, and nobody sooner', () => {
    const sut = new HelloLimits(1);
    for (let i = 0; i < 1_000; i++) sut.take(`192.0.2.${i}`, 0);
    sut.take('192.0.2.7', 30_000);
    sut.take('203.0.113.1', 59_999);
    expect(sut.size).toBe(1_001);
    sut.take('203.0.113.2', 60_000);
    expect(sut.size).toBe(3);
  });
});
