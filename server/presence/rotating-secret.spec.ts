import { beforeEach, describe, expect, it } from 'vitest';
import { EPOCH_GATHER_MS } from '@switchboard/protocol';
import { CountingRandomness } from '../testing/counting-randomness.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { RotatingSecret } from './rotating-secret.ts';

describe('RotatingSecret', () => {
  let clock: ManualClock;
  let rotated: string[];
  let sut: RotatingSecret;

  beforeEach(() => {
    clock = new ManualClock();
    rotated = [];
    sut = new RotatingSecret(clock, new CountingRandomness(), () => rotated.push(sut.hex));
  });

  it('is one secret for a crowd that leaves, two seconds after the first', () => {
    const before = sut.hex;
    sut.rotateSoon();
    clock.advance(EPOCH_GATHER_MS - 1);
    sut.rotateSoon();
    expect(rotated).toEqual([]);
    clock.advance(1);
    expect(rotated).toEqual([sut.hex]);
    expect(sut.hex).not.toBe(before);
    clock.advance(EPOCH_GATHER_MS);
    expect(rotated).toHaveLength(1);
  });

  it('forgets what was due when it rotates at once, or stops', () => {
    sut.rotateSoon();
    sut.rotateNow();
    expect(clock.pendingTimers).toBe(0);
    sut.rotateSoon();
    sut.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(rotated).toHaveLength(1);
  });
});
