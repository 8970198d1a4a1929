import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { amplitudeToDbfs, meanSquare } from '../../client/audio/frame.ts';
import { committedSpeech, speech, type VoiceName } from './speech.ts';

const VOICES: readonly VoiceName[] = ['anna', 'bruno', 'clara'];

describe('speech', () => {
  it.each(VOICES)('has 4 to 12 s of %s at −24 dBFS, within full scale', (name) => {
    const samples = speech(name);
    expect(samples.length / 48_000).toBeGreaterThan(4);
    expect(samples.length / 48_000).toBeLessThan(12);
    expect(amplitudeToDbfs(Math.sqrt(meanSquare(samples)))).toBeCloseTo(-24, 3);
    expect(samples.every((sample) => Math.abs(sample) < 1)).toBe(true);
  });

  it('says the same each time', () => {
    expect(speech('bruno')).toEqual(speech('bruno'));
  });

  it('brings a sample of its own that is small', () => {
    expect(committedSpeech().length / 48_000).toBeGreaterThan(5);
    expect(statSync(new URL('speech.wav', import.meta.url)).size).toBeLessThan(300_000);
  });
});
