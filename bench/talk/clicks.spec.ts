import { describe, expect, it } from 'vitest';
import { breath, clickedSpeech, delaysOf } from './clicks.ts';
import { meanSquare, powerToDbfs } from '../../client/audio/frame.ts';

const speech = clickedSpeech();
const saidAtMs = (position: number): number => 5_000 + position / 48;

/** The speech as it is heard `delayMs` later by a recorder that runs since 4,000. */
function heardAfter(delayMs: number, sound = speech.sound): Float32Array {
  const recording = new Float32Array(Math.round((1_000 + delayMs) * 48) + sound.length);
  recording.set(sound, Math.round((1_000 + delayMs) * 48));
  return recording;
}
const heardAtMs = (position: number): number => 4_000 + position / 48;

/** The speech without its `index`th click. */
function without(index: number): Float32Array {
  const { positionSamples } = speech.clicks[index] ?? { positionSamples: Number.NaN };
  return speech.sound.map((sample, i) => (Math.abs(i - positionSamples) < 480 ? 0 : sample));
}

describe('breath', () => {
  it('has the level that was asked for', () => {
    expect(powerToDbfs(meanSquare(breath(1, -30)))).toBeCloseTo(-30, 1);
  });
});

describe('clickedSpeech', () => {
  it('pauses before each first click for longer than a gate stays open', () => {
    for (const [i, { positionSamples, first }] of speech.clicks.entries()) {
      const before = speech.sound.subarray(Math.max(0, positionSamples - 500 * 48), positionSamples - 70 * 48);
      if (first && i > 0) expect(Math.max(...before.map(Math.abs))).toBe(0);
    }
    expect(speech.clicks.filter(({ first }) => first)).toHaveLength(6);
  });

  it('puts clicks at every place within a 20 ms frame', () => {
    const quarters = new Set(speech.clicks.map(({ positionSamples }) => Math.floor((positionSamples % 960) / 240)));
    expect(quarters.size).toBe(4);
  });
});

describe('delaysOf', () => {
  it.each([1, 37.5, 240])('finds that every click took %d ms', (delayMs) => {
    const delays = delaysOf(speech, saidAtMs, heardAfter(delayMs), heardAtMs);
    expect(delays).toHaveLength(36);
    expect(delays.filter(({ first }) => first)).toHaveLength(6);
    for (const click of delays) expect(Math.abs(click.delayMs - delayMs)).toBeLessThan(0.2);
  });

  it('refuses a recording that lacks a click', () => {
    expect(() => delaysOf(speech, saidAtMs, heardAfter(50, without(7)), heardAtMs)).toThrow(
      '36 clicks were said, 35 heard',
    );
  });

  it('refuses a silent recording', () => {
    expect(() => delaysOf(speech, saidAtMs, new Float32Array(48_000), heardAtMs)).toThrow('0 heard');
  });

  it('refuses what was heard before it was said', () => {
    expect(() => delaysOf(speech, saidAtMs, heardAfter(-100), heardAtMs)).toThrow('Click 1 of 36');
  });
});
