import { describe, expect, it } from 'vitest';
import { LevelMeter, SILENT_DBFS } from './level-meter.ts';

const levels = (sut: LevelMeter, ...peaks: number[]) =>
  peaks.map((peak) => sut.push(peak)).filter((dbfs) => dbfs !== undefined);

describe('LevelMeter', () => {
  it('makes one level of five frames, by the loudest', () => {
    const sut = new LevelMeter();
    expect(levels(sut, 0, 0.5, 0.1, 0)).toEqual([]);
    expect(levels(sut, 0.2)).toEqual([expect.closeTo(-6.02, 2)]);
    expect(levels(sut, 0.1, 0.1, 0.1, 0.1, 0.1)).toEqual([expect.closeTo(-20)]);
  });

  it('has a level for silence', () => {
    expect(levels(new LevelMeter(), 0, 0, 0, 0, 0)).toEqual([SILENT_DBFS]);
  });

  it('forgets what it heard', () => {
    const sut = new LevelMeter();
    levels(sut, 1, 1, 1);
    sut.reset();
    expect(levels(sut, 0, 0, 0, 0, 0)).toEqual([SILENT_DBFS]);
  });
});
