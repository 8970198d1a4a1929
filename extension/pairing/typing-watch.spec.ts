import { beforeEach, describe, expect, it } from 'vitest';
import { TypingWatch } from './typing-watch.ts';

describe('TypingWatch', () => {
  let nowMs: number;
  let timers: { atMs: number; run: () => void }[];
  let told: boolean[];
  let sut: TypingWatch;

  const pass = (ms: number): void => {
    nowMs += ms;
    const due = timers.filter(({ atMs }) => atMs <= nowMs);
    timers = timers.filter(({ atMs }) => atMs > nowMs);
    for (const { run } of due) run();
  };

  beforeEach(() => {
    nowMs = 0;
    timers = [];
    told = [];
    const after = (ms: number, run: () => void): (() => void) => {
      const timer = { atMs: nowMs + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    };
    sut = new TypingWatch({ nowMs: () => nowMs, after }, (typing) => told.push(typing));
  });

  it('tells the beginning at once and the end a second after the last key', () => {
    sut.typed();
    expect(told).toEqual([true]);
    pass(999);
    expect(told).toEqual([true]);
    pass(1);
    expect(told).toEqual([true, false]);
    pass(10_000);
    expect(told).toEqual([true, false]);
  });

  it('tells again twice a second while it goes on', () => {
    for (let ms = 0; ms < 2_000; ms += 100) {
      sut.typed();
      pass(100);
    }
    expect(told).toEqual([true, true, true, true]);
    sut.stop();
    sut.stop();
    expect(told).toEqual([true, true, true, true, false]);
    expect(timers).toEqual([]);
  });
});
