import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VoiceDecoder, VoiceEncoder } from './codec.ts';
import { FRAME_SAMPLES, meanSquare } from './frame.ts';
import { opusCodec } from './opus-codec.ts';
import { opusCarriesRedundancy } from './opus-packet.ts';
import { framesOf, joined, noise, babble } from './testing/sounds.ts';

const SECOND = 48_000;
const BITRATE_BPS = 32_000;
/** Samples by which what comes out of the decoder is later than what went into the encoder: 6.5 ms of look-ahead. */
const CODEC_DELAY = 312;
/** Ends within the second syllable of `babble`. */
const FRAMES_INTO_A_SYLLABLE = 20;

/** Difference to the original in dB below it. */
function signalToNoise(original: Float32Array, copy: Float32Array): number {
  const difference = original.map((sample, i) => sample - (copy[i] ?? 0));
  return 10 * Math.log10(meanSquare(original) / meanSquare(difference));
}

describe('opusCodec', () => {
  let encoder: VoiceEncoder;
  let sut: VoiceDecoder;

  beforeEach(async () => {
    encoder = await opusCodec.createEncoder({ bitrateBps: BITRATE_BPS });
    sut = await opusCodec.createDecoder();
  });

  afterEach(() => {
    encoder.free();
    sut.free();
  });

  const encoded = (samples: Float32Array): Uint8Array[] => framesOf(samples).map((frame) => encoder.encode(frame));

  describe('encoder', () => {
    it.each([24_000, 32_000, 40_000])(
      'makes packets of one size at %i b/s: speech, noise, silence, full scale',
      (bitrate) => {
        encoder.setBitrate(bitrate);
        const packets = [
          babble(120, 0.3, SECOND),
          new Float32Array(SECOND),
          noise(1, 0.001, SECOND),
          babble(210, 1, SECOND),
          noise(2, 1, SECOND),
        ].flatMap(encoded);
        expect(new Set(packets.map((packet) => packet.length))).toEqual(new Set([bitrate / 400]));
      },
    );

    it('changes the size with the bitrate from the next frame on', () => {
      const frame = new Float32Array(FRAME_SAMPLES);
      expect(encoder.encode(frame)).toHaveLength(80);
      encoder.setBitrate(64_000);
      expect(encoder.encode(frame)).toHaveLength(160);
    });

    it('adds redundancy to nearly every frame of speech', () => {
      const spoken = babble(120, 0.3, 2 * SECOND);
      const sounding = framesOf(spoken).filter((frame) => meanSquare(frame) > 1e-4).length;
      expect(encoded(spoken).filter(opusCarriesRedundancy).length).toBeGreaterThan(0.9 * sounding);
    });

    it('refuses a frame of another size', () => {
      expect(() => encoder.encode(new Float32Array(480))).toThrow(RangeError);
    });

    it('gives each packet memory of its own', () => {
      const first = encoder.encode(babble(120, 0.3, FRAME_SAMPLES));
      const before = first.slice();
      encoder.encode(noise(3, 0.5, FRAME_SAMPLES));
      expect(first).toEqual(before);
    });
  });

  describe('decoder', () => {
    it('brings back what was encoded, 6.5 ms later', () => {
      const spoken = babble(120, 0.3, SECOND);
      const heard = joined(encoded(spoken).map((packet) => sut.decode(packet)!));
      expect(signalToNoise(spoken.subarray(0, -CODEC_DELAY), heard.subarray(CODEC_DELAY))).toBeGreaterThan(3);
    });

    it('recovers lost frames from the packets after them far better than it can guess them', async () => {
      const packets = encoded(babble(120, 0.3, 2 * SECOND));
      const received = async (stopgap: (decoder: VoiceDecoder, next: Uint8Array) => Float32Array | undefined) => {
        const decoder = await opusCodec.createDecoder();
        const frames = packets.map((packet, i) => {
          const next = packets[i + 1];
          const lost = i % 4 === 0 && next !== undefined;
          return (lost ? stopgap(decoder, next) : decoder.decode(packet)) ?? decoder.conceal();
        });
        decoder.free();
        return joined(frames);
      };
      const complete = joined(packets.map((packet) => sut.decode(packet)!));
      const recovered = await received((decoder, next) => decoder.recover(next));
      const guessed = await received((decoder) => decoder.conceal());
      expect(signalToNoise(complete, recovered)).toBeGreaterThan(signalToNoise(complete, guessed) + 3);
    });

    it('says so where the next packet has no redundancy', () => {
      const [silent] = encoded(new Float32Array(FRAME_SAMPLES));
      expect(sut.recover(silent!)).toBeUndefined();
    });

    it('conceals exactly one frame, fading as losses go on', () => {
      encoded(babble(120, 0.3, SECOND))
        .slice(0, FRAMES_INTO_A_SYLLABLE)
        .forEach((packet) => sut.decode(packet));
      const powers = Array.from({ length: 20 }, () => {
        const frame = sut.conceal();
        expect(frame).toHaveLength(FRAME_SAMPLES);
        return meanSquare(frame);
      });
      expect(powers[0]).toBeGreaterThan(0);
      expect(powers.at(-1)!).toBeLessThan(powers[0]! / 100);
    });

    it('conceals before anything was decoded', () => {
      expect(meanSquare(sut.conceal())).toBe(0);
    });
  });

  describe('what other people send', () => {
    it.each([
      ['nothing', []],
      ['a code 3 packet without its count', [0x7b]],
      ['10 ms', [14 << 3, 1, 2, 3]],
      ['two frames', [(15 << 3) | 1, 1, 2, 3, 4]],
      ['60 ms', [11 << 3, 1, 2, 3]],
      ['frames of 2.5 ms', [16 << 3, 1, 2, 3]],
      ['a frame length beyond its end', [(14 << 3) | 3, 0x82, 200, 200, 1]],
    ])('refuses %s', (_, bytes) => {
      expect(sut.decode(Uint8Array.from(bytes))).toBeUndefined();
      expect(sut.recover(Uint8Array.from(bytes))).toBeUndefined();
    });

    it('refuses a packet longer than Opus has', () => {
      const packet = new Uint8Array(70_000);
      packet[0] = 15 << 3;
      expect(sut.decode(packet)).toBeUndefined();
    });

    it('plays a lone TOC byte as a concealed frame, which is what libopus makes of it', () => {
      expect(sut.decode(Uint8Array.of(15 << 3))).toHaveLength(FRAME_SAMPLES);
    });

    it('mixes stereo down', () => {
      const packet = Uint8Array.of((15 << 3) | 4, ...Array.from({ length: 79 }, (_, i) => i));
      expect(sut.decode(packet)).toHaveLength(FRAME_SAMPLES);
    });

    it('makes a frame of finite samples out of any bytes, or refuses them, and decodes on', async () => {
      const packets = encoded(babble(120, 0.3, SECOND));
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, recovering) => {
          const frame = recovering ? sut.recover(bytes) : sut.decode(bytes);
          expect(frame === undefined || (frame.length === FRAME_SAMPLES && frame.every(Number.isFinite))).toBe(true);
        }),
        { numRuns: 2000, seed: 1 },
      );
      const untroubled = await opusCodec.createDecoder();
      const expected = joined(packets.map((packet) => untroubled.decode(packet)!));
      const decoded = joined(packets.map((packet) => sut.decode(packet)!));
      expect(signalToNoise(expected.subarray(SECOND / 2), decoded.subarray(SECOND / 2))).toBeGreaterThan(20);
      untroubled.free();
    });
  });

  it('may be freed twice', () => {
    encoder.free();
    sut.free();
    expect(() => encoder.encode(new Float32Array(FRAME_SAMPLES))).toThrow();
  });
});
