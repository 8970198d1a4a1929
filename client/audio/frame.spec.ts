import { describe, expect, it } from 'vitest';
import {
  FRAME_SAMPLES,
  advanceTimestamp,
  amplitudeToDbfs,
  dbfsToAmplitude,
  meanSquare,
  powerToDbov,
  sanitizeSamples,
  timestampDistance,
} from './frame.ts';
import { tone } from './testing/sounds.ts';

describe('levels', () => {
  it('takes a full-scale square wave as 0 dBov and a full-scale sine as −3', () => {
    expect(powerToDbov(meanSquare(new Float32Array(FRAME_SAMPLES).fill(-1)))).toBe(0);
    expect(powerToDbov(meanSquare(tone(1000, 1, FRAME_SAMPLES)))).toBe(3);
  });

  it('takes silence, and what is quieter than −127 dBov, as 127', () => {
    expect(powerToDbov(meanSquare(new Float32Array(FRAME_SAMPLES)))).toBe(127);
    expect(powerToDbov(1e-20)).toBe(127);
    expect(powerToDbov(meanSquare(new Float32Array(0)))).toBe(127);
  });

  it('never leaves 0..127, whatever comes in', () => {
    for (const power of [Infinity, 1e9, -1, NaN, Number.MIN_VALUE]) {
      expect(powerToDbov(power)).toBeGreaterThanOrEqual(0);
      expect(powerToDbov(power)).toBeLessThanOrEqual(127);
    }
  });

  it('converts amplitudes there and back', () => {
    expect(amplitudeToDbfs(0.5)).toBeCloseTo(-6.0206, 4);
    expect(dbfsToAmplitude(amplitudeToDbfs(0.123))).toBeCloseTo(0.123, 12);
  });
});

describe('the audio clock', () => {
  it('wraps after 32 bits', () => {
    expect(advanceTimestamp(0xffff_ffff, FRAME_SAMPLES)).toBe(FRAME_SAMPLES - 1);
  });

  it('measures distances across the wrap, in both directions', () => {
    expect(timestampDistance(0xffff_ff00, 0x100)).toBe(0x200);
    expect(timestampDistance(0x100, 0xffff_ff00)).toBe(-0x200);
  });
});

describe('sanitizeSamples', () => {
  it('replaces what is no finite number, clamps the rest and counts only the former', () => {
    const samples = Float32Array.of(NaN, Infinity, -Infinity, 1.5, -7, 0.25);
    expect(sanitizeSamples(samples)).toBe(3);
    expect([...samples]).toEqual([0, 0, 0, 1, -1, 0.25]);
  });
});
