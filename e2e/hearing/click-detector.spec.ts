import { describe, expect, it } from 'vitest';
import { opusCodec } from '../../client/audio/opus-codec.ts';
import { framesOf, joined, noise, tone } from '../../client/audio/testing/sounds.ts';
import { findClicks, findImpulses, impulseTrain } from './click-detector.ts';
import { committedSpeech, speech } from './speech.ts';

const VOICES = { anna: speech('anna'), bruno: speech('bruno'), clara: speech('clara'), committed: committedSpeech() };

async function overOpus(samples: Float32Array): Promise<Float32Array> {
  const encoder = await opusCodec.createEncoder({ bitrateBps: 32_000 });
  const decoder = await opusCodec.createDecoder();
  const frames = framesOf(samples).map((frame) => decoder.decode(encoder.encode(frame))!);
  encoder.free();
  decoder.free();
  return joined(frames);
}

describe('findClicks', () => {
  describe.each(Object.entries(VOICES))('in the speech of %s', (_, voice) => {
    it('finds none, neither in the original nor after Opus', async () => {
      expect(findClicks(voice)).toEqual([]);
      expect(findClicks(await overOpus(voice))).toEqual([]);
    });

    it('finds every step of 0.01 in what was heard of it, wherever it is', async () => {
      const broken = await overOpus(voice);
      const steps = Array.from({ length: Math.floor(voice.length / 9_000) - 1 }, (_unused, i) => (i + 1) * 9_000);
      for (const step of steps) {
        for (let i = 0; i < 1_500; i++) broken[step + i]! += 0.01 * (1 - i / 1_500);
      }
      const found = findClicks(broken).map(({ positionSamples }) => positionSamples);
      expect(found).toHaveLength(steps.length);
      found.forEach((position, i) => expect(Math.abs(position - steps[i]!)).toBeLessThan(24));
    });
  });

  it('finds both ends of a missing frame', () => {
    const gappy = tone(220, 0.3, 48_000);
    gappy.fill(0, 20_050, 21_010);
    expect(findClicks(gappy).map(({ positionSamples }) => Math.round(positionSamples / 10))).toEqual([2_005, 2_101]);
  });

  it('finds none in tones, hiss and silence', () => {
    for (const sound of [tone(997, 0.9, 48_000), noise(1, 0.5, 48_000), new Float32Array(48_000)]) {
      expect(findClicks(sound)).toEqual([]);
    }
  });
});

describe('findImpulses', () => {
  const positions = [9_600, 48_000.5, 91_234.25];

  it('finds each to a fraction of a sample', () => {
    const found = findImpulses(impulseTrain(positions, 96_000), 9_600);
    expect(found).toHaveLength(3);
    found.forEach((position, i) => expect(position).toBeCloseTo(positions[i]!, 0));
  });

  it('finds each after Opus to within 0.2 ms, noise notwithstanding', async () => {
    const recorded = (await overOpus(impulseTrain(positions, 96_000))).map((sample, i) => sample + HISS[i]!);
    const found = findImpulses(recorded, 9_600);
    expect(found).toHaveLength(3);
    // 312 samples are Opus' own delay.
    found.forEach((position, i) => expect(Math.abs(position - 312 - positions[i]!)).toBeLessThan(10));
  });

  it('finds one at the very end, and none in silence', () => {
    expect(findImpulses(impulseTrain([47_900], 48_000), 9_600)).toHaveLength(1);
    expect(findImpulses(new Float32Array(48_000), 9_600)).toEqual([]);
  });
});

const HISS = noise(5, 0.003, 96_000);
