import { describe, expect, it } from 'vitest';
import { meanSquare } from '../../client/audio/frame.ts';
import { noise } from '../../client/audio/testing/sounds.ts';
import { committedSpeech } from './speech.ts';
import { intelligibility } from './stoi.ts';

/** 3 s are enough to judge by. */
const spoken = committedSpeech().subarray(0, 144_000);
const hiss = noise(7, 1, spoken.length);

/** Speech with white noise at a signal-to-noise ratio. */
function noisy(snrDb: number, clean = spoken): Float32Array {
  const white = noise(7, 1, clean.length);
  const gain = Math.sqrt(meanSquare(clean) / meanSquare(white)) * 10 ** (-snrDb / 20);
  return clean.map((sample, i) => sample + gain * white[i]!);
}

describe('intelligibility', () => {
  it('is 1 for the same sound, at any level', () => {
    const { stoi, estoi } = intelligibility(
      spoken,
      spoken.map((sample) => 0.05 * sample),
    );
    expect(stoi).toBeCloseTo(1, 6);
    expect(estoi).toBeCloseTo(1, 6);
  });

  it('falls as noise rises', () => {
    const figures = [30, 10, 0, -10, -20].map((snr) => intelligibility(spoken, noisy(snr)));
    figures.slice(1).forEach(({ stoi, estoi }, i) => {
      expect(stoi).toBeLessThan(figures[i]!.stoi);
      expect(estoi).toBeLessThan(figures[i]!.estoi);
    });
    expect(figures[0]!.stoi).toBeGreaterThan(0.95);
  });

  it('is 0 for silence, and for noise alone as far as the measures go', () => {
    const alone = intelligibility(spoken, hiss);
    // STOI clips the noise to the speech's own shape: by construction it stays near 0.4, where nothing is understood.
    expect(alone.stoi).toBeLessThan(0.5);
    expect(Math.abs(alone.estoi)).toBeLessThan(0.05);
    expect(intelligibility(spoken, new Float32Array(spoken.length)).stoi).toBeCloseTo(0, 6);
  });

  it('is stricter as ESTOI than as STOI on noise', () => {
    const { stoi, estoi } = intelligibility(spoken, noisy(5));
    expect(estoi).toBeLessThan(stoi);
  });

  it('falls with misalignment: a delay must be taken out first', () => {
    const delayed = (ms: number) => {
      const samples = ms * 48;
      const shifted = new Float32Array(spoken.length);
      shifted.set(spoken.subarray(0, spoken.length - samples), samples);
      return intelligibility(spoken, shifted).stoi;
    };
    expect(delayed(1)).toBeGreaterThan(0.99);
    expect(delayed(20)).toBeLessThan(0.9);
    expect(delayed(100)).toBeLessThan(0.5);
  });

  it('falls where sound is missing, by about what is missing', () => {
    const gappy = spoken.map((sample, i) => (Math.floor(i / 960) % 10 === 0 ? 0 : sample));
    const { stoi } = intelligibility(spoken, gappy);
    expect(stoi).toBeGreaterThan(0.7);
    expect(stoi).toBeLessThan(0.95);
  });

  it('counts no distortion in the pauses', () => {
    const padded = new Float32Array(spoken.length + 48_000);
    padded.set(spoken);
    const dirty = padded.map((sample, i) => (i >= spoken.length ? 0.1 * hiss[i - spoken.length]! : sample));
    expect(intelligibility(padded, dirty).stoi).toBeGreaterThan(0.98);
  });

  it('agrees on a fixed case with an independent computation in NumPy', () => {
    const whole = committedSpeech();
    const { stoi, estoi } = intelligibility(whole, noisy(0, whole));
    expect(stoi).toBeCloseTo(0.91718246, 7);
    expect(estoi).toBeCloseTo(0.75006989, 7);
  });

  it('refuses signals of different lengths, and too little speech', () => {
    expect(() => intelligibility(spoken, spoken.subarray(1))).toThrow(RangeError);
    const short = spoken.subarray(0, 9_600);
    expect(() => intelligibility(short, short)).toThrow(RangeError);
    expect(() => intelligibility(new Float32Array(0), new Float32Array(0))).toThrow(RangeError);
  });
});
