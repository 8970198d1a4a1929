import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SampleBuffer } from './frame-assembler.ts';
import { PlaybackQueue, type PlaybackLead } from './playback-queue.ts';

const FRAME = 960;
const QUANTUM = 128;
const LEAD: PlaybackLead = {
  startSamples: 1000,
  minSamples: 500,
  maxSamples: 3000,
  growSamples: 400,
  shrinkShare: 0.5,
  marginSamples: 200,
  windowSamples: 50 * QUANTUM,
};

/** A queue, and an engine that numbers the samples from 1 and answers when it is told to. */
function setUp(lead: PlaybackLead = LEAD) {
  const orders: SampleBuffer[] = [];
  let next = 1;
  const sut = new PlaybackQueue(FRAME, lead, (buffer) => orders.push(buffer));
  const answer = (count = Infinity): void => {
    for (const buffer of orders.splice(0, count)) {
      for (let i = 0; i < buffer.length; i++) buffer[i] = next++;
      sut.fill(buffer);
    }
  };
  const read = (length = QUANTUM): number[] => {
    const out = new Float32Array(length).fill(-1);
    sut.read(out);
    return [...out];
  };
  return { sut, orders, answer, read };
}

describe(PlaybackQueue, () => {
  it('plays what it is given, each sample once and in order, whatever the quanta', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 60 }), (quanta) => {
        const { answer, read, sut } = setUp();
        read();
        answer();
        const heard = quanta.flatMap((length) => {
          const samples = read(length);
          answer();
          return samples;
        });
        expect(heard).toEqual(heard.map((_, i) => i + 1));
        expect(sut.figures.underruns).toBe(0);
      }),
    );
  });

  it('asks for as many frames as the lead needs, and no more while they are on order', () => {
    const { orders, read } = setUp();
    read();
    read();
    expect(orders).toHaveLength(Math.ceil(LEAD.startSamples / FRAME));
  });

  it('takes the wait for the first frame for no gap', () => {
    const { read, sut } = setUp();
    for (let i = 0; i < 20; i++) read();
    expect(sut.figures).toEqual({ underruns: 0, missingSamples: 0, leadSamples: LEAD.startSamples });
  });

  it('counts a gap once, with the silence it cost, and asks earlier from then on', () => {
    const { answer, read, sut } = setUp();
    read();
    answer();
    while (sut.figures.underruns === 0) read();
    read();
    expect(sut.figures).toEqual({
      underruns: 1,
      // Two frames are fifteen quanta: the gap is the sixteenth and the one after.
      missingSamples: 2 * QUANTUM,
      leadSamples: LEAD.startSamples + LEAD.growSamples,
    });
  });

  it('plays silence in a gap, and throws away the frames whose time passed in it', () => {
    const { answer, orders, read } = setUp();
    read();
    answer();
    for (let i = 0; i < 15; i++) read();
    const gapQuanta = 20;
    for (let i = 0; i < gapQuanta; i++) expect(read()).toEqual(Array.from({ length: QUANTUM }, () => 0));
    expect(orders.length).toBeGreaterThan(2);
    answer();
    const skipped = Math.floor((gapQuanta * QUANTUM) / FRAME);
    expect(read()[0]).toBe((2 + skipped) * FRAME + 1);
  });

  it('asks for as many frames as time has passed, whatever the gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }), (stalls) => {
        let asked = 0;
        let waiting: SampleBuffer[] = [];
        const sut = new PlaybackQueue(FRAME, LEAD, (buffer) => {
          asked++;
          waiting.push(buffer);
        });
        const out = new Float32Array(QUANTUM);
        const answer = (): void => {
          const answered = waiting;
          waiting = [];
          for (const buffer of answered) sut.fill(buffer);
        };
        sut.read(out);
        answer();
        let played = 0;
        for (const stall of stalls) {
          for (let i = 0; i < stall; i++) sut.read(out);
          played += stall * QUANTUM;
          answer();
        }
        // What could not be asked for while all the buffers were out is made up for as soon as they are back.
        for (let i = 0; i < 200; i++) {
          sut.read(out);
          answer();
        }
        played += 200 * QUANTUM;
        const aheadSamples = asked * FRAME - played;
        expect(aheadSamples).toBeGreaterThanOrEqual(0);
        expect(aheadSamples).toBeLessThanOrEqual(LEAD.maxSamples + 2 * FRAME);
      }),
    );
  });

  it('says when its figures have changed', () => {
    const { answer, sut } = setUp();
    const out = new Float32Array(QUANTUM);
    expect(sut.read(out)).toBe(false);
    answer();
    const changes = Array.from({ length: 18 }, () => sut.read(out));
    expect(changes.filter(Boolean)).toHaveLength(1);
  });

  it('gives back what a quiet window has not needed, down to the least', () => {
    const { answer, read, sut } = setUp();
    const leads: number[] = [];
    for (let i = 0; i < 2000; i++) {
      read();
      answer();
      leads.push(sut.figures.leadSamples);
    }
    expect(leads).toEqual(leads.toSorted((a, b) => b - a));
    // At least a quantum short of the lead is always there; half of what exceeds the margin goes at the first window.
    const unneeded = LEAD.startSamples - QUANTUM - LEAD.marginSamples;
    expect(leads.find((lead) => lead !== LEAD.startSamples)).toBeLessThanOrEqual(LEAD.startSamples - unneeded / 2);
    expect(sut.figures.leadSamples).toBe(LEAD.minSamples);
    expect(sut.figures.underruns).toBe(0);
  });

  it('keeps the lead within its bounds and its buffers in circulation, however late the answers are', () => {
    const step = fc.oneof(fc.constant('read' as const), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const { answer, orders, read, sut } = setUp();
        let last = 0;
        for (const action of steps) {
          if (action !== 'read') answer(action);
          else {
            for (const sample of read().filter((value) => value !== 0)) {
              expect((sample - last - 1) % FRAME).toBe(0);
              expect(sample).toBeGreaterThan(last);
              last = sample;
            }
          }
          const { leadSamples } = sut.figures;
          expect(leadSamples).toBeGreaterThanOrEqual(LEAD.minSamples);
          expect(leadSamples).toBeLessThanOrEqual(LEAD.maxSamples);
          expect(orders.length).toBeLessThanOrEqual(Math.ceil(LEAD.maxSamples / FRAME) + 2);
        }
      }),
    );
  });

  it('refuses a frame of another size', () => {
    const { read, sut } = setUp();
    read();
    sut.fill(new Float32Array(12).fill(1));
    expect(read().every((sample) => sample === 0)).toBe(true);
  });
});
