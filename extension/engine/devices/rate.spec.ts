import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';
import { toRate } from './rate.ts';

describe('toRate', () => {
  it.each([16_000, 32_000, 44_100, 96_000, 192_000])(
    'makes whole frames of %i Hz that join without a seam',
    (rateHz) => {
      const convert = toRate(rateHz);
      const second = Float32Array.from(
        { length: SAMPLE_RATE_HZ },
        (_, n) => 0.5 * Math.sin((2 * Math.PI * 997 * n) / SAMPLE_RATE_HZ),
      );
      const output: number[] = [];
      for (let n = 0; n < second.length; n += FRAME_SAMPLES)
        output.push(...convert(second.slice(n, n + FRAME_SAMPLES)));
      expect(output).toHaveLength(rateHz);
      // A sine is what it was a period and two periods before: x(n) = 2 cos(ω) x(n − 1) − x(n − 2).
      const feedback = 2 * Math.cos((2 * Math.PI * 997) / rateHz);
      const errors = output.map((sample, n) => (n < 1_000 ? 0 : sample - feedback * output[n - 1]! + output[n - 2]!));
      expect(errors.reduce((largest, error) => Math.max(largest, Math.abs(error)), 0)).toBeLessThan(1e-4);
    },
  );

  it('gives the frame itself at 48 kHz', () => {
    const frame = new Float32Array(960);
    expect(toRate(48_000)(frame)).toBe(frame);
  });

  it.each([11_025, 0, -48_000, NaN])('refuses %d Hz', (rateHz) => {
    expect(() => toRate(rateHz)).toThrow(RangeError);
  });
});
