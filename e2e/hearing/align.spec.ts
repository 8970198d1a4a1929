import { describe, expect, it } from 'vitest';
import { noise } from '../../client/audio/testing/sounds.ts';
import { resample } from '../../client/audio/resample.ts';
import { align } from './align.ts';
import { committedSpeech, concatenated } from './speech.ts';

const spoken = committedSpeech();

/** What a recorder got: later, quieter, with hiss. */
function recording(lag: number, gain: number, hiss = 0.001): Float32Array {
  const recorded = noise(1, hiss, spoken.length + Math.max(0, lag));
  return recorded.map((sample, i) => sample + gain * (spoken[i - lag] ?? 0));
}

describe('align', () => {
  it.each([0, 1, 4_711, 100_003])('finds a delay of %i samples, and the gain', (lag) => {
    const found = align(spoken, recording(lag, 0.3));
    expect(found.lagSamples).toBeCloseTo(lag, 0);
    expect(found.gain).toBeCloseTo(0.3, 2);
    expect(found.correlation).toBeGreaterThan(0.99);
  });

  it('finds where a recording began that missed the beginning', () => {
    expect(align(spoken, spoken.subarray(50_000)).lagSamples).toBeCloseTo(-50_000, 0);
  });

  it('finds the place in a loop, whatever was recorded of it', () => {
    const looped = concatenated([spoken, spoken, spoken]);
    for (const start of [0, 12_345, 250_000]) {
      const found = align(spoken, looped.subarray(start, start + 400_000), { looped: true });
      expect(found.lagSamples).toBeCloseTo((spoken.length - start) % spoken.length, 0);
      expect(found.segments.every(({ correlation }) => correlation > 0.99)).toBe(true);
    }
  });

  it('tells a fast clock from a slow one to a few ppm', () => {
    // 48,000 samples of the speaker become 48,005 of the recorder: 104 ppm.
    const found = align(spoken, resample(spoken, 48_000, 48_005));
    expect(found.driftPpm).toBeGreaterThan(94);
    expect(found.driftPpm).toBeLessThan(114);
    expect(Math.abs(align(spoken, recording(4_711, 0.5)).driftPpm)).toBeLessThan(5);
  });

  it('aligns each stretch by itself where the delay jumps', () => {
    const jumping = concatenated([spoken.subarray(0, 96_000), new Float32Array(960), spoken.subarray(96_000)]);
    const lags = align(spoken, jumping).segments.map(({ lagSamples }) => Math.round(lagSamples));
    expect(lags[0]).toBe(0);
    expect(lags.at(-1)).toBe(960);
  });

  it('leaves out stretches where nothing is', () => {
    const late = concatenated([new Float32Array(192_000), spoken]);
    expect(align(spoken, late).segments[0]!.startSamples).toBe(192_000);
  });

  it('refuses silence and nothing', () => {
    expect(() => align(spoken, new Float32Array(48_000))).toThrow(RangeError);
    expect(() => align(spoken, new Float32Array(0))).toThrow(RangeError);
    expect(() => align(new Float32Array(0), spoken)).toThrow(RangeError);
  });
});
