import { describe, expect, it } from 'vitest';
import { PlaybackLead } from './playback-lead.ts';

const TUNING = {
  startMs: 40,
  minMs: 20,
  maxMs: 60,
  growMs: 10,
  shrinkShare: 0.5,
  marginMs: 5,
  windowMs: 1_000,
};

describe('PlaybackLead', () => {
  it('grows at each gap, up to a limit', () => {
    const sut = new PlaybackLead(TUNING);
    sut.observe(0, 0);
    expect(sut.ms).toBe(50);
    sut.observe(-100, 10);
    sut.observe(-1, 20);
    expect(sut).toMatchObject({ ms: 60, gaps: 3 });
  });

  it('gives back half of what a window did not need beyond the margin', () => {
    const sut = new PlaybackLead(TUNING);
    sut.observe(35, 0);
    sut.observe(25, 500);
    expect(sut.ms).toBe(40);
    sut.observe(39, 1_000);
    expect(sut.ms).toBe(30);
  });

  it('gives nothing back that was needed, and never goes below its least', () => {
    const needed = new PlaybackLead(TUNING);
    needed.observe(4, 0);
    needed.observe(39, 1_000);
    expect(needed.ms).toBe(40);
    const idle = new PlaybackLead(TUNING);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) idle.observe(200, nowMs);
    expect(idle.ms).toBe(20);
  });

  it('begins a new window with each gap', () => {
    const sut = new PlaybackLead(TUNING);
    sut.observe(35, 0);
    sut.observe(0, 900);
    sut.observe(45, 1_000);
    expect(sut.ms).toBe(50);
    sut.observe(45, 1_900);
    expect(sut.ms).toBe(30);
  });
});
