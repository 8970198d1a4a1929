import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '@switchboard/protocol';
import { FrameCutter } from './frame-cutter.ts';

describe('FrameCutter', () => {
  it('delivers every sample once, in order, in whole frames, as soon as they are there', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_500), { maxLength: 20 }), (sizes) => {
        const frames: Float32Array[] = [];
        const sut = new FrameCutter((frame) => frames.push(frame.slice()));
        let pushed = 0;
        for (const size of sizes) {
          const start = pushed;
          sut.push(Float32Array.from({ length: size }, (_, i) => start + i));
          pushed += size;
          expect(frames).toHaveLength(Math.floor(pushed / FRAME_SAMPLES));
        }
        const samples = frames.flatMap((frame) => [...frame]);
        expect(samples.every((sample, i) => sample === i)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
