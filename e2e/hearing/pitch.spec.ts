import { describe, expect, it } from 'vitest';
import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import { noise } from '../../client/audio/testing/sounds.ts';
import { pitchesOf, shareOfPitch, strongestHz } from './pitch.ts';
import { concatenated, speech } from './speech.ts';

/** Ten overtones, each weaker than the one before. */
function note(pitchHz: number, seconds = 1): Float32Array {
  return Float32Array.from({ length: seconds * SAMPLE_RATE_HZ }, (_, i) => {
    let sum = 0;
    for (let n = 1; n <= 10; n++) sum += (0.1 / n) * Math.sin((2 * Math.PI * n * pitchHz * i) / SAMPLE_RATE_HZ);
    return sum;
  });
}

describe('the pitch of a voice', () => {
  it.each([80, 110, 220, 350])('is found at %i Hz', (pitchHz) => {
    expect(shareOfPitch(pitchHz, note(pitchHz))).toBe(1);
    expect(shareOfPitch(pitchHz * 1.06, note(pitchHz))).toBe(0);
    expect(shareOfPitch(pitchHz / 2, note(pitchHz))).toBe(0);
  });

  it('is told as the share of what is voiced', () => {
    const sound = concatenated([note(110), new Float32Array(SAMPLE_RATE_HZ), note(150)]);
    expect(shareOfPitch(110, sound)).toBeCloseTo(0.5, 1);
  });

  it('is none of silence and of noise', () => {
    expect(pitchesOf(new Float32Array(SAMPLE_RATE_HZ))).toEqual([]);
    const hiss = noise(1, 0.3, SAMPLE_RATE_HZ);
    expect(pitchesOf(hiss)).toEqual([]);
    expect(shareOfPitch(110, hiss)).toBe(0);
  });

  it.each(['anna', 'bruno', 'clara'] as const)('moves while %s speaks', (name) => {
    expect(shareOfPitch(110, speech(name))).toBeLessThan(0.3);
  });
});

describe('the strongest frequency', () => {
  it('is that of the loudest tone', () => {
    expect(strongestHz(note(880))).toBeCloseTo(880, -1);
  });
});
