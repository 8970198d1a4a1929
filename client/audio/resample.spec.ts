import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanSquare } from './frame.ts';
import { resample } from './resample.ts';
import { noise, tone } from './testing/sounds.ts';

/** How far a tone resampled is from the tone made at that rate, in dB below it; edges left out. */
function fidelity(frequencyHz: number, fromHz: number, toHz: number): number {
  const output = resample(tone(frequencyHz, 0.5, fromHz, fromHz), fromHz, toHz);
  const ideal = tone(frequencyHz, 0.5, output.length, toHz);
  const edge = Math.round(toHz / 50);
  const middle = (samples: Float32Array): Float32Array => samples.subarray(edge, -edge);
  const error = middle(output).map((sample, i) => sample - middle(ideal)[i]!);
  return 10 * Math.log10(meanSquare(middle(ideal)) / meanSquare(error));
}

describe('resample', () => {
  it.each([
    [8_000, 48_000],
    [11_025, 48_000],
    [16_000, 48_000],
    [22_050, 48_000],
    [44_100, 48_000],
    [96_000, 48_000],
    [192_000, 48_000],
    [48_000, 10_000],
    [48_000, 44_100],
  ])('from %i to %i Hz keeps tones 95 dB clean, without delay', (from, to) => {
    const nyquist = Math.min(from, to) / 2;
    for (const share of [0.01, 0.2, 0.5, 0.75]) expect(fidelity(nyquist * share, from, to)).toBeGreaterThan(95);
  });

  it.each([5_010, 6_000, 15_000])('lets nothing of %i Hz through to 10 kHz', (frequencyHz) => {
    const output = resample(tone(frequencyHz, 0.5, 48_000), 48_000, 10_000);
    expect(10 * Math.log10(meanSquare(output.subarray(500, -500)) / 0.125)).toBeLessThan(-95);
  });

  it('keeps odd rates 60 dB clean', () => {
    expect(fidelity(1_000, 44_101, 48_000)).toBeGreaterThan(60);
    expect(fidelity(1_000, 95_999, 48_000)).toBeGreaterThan(60);
  });

  it('keeps a constant constant', () => {
    const output = resample(new Float32Array(2_000).fill(0.7), 44_100, 48_000);
    expect(output.subarray(100, -100).every((sample) => Math.abs(sample - 0.7) < 1e-6)).toBe(true);
  });

  it('copies at equal rates', () => {
    const samples = noise(1, 1, 100);
    const output = resample(samples, 48_000, 48_000);
    expect(output).toEqual(samples);
    expect(output).not.toBe(samples);
  });

  it('has the length of its duration, whatever the length and the rates', () => {
    const rates = fc.integer({ min: 4_000, max: 192_000 });
    fc.assert(
      fc.property(fc.nat(300), rates, rates, (length, from, to) => {
        const output = resample(noise(length, 1, length), from, to);
        expect(output).toHaveLength(Math.ceil((length * to) / from));
        expect(output.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each([0, -1, 0.5, NaN, Infinity])('refuses %d Hz', (rate) => {
    expect(() => resample(new Float32Array(1), rate, 48_000)).toThrow(RangeError);
  });
});
