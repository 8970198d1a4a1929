import { describe, expect, it } from 'vitest';
import { MAX_SLOW_MODE_S } from '@switchboard/protocol';
import { SlowMode } from './slow-mode.ts';

describe('SlowMode', () => {
  it('lets each write once in so many seconds, in each channel', () => {
    const slow = new SlowMode();
    expect(slow.waitMs('lobby', 'ada', 10, 0)).toBe(0);
    slow.wrote('lobby', 'ada', 0);
    expect(slow.waitMs('lobby', 'ada', 10, 4_000)).toBe(6_000);
    expect(slow.waitMs('lobby', 'ada', 10, 10_000)).toBe(0);
    expect(slow.waitMs('lobby', 'bob', 10, 4_000)).toBe(0);
    expect(slow.waitMs('desk', 'ada', 10, 4_000)).toBe(0);
  });

  it('forgets who has not to wait any more, whatever the channel asks for', () => {
    const slow = new SlowMode();
    for (let i = 0; i < 100; i++) slow.wrote('lobby', `person ${i}`, i);
    slow.wrote('lobby', 'person 0', 200);
    slow.wrote('lobby', 'ada', MAX_SLOW_MODE_S * 1_000 + 150);
    expect(slow.size).toBe(2);
  });
});
