import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketHeap } from './packet-heap.ts';

describe('PacketHeap', () => {
  it('gives back in order of sequence what came in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), (sequences) => {
        const sut = new PacketHeap<{ sequence: number }>();
        sequences.forEach((sequence) => sut.push({ sequence }));
        const popped = Array.from({ length: sequences.length }, () => sut.pop()?.sequence);
        expect(popped).toEqual([...sequences].sort((a, b) => a - b));
        expect(sut.size).toBe(0);
      }),
    );
  });

  it('has its least on top at any time', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(50))), (steps) => {
        const sut = new PacketHeap<{ sequence: number }>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === null) {
            sut.pop();
            model.shift();
          } else {
            sut.push({ sequence: step });
            model.push(step);
            model.sort((a, b) => a - b);
          }
          expect(sut.peek()?.sequence).toBe(model[0]);
          expect(sut.size).toBe(model.length);
        }
      }),
    );
  });

  it('is empty without complaint', () => {
    const sut = new PacketHeap<{ sequence: number }>();
    expect([sut.peek(), sut.pop(), sut.size, sut.some(() => true)]).toEqual([undefined, undefined, 0, false]);
  });
});
