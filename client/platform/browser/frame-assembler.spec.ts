import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FrameAssembler, type SampleBuffer } from './frame-assembler.ts';

const FRAME = 960;

/** Consecutive samples that a float holds exactly. */
function ramp(from: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => from + i);
}

describe(FrameAssembler, () => {
  it('delivers every sample once and in order, whatever the quanta', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2500 }), { maxLength: 30 }), (quanta) => {
        const heard: number[] = [];
        const sut: FrameAssembler = new FrameAssembler(FRAME, 4, (frame) => {
          heard.push(...frame);
          sut.recycle(frame);
        });
        let pushed = 0;
        for (const length of quanta) {
          sut.push(ramp(pushed, length));
          pushed += length;
        }
        expect(heard).toEqual([...ramp(0, pushed - (pushed % FRAME))]);
        expect(sut.dropped).toBe(0);
      }),
    );
  });

  it('drops whole frames while no buffer has come back, and then goes on in step', () => {
    const out: SampleBuffer[] = [];
    const sut = new FrameAssembler(FRAME, 2, (frame) => out.push(frame));

    for (let i = 0; i < 4; i++) sut.push(ramp(i * FRAME, FRAME));
    expect(out.map((frame) => frame[0])).toEqual([0, FRAME]);
    expect(sut.dropped).toBe(2);

    out.splice(0).forEach((frame) => sut.recycle(frame));
    sut.push(ramp(4 * FRAME, FRAME));
    sut.push(ramp(5 * FRAME, FRAME));
    expect(out.map((frame) => frame[0])).toEqual([5 * FRAME]);
  });

  it('reuses the buffers it was given back, and refuses others', () => {
    const out: SampleBuffer[] = [];
    const sut = new FrameAssembler(FRAME, 2, (frame) => out.push(frame));
    sut.recycle(new Float32Array(12));
    for (let i = 0; i < 10; i++) {
      sut.push(ramp(0, FRAME));
      const frame = out.at(-1);
      if (frame !== undefined) sut.recycle(frame);
    }
    expect(out.every((frame) => frame.length === FRAME)).toBe(true);
    expect(new Set(out).size).toBe(2);
  });
});
