import { describe, expect, it } from 'vitest';
import { SpokenPackets } from './spoken-packets.ts';

describe('SpokenPackets', () => {
  it('knows when each packet was sent, and what it carries', () => {
    const sut = new SpokenPackets(3);
    sut.begin(7, 2);
    for (const atMs of [10, 30, 50]) sut.say(7, atMs);
    expect([0, 1, 2].map((sequence) => sut.find(7, sequence))).toEqual([
      { sentAtMs: 10, frame: 2 },
      { sentAtMs: 30, frame: 0 },
      { sentAtMs: 50, frame: 1 },
    ]);
  });

  it('counts for each speaker', () => {
    const sut = new SpokenPackets(100);
    sut.begin(1, 0);
    sut.begin(2, 50);
    sut.say(1, 0);
    expect(sut.say(1, 0)).toEqual({ sequence: 1, frame: 1 });
    expect(sut.say(2, 0)).toEqual({ sequence: 0, frame: 50 });
  });

  it('knows nothing of what was not sent here, was sent long ago, or by somebody who has gone', () => {
    const sut = new SpokenPackets(100);
    sut.begin(1, 0);
    for (let i = 0; i < 1_025; i++) sut.say(1, i);
    expect(sut.find(1, 1_025)).toBeUndefined();
    expect(sut.find(2, 0)).toBeUndefined();
    expect(sut.find(1, 0)).toBeUndefined();
    expect(sut.find(1, 1)).toEqual({ sentAtMs: 1, frame: 1 });
    sut.end(1);
    expect(sut.find(1, 1)).toBeUndefined();
  });
});
