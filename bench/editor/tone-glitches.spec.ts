import { describe, expect, it } from 'vitest';
import { opusCodec } from '../../client/audio/opus-codec.ts';
import { tone, toneGlitches } from './tone-glitches.ts';

const steady = tone(3, 0.2);
const AT = 96_480;

/** Without these samples, with these instead. */
function spliced(at: number, without: number, ...instead: Float32Array[]): Float32Array {
  return Float32Array.from([
    ...steady.subarray(0, at),
    ...instead.flatMap((part) => [...part]),
    ...steady.subarray(at + without),
  ]);
}

describe('toneGlitches', () => {
  it('finds nothing in a steady tone', () => {
    expect(toneGlitches(steady)).toEqual([]);
  });

  it('finds nothing in what a codec makes of it, but a frame that it had to make up', async () => {
    const encoder = await opusCodec.createEncoder({ bitrateBps: 32_000 });
    const decoder = await opusCodec.createDecoder();
    const frames = Array.from({ length: 150 }, (_, i) => encoder.encode(steady.subarray(i * 960, (i + 1) * 960)));
    const decoded = (lost?: number): Float32Array => {
      const parts = frames.map((frame, i) => (i === lost ? decoder.conceal() : decoder.decode(frame)!));
      // It takes a fifth of a second to settle.
      return Float32Array.from(parts.slice(15).flatMap((part) => [...part]));
    };
    expect(toneGlitches(decoded())).toEqual([]);
    expect(toneGlitches(decoded(100))).toHaveLength(1);
    encoder.free();
    decoder.free();
  });

  it('finds a hole of 4 ms', () => {
    const [glitch, ...more] = toneGlitches(spliced(AT, 192, new Float32Array(192)));
    expect(glitch?.atSamples).toBeCloseTo(AT, -3);
    expect(more).toEqual([]);
  });

  it('finds what was left out', () => {
    expect(toneGlitches(spliced(AT, 30))).toHaveLength(1);
  });

  it('finds what was repeated', () => {
    expect(toneGlitches(spliced(AT, 0, steady.subarray(AT - 470, AT)))).toHaveLength(1);
  });

  it('tells one long silence from two short ones', () => {
    expect(toneGlitches(spliced(48_000, 24_000, new Float32Array(24_000)))).toEqual([
      { atSamples: 48_000, lengthSamples: expect.closeTo(24_000, -3) as number },
    ]);
    const twice = spliced(48_000, 480, new Float32Array(480));
    twice.fill(0, 96_000, 96_480);
    expect(toneGlitches(twice)).toHaveLength(2);
  });

  it('refuses silence', () => {
    expect(() => toneGlitches(new Float32Array(48_000))).toThrow('no tone');
  });
});
