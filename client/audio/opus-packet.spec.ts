import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opusCarriesRedundancy, opusPacketSamples } from './opus-packet.ts';

/* TOC bytes: config << 3 | stereo << 2 | count code. */
const SILK_WIDEBAND_20MS = 9 << 3;
const HYBRID_FULLBAND_20MS = 15 << 3;
const CELT_FULLBAND_20MS = 31 << 3;

describe('opusPacketSamples', () => {
  it('reads every configuration of the TOC byte (RFC 6716, table 2)', () => {
    const silk = [480, 960, 1920, 2880];
    const hybrid = [480, 960];
    const celt = [120, 240, 480, 960];
    const expected = [...silk, ...silk, ...silk, ...hybrid, ...hybrid, ...celt, ...celt, ...celt, ...celt];
    const read = Array.from({ length: 32 }, (_, config) => opusPacketSamples(Uint8Array.of(config << 3, 0)));
    expect(read).toEqual(expected);
  });

  it('counts the frames of codes 1, 2 and 3', () => {
    expect(opusPacketSamples(Uint8Array.of(HYBRID_FULLBAND_20MS | 1, 0))).toBe(1920);
    expect(opusPacketSamples(Uint8Array.of(HYBRID_FULLBAND_20MS | 2, 0))).toBe(1920);
    expect(opusPacketSamples(Uint8Array.of(HYBRID_FULLBAND_20MS | 3, 0xc6, 0))).toBe(5760);
    expect(opusPacketSamples(Uint8Array.of(SILK_WIDEBAND_20MS | 3, 0x41, 0))).toBe(960);
  });

  it.each([
    ['nothing', []],
    ['no frames', [HYBRID_FULLBAND_20MS | 3, 0x00]],
    ['a frame count that is missing', [HYBRID_FULLBAND_20MS | 3]],
    ['more than 120 ms', [HYBRID_FULLBAND_20MS | 3, 0x07]],
  ])('takes %s for no packet', (_, bytes) => {
    expect(opusPacketSamples(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('opusCarriesRedundancy', () => {
  it('reads the second bit of a one-frame packet', () => {
    expect(opusCarriesRedundancy(Uint8Array.of(HYBRID_FULLBAND_20MS, 0x40))).toBe(true);
    expect(opusCarriesRedundancy(Uint8Array.of(HYBRID_FULLBAND_20MS, 0xbf))).toBe(false);
  });

  it('finds it behind padding lengths', () => {
    expect(opusCarriesRedundancy(Uint8Array.of(SILK_WIDEBAND_20MS | 3, 0x01, 0x40))).toBe(true);
    expect(opusCarriesRedundancy(Uint8Array.of(SILK_WIDEBAND_20MS | 3, 0x41, 0x02, 0x40))).toBe(true);
    expect(opusCarriesRedundancy(Uint8Array.of(SILK_WIDEBAND_20MS | 3, 0x41, 0xff, 0x02, 0x40))).toBe(true);
    expect(opusCarriesRedundancy(Uint8Array.of(SILK_WIDEBAND_20MS | 3, 0x41, 0xff, 0x40, 0x00))).toBe(false);
  });

  it('finds none in music mode, which has no such bit', () => {
    expect(opusCarriesRedundancy(Uint8Array.of(CELT_FULLBAND_20MS, 0x40))).toBe(false);
  });

  it('takes any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof opusCarriesRedundancy(bytes) === 'boolean'));
  });
});
