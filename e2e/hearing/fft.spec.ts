import { describe, expect, it } from 'vitest';
import { noise } from '../../client/audio/testing/sounds.ts';
import { fft, fftLength, inverseFft, spectrumOf } from './fft.ts';

describe('fft', () => {
  it('is the discrete Fourier transform', () => {
    const samples = noise(1, 1, 16);
    const { re, im } = spectrumOf(samples, 16);
    for (let k = 0; k < 16; k++) {
      const angle = (n: number): number => (-2 * Math.PI * k * n) / 16;
      expect(re[k]).toBeCloseTo(
        samples.reduce((sum, sample, n) => sum + sample * Math.cos(angle(n)), 0),
        9,
      );
      expect(im[k]).toBeCloseTo(
        samples.reduce((sum, sample, n) => sum + sample * Math.sin(angle(n)), 0),
        9,
      );
    }
  });

  it('comes back by its inverse', () => {
    const samples = Float64Array.from(noise(2, 1, 1024));
    const spectrum = spectrumOf(samples, 1024);
    inverseFft(spectrum);
    expect(spectrum.re.every((value, i) => Math.abs(value - samples[i]!) < 1e-12)).toBe(true);
    expect(spectrum.im.every((value) => Math.abs(value) < 1e-12)).toBe(true);
  });

  it('refuses a length that is no power of two', () => {
    expect(() => fft({ re: new Float64Array(12), im: new Float64Array(12) })).toThrow(RangeError);
  });
});

describe('fftLength', () => {
  it('is the next power of two', () => {
    expect([0, 1, 2, 3, 1024, 1025].map(fftLength)).toEqual([1, 1, 2, 4, 1024, 2048]);
  });
});
