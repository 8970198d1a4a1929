import { describe, expect, it } from 'vitest';
import { opusCodec } from '../../client/audio/opus-codec.ts';
import { framesOf, joined, noise } from '../../client/audio/testing/sounds.ts';
import { heard, silentOf } from './heard.ts';
import { speech } from './speech.ts';

/** As others hear it. */
async function overOpus(samples: Float32Array): Promise<Float32Array> {
  const encoder = await opusCodec.createEncoder({ bitrateBps: 32_000 });
  const decoder = await opusCodec.createDecoder();
  const frames = framesOf(samples).map((frame) => decoder.decode(encoder.encode(frame))!);
  encoder.free();
  decoder.free();
  return joined(frames);
}

function mixed(...parts: (readonly [samples: Float32Array, gain: number])[]): Float32Array {
  const length = Math.max(...parts.map(([samples]) => samples.length));
  return Float32Array.from({ length }, (_, i) =>
    parts.reduce((sum, [samples, gain]) => sum + gain * (samples[i] ?? 0), 0),
  );
}

const anna = speech('anna');
const bruno = speech('bruno');
const clara = speech('clara');
const [annaHeard, brunoHeard, claraHeard] = await Promise.all([overOpus(anna), overOpus(bruno), overOpus(clara)]);

describe('heard', () => {
  it('judges a recording that begins at another time and is quieter', () => {
    const recorded = new Float32Array(annaHeard.length + 30_000);
    recorded.set(
      annaHeard.map((sample) => 0.2 * sample),
      30_000,
    );
    const result = heard(anna, recorded);
    expect(result.stoi).toBeGreaterThan(0.97);
    expect(result.worstStoi).toBeGreaterThan(0.95);
    // 312 samples are Opus' own.
    expect(Math.abs(result.lagSamples - 30_312)).toBeLessThan(48);
    expect(result.gain).toBeGreaterThan(0.15);
    expect(result.gain).toBeLessThan(0.25);
  });

  it('judges any stretch of a loop', () => {
    const recorded = mixed([brunoHeard, 1]).subarray(100_000);
    const twice = Float32Array.from([...recorded, ...brunoHeard]);
    expect(heard(bruno, twice, { looped: true }).meanStoi).toBeGreaterThan(0.9);
  });

  it('notices gaps in the worst segment, and in the mean', () => {
    const gappy = annaHeard.map((sample, i) => (i > 96_000 && i < 192_000 && i % 9_600 < 1_920 ? 0 : sample));
    const result = heard(anna, gappy);
    expect(result.stoi).toBeGreaterThan(0.97);
    expect(result.worstStoi).toBeLessThan(0.9);
    expect(result.meanStoi).toBeLessThan(result.stoi);
  });

  it('finds little of one voice in another', () => {
    const result = heard(anna, brunoHeard);
    expect(result.estoi).toBeLessThan(0.5);
    expect(result.correlation).toBeLessThan(0.5);
  });

  it('refuses a silent recording', () => {
    expect(() => heard(anna, new Float32Array(96_000))).toThrow(RangeError);
  });
});

describe('silentOf', () => {
  const together = mixed([annaHeard, 1], [brunoHeard, 1]);

  it('finds each of three voices that talk at once', () => {
    const all = mixed([annaHeard, 1], [brunoHeard, 1], [claraHeard, 1]);
    expect([anna, bruno, clara].map((voice) => silentOf(voice, all).silent)).toEqual([false, false, false]);
  });

  it('vouches that a voice is not among two others', () => {
    expect(silentOf(clara, together)).toMatchObject({ silent: true });
    expect(silentOf(anna, mixed([brunoHeard, 1], [claraHeard, 1])).silent).toBe(true);
    expect(silentOf(bruno, mixed([annaHeard, 1], [claraHeard, 1])).silent).toBe(true);
  });

  it('finds a trace 10 dB below two others', () => {
    expect(silentOf(clara, mixed([together, 1], [claraHeard, 0.32])).silent).toBe(false);
  });

  it('finds a voice that is there only for two seconds', () => {
    const recorded = noise(1, 0.001, 480_000);
    annaHeard.subarray(48_000, 144_000).forEach((sample, i) => (recorded[200_000 + i]! += sample));
    expect(silentOf(anna, recorded).silent).toBe(false);
  });

  it('hears nothing in noise, nor in silence', () => {
    expect(silentOf(anna, noise(2, 0.1, 240_000)).silent).toBe(true);
    expect(silentOf(anna, new Float32Array(240_000))).toMatchObject({ silent: true, levelDbfs: -Infinity });
  });
});
