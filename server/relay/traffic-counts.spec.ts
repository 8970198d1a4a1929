import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrafficCounts } from './traffic-counts.ts';

describe('TrafficCounts', () => {
  it('starts at nothing', () => {
    const sut = new TrafficCounts(TrafficCounts.allocate(3), 2);
    expect([sut.received, sut.sent]).toEqual([0, 0]);
  });

  it('counts received one by one and sent by trains, apart', () => {
    const sut = new TrafficCounts(TrafficCounts.allocate(1), 0);
    sut.addReceived();
    sut.addReceived();
    sut.addSent(5);
    sut.addSent(1);
    expect([sut.received, sut.sent]).toEqual([2, 6]);
  });

  it('tells every thread the sum of what all of them counted', () => {
    const threads = 4;
    const counted = fc.record({ thread: fc.nat({ max: threads - 1 }), packets: fc.nat({ max: 60 }) });
    fc.assert(
      fc.property(fc.array(counted), (counts) => {
        const shared = TrafficCounts.allocate(threads);
        const all = Array.from({ length: threads }, (_, thread) => new TrafficCounts(shared, thread));
        for (const { thread, packets } of counts) {
          all[thread]?.addReceived();
          all[thread]?.addSent(packets);
        }
        const sent = counts.reduce((sum, { packets }) => sum + packets, 0);
        for (const sut of all) expect([sut.received, sut.sent]).toEqual([counts.length, sent]);
      }),
    );
  });

  it('lets no two threads write to the same cell: there is no lock', () => {
    const shared = TrafficCounts.allocate(3);
    for (let thread = 0; thread < 3; thread++) {
      const sut = new TrafficCounts(shared, thread);
      sut.addSent(10 + thread);
      sut.addReceived();
    }
    expect([...new Uint32Array(shared)].sort((one, other) => one - other)).toEqual([1, 1, 1, 10, 11, 12]);
  });

  it('goes on modulo 2^32, in a thread and in the sum of all', () => {
    const shared = TrafficCounts.allocate(2);
    const [first, second] = [0, 1].map((thread) => new TrafficCounts(shared, thread));
    first!.addSent(0xffffffff);
    expect(second!.sent).toBe(0xffffffff);
    second!.addSent(3);
    expect(first!.sent).toBe(2);
    first!.addSent(2);
    expect(second!.sent).toBe(4);
  });

  it('is of one session: others have other memory', () => {
    const sut = new TrafficCounts(TrafficCounts.allocate(1), 0);
    new TrafficCounts(TrafficCounts.allocate(1), 0).addReceived();
    expect(sut.received).toBe(0);
  });
});
