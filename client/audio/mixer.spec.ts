import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from './frame.ts';
import { LIMITER_DELAY_SAMPLES } from './limiter.ts';
import { Mixer } from './mixer.ts';
import { babble, framesOf, joined, noise } from './testing/sounds.ts';

describe('Mixer', () => {
  it('adds its speakers up, as late as its limiter is', () => {
    const voices = [1, 2, 3].map((seed) => noise(seed, 0.2, FRAME_SAMPLES));
    const mixed = new Mixer().mix(voices).subarray(LIMITER_DELAY_SAMPLES);
    const sum = (i: number): number => voices.reduce((total, voice) => total + voice[i]!, 0);
    expect(mixed.every((sample, i) => Math.abs(sample - sum(i)) < 1e-6)).toBe(true);
  });

  it('makes silence of nobody', () => {
    expect(new Mixer().mix([])).toEqual(new Float32Array(FRAME_SAMPLES));
  });

  it('leaves its inputs as they were, and its output is the caller’s', () => {
    const sut = new Mixer();
    const input = noise(1, 0.9, FRAME_SAMPLES);
    const before = input.slice();
    const first = sut.mix([input, input]);
    const kept = first.slice();
    sut.mix([input]);
    expect([input, first]).toEqual([before, kept]);
  });

  it('stays within ±1 when everybody shouts at once', () => {
    const sut = new Mixer();
    const voices = [90, 120, 150, 180, 210, 240].map((pitch) => framesOf(babble(pitch, 3, 48_000)));
    const mixed = joined(voices[0]!.map((_, i) => sut.mix(voices.map((frames) => frames[i]!))));
    expect(mixed.every((sample) => Math.abs(sample) <= 1)).toBe(true);
    expect(mixed.some((sample) => Math.abs(sample) > 0.9)).toBe(true);
  });
});
