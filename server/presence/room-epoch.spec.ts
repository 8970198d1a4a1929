import { beforeEach, describe, expect, it } from 'vitest';
import { EPOCH_GATHER_MS, type EpochGrant } from '@switchboard/protocol';
import { CountingRandomness } from '../testing/counting-randomness.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { RoomEpoch } from './room-epoch.ts';

describe('RoomEpoch', () => {
  let clock: ManualClock;
  let announced: EpochGrant[];
  let sut: RoomEpoch;

  beforeEach(() => {
    clock = new ManualClock();
    announced = [];
    sut = new RoomEpoch('lobby', clock, new CountingRandomness(), (grant) => announced.push(grant));
  });

  it('has a secret of 32 bytes from the start', () => {
    expect(sut.grant).toEqual({ channelId: 'lobby', epoch: 0, secret: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('gathers a crowd that leaves into one new secret, due two seconds after the first', () => {
    const before = sut.grant;
    sut.rotateSoon();
    clock.advance(EPOCH_GATHER_MS - 1);
    sut.rotateSoon();
    expect(announced).toEqual([]);
    clock.advance(1);
    expect(announced).toEqual([sut.grant]);
    expect(sut.grant.epoch).toBe(before.epoch + 1);
    expect(sut.grant.secret).not.toBe(before.secret);
    clock.advance(10 * EPOCH_GATHER_MS);
    expect(announced).toHaveLength(1);
  });

  it('rotates again for who leaves later', () => {
    for (const _ of [1, 2]) {
      sut.rotateSoon();
      clock.advance(EPOCH_GATHER_MS);
    }
    expect(announced.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('rotates at once on request, and then not again for those gathered', () => {
    sut.rotateSoon();
    sut.rotateNow();
    expect(announced).toHaveLength(1);
    clock.advance(EPOCH_GATHER_MS);
    expect(announced).toHaveLength(1);
  });

  it('leaves no timer behind when the room is empty', () => {
    sut.rotateSoon();
    sut.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
