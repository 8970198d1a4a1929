import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../platform.ts';
import { ManualClock } from '../../engine/testing/manual-clock.ts';
import { FramePacer } from './frame-pacer.ts';

describe('FramePacer', () => {
  let clock: ManualClock;
  let ticks: number[];
  let stalls: number[];

  beforeEach(() => {
    clock = new ManualClock();
    ticks = [];
    stalls = [];
  });

  function pacer(by: Clock = clock): FramePacer {
    const startMs = clock.nowMs();
    return new FramePacer(
      by,
      (atMs) => ticks.push(atMs - startMs),
      (ms) => stalls.push(ms),
    );
  }

  it('ticks every 20 ms from its start', () => {
    pacer().start();
    clock.advance(100);
    expect(ticks).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it('does not drift when every timer is late', () => {
    const late: Clock = {
      nowMs: () => clock.nowMs(),
      after: (delayMs, callback) => clock.after(delayMs + 7, callback),
    };
    pacer(late).start();
    clock.advance(60_010);
    expect(ticks).toHaveLength(3_001);
    expect(ticks.at(-1)).toBe(60_000);
    expect(stalls).toEqual([]);
  });

  it('makes up for a short delay, and leaves out a long one without a burst', () => {
    pacer().start();
    clock.hold(55);
    clock.advance(0);
    expect(ticks).toEqual([0, 20, 40]);
    clock.advance(5);
    expect(ticks).toEqual([0, 20, 40, 60]);

    clock.hold(500);
    clock.advance(0);
    expect(stalls).toEqual([480]);
    expect(ticks).toEqual([0, 20, 40, 60, 560]);
    clock.advance(40);
    expect(ticks.slice(-2)).toEqual([580, 600]);
  });

  it('ends when it is stopped, also by a tick', () => {
    const sut: FramePacer = new FramePacer(
      clock,
      (atMs) => {
        ticks.push(atMs);
        if (ticks.length === 3) sut.stop();
      },
      () => undefined,
    );
    sut.start();
    clock.advance(1_000);
    expect(ticks).toHaveLength(3);
  });
});
