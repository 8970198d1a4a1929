import { describe, expect, it } from 'vitest';
import { QueueEstimate } from './queue-estimate.ts';

describe('QueueEstimate', () => {
  it('knows nothing until the device has run dry once', () => {
    const sut = new QueueEstimate();
    sut.wrote(100);
    expect(sut.known).toBe(false);
    expect(sut.aheadMs(50)).toBe(0);
  });

  it('counts from there what was written and what has passed', () => {
    const sut = new QueueEstimate();
    sut.wrote(100);
    sut.ranDry(1_000);
    sut.wrote(40);
    sut.wrote(20);
    expect(sut.aheadMs(1_010)).toBe(50);
    expect(sut.aheadMs(1_100)).toBe(-40);
    sut.ranDry(1_100);
    expect(sut.aheadMs(1_100)).toBe(0);
  });
});
