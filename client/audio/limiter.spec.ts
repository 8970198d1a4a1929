import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dbfsToAmplitude } from './frame.ts';
import { LIMITER_DELAY_SAMPLES, Limiter } from './limiter.ts';
import { noise, tone } from './testing/sounds.ts';

const SECOND = 48_000;

/** What comes out for `samples`, its delay taken off. */
function limited(samples: Float32Array, sut = new Limiter()): Float32Array {
  const padded = new Float32Array(samples.length + LIMITER_DELAY_SAMPLES);
  padded.set(samples);
  sut.process(padded);
  return padded.slice(LIMITER_DELAY_SAMPLES);
}

function secondDifferencePeak(samples: Float32Array): number {
  return samples.reduce(
    (most, sample, i) => (i < 2 ? most : Math.max(most, Math.abs(sample - 2 * samples[i - 1]! + samples[i - 2]!))),
    0,
  );
}

/** Amplitude of one frequency over a whole number of its periods. */
function amplitudeAt(frequencyHz: number, samples: Float32Array): number {
  const bin = samples.reduce(
    ([re, im], sample, i) => {
      const angle = (2 * Math.PI * frequencyHz * i) / SECOND;
      return [re + sample * Math.cos(angle), im + sample * Math.sin(angle)] as const;
    },
    [0, 0] as readonly [number, number],
  );
  return (2 * Math.hypot(...bin)) / samples.length;
}

describe('Limiter', () => {
  it('passes what stays below −3 dBFS untouched, bit for bit', () => {
    const quiet = noise(1, dbfsToAmplitude(-3.01), SECOND);
    expect(limited(quiet)).toEqual(quiet);
  });

  it('never lets a sample beyond ±1, whatever comes', () => {
    const any = fc.array(fc.oneof(fc.float(), fc.float({ min: -3, max: 3, noNaN: true })), { maxLength: 200 });
    fc.assert(
      fc.property(any, (samples) => {
        const output = limited(Float32Array.from(samples));
        expect(output.every((sample) => Math.abs(sample) <= 1)).toBe(true);
      }),
    );
  });

  it('turns what is no finite number into silence, and goes on unharmed', () => {
    const sut = new Limiter();
    expect([...limited(Float32Array.of(NaN, Infinity, -Infinity), sut)]).toEqual([0, 0, 0]);
    const quiet = tone(440, 0.5, 960);
    expect(limited(quiet, sut)).toEqual(quiet);
  });

  it('is transparent again soon after a loud moment', () => {
    const sut = new Limiter();
    limited(tone(300, 2, SECOND / 10), sut);
    limited(new Float32Array(SECOND / 4), sut);
    const quiet = tone(440, 0.5, 960);
    expect(limited(quiet, sut)).toEqual(quiet);
  });

  it('bends no waveform more sharply than it was, where loudness comes and goes', () => {
    const loud = tone(400, 1.8, SECOND);
    const swell = loud.map((sample, i) => sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / SECOND)));
    expect(secondDifferencePeak(limited(swell))).toBeLessThan(1.1 * secondDifferencePeak(swell));
  });

  it('does the same whether sound comes in one piece or in many', () => {
    const loud = tone(300, 2, 4_800);
    const pieces = loud.slice();
    const sut = new Limiter();
    for (let start = 0; start < pieces.length; start += 96) sut.process(pieces.subarray(start, start + 96));
    const whole = loud.slice();
    new Limiter().process(whole);
    expect(pieces).toEqual(whole);
  });

  it('distorts a steady loud tone by less than 1 %', () => {
    const output = limited(tone(200, 1.5, 2 * SECOND)).subarray(SECOND);
    const harmonics = [2, 3, 4, 5].map((k) => amplitudeAt(200 * k, output));
    expect(Math.hypot(...harmonics) / amplitudeAt(200, output)).toBeLessThan(0.01);
    expect(amplitudeAt(200, output)).toBeGreaterThan(0.9);
  });
});
