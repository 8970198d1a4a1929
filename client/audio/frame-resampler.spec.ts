import { describe, expect, it } from 'vitest';

import { FrameResampler } from './frame-resampler.ts';

const TO = 960;

function sine(hz: number, rateHz: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));
}

function convert(samples: Float32Array, fromSamples: number): Float32Array {
  const sut = new FrameResampler(fromSamples, TO);
  const frames = samples.length / fromSamples;
  const out = new Float32Array(frames * TO);
  for (let i = 0; i < frames; i++) {
    out.set(sut.convert(samples.subarray(i * fromSamples, (i + 1) * fromSamples)), i * TO);
  }
  return out;
}

/** Power of the sine that fits best over that of the rest, in dB, past the filter's start. */
function signalToNoiseDb(samples: Float32Array, hz: number): number {
  const part = samples.subarray(TO);
  let inPhase = 0;
  let quadrature = 0;
  let power = 0;
  part.forEach((sample, i) => {
    const angle = (2 * Math.PI * hz * i) / 48_000;
    inPhase += sample * Math.sin(angle);
    quadrature += sample * Math.cos(angle);
    power += sample * sample;
  });
  const signal = (2 * (inPhase ** 2 + quadrature ** 2)) / part.length;
  return 10 * Math.log10(signal / (power - signal));
}

describe(FrameResampler, () => {
  it.each([
    { rateHz: 44_100, hz: 1_000, atLeastDb: 80 },
    { rateHz: 44_100, hz: 15_000, atLeastDb: 70 },
    { rateHz: 16_000, hz: 1_000, atLeastDb: 80 },
    { rateHz: 96_000, hz: 1_000, atLeastDb: 80 },
  ])('keeps a tone of $hz Hz at $rateHz Hz, without a seam between frames', ({ rateHz, hz, atLeastDb }) => {
    const out = convert(sine(hz, rateHz, rateHz), rateHz / 50);
    expect(signalToNoiseDb(out, hz)).toBeGreaterThan(atLeastDb);
    expect(Math.max(...out.subarray(TO))).toBeCloseTo(1, 1);
  });

  it('takes away what the lower rate cannot carry', () => {
    const out = convert(sine(30_000, 96_000, 96_000), 1920);
    expect(Math.max(...out.subarray(TO))).toBeLessThan(0.001);
  });

  it('leaves a constant as it is', () => {
    const out = convert(new Float32Array(8820).fill(0.5), 882);
    expect(out.subarray(TO).every((sample) => Math.abs(sample - 0.5) < 1e-6)).toBe(true);
  });
});
