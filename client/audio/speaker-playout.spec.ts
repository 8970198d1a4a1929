import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VoiceDecoder } from './codec.ts';
import { FRAME_SAMPLES, meanSquare } from './frame.ts';
import type { JitterPacket } from './jitter-buffer.ts';
import { opusCodec } from './opus-codec.ts';
import { SpeakerPlayout } from './speaker-playout.ts';
import { babble, framesOf, joined } from './testing/sounds.ts';

/** Decodes every packet to a frame of one value, and refuses the empty packet. */
class FlatDecoder implements VoiceDecoder {
  freed = false;
  readonly calls: string[] = [];

  decode(packet: Uint8Array): Float32Array | undefined {
    this.calls.push('decode');
    return packet.length === 0 ? undefined : new Float32Array(FRAME_SAMPLES).fill(0.5);
  }

  conceal(): Float32Array {
    this.calls.push('conceal');
    return new Float32Array(FRAME_SAMPLES).fill(0.5);
  }

  recover(next: Uint8Array): Float32Array | undefined {
    this.calls.push('recover');
    return next[0] === 0 ? undefined : new Float32Array(FRAME_SAMPLES).fill(0.5);
  }

  free(): void {
    this.freed = true;
  }
}

function packet(
  sequence: number,
  { end = false, payload = Uint8Array.of(1) }: Partial<JitterPacket> = {},
): JitterPacket {
  return { sequence, timestampSamples: sequence * FRAME_SAMPLES, end, payload };
}

function setup() {
  const decoder = new FlatDecoder();
  const speaking: boolean[] = [];
  const sut = new SpeakerPlayout({ decoder, onSpeaking: (now) => speaking.push(now) });
  const insert = (...packets: JitterPacket[]) => packets.forEach((each) => sut.insert(each));
  /** As played: silence is zeros. */
  const play = (ticks: number) =>
    joined(Array.from({ length: ticks }, () => sut.pull() ?? new Float32Array(FRAME_SAMPLES)));
  return { sut, decoder, speaking, insert, play };
}

/** The largest step between neighbouring samples, the first after `before`. */
function steepest(samples: Float32Array, before = 0): number {
  return samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? before))), 0);
}

/** A fade over 5 ms of a sound of 0.5. */
const FADE_STEP = 0.5 / 240 + 1e-6;

describe('SpeakerPlayout', () => {
  it('is silent until a talk spurt begins', () => {
    const { sut, decoder } = setup();
    expect(sut.pull()).toBeUndefined();
    expect(decoder.calls).toEqual([]);
  });

  it('fades in from silence and out at END, without concealing', () => {
    const { insert, play, decoder } = setup();
    insert(packet(0), packet(1), packet(2, { end: true }));
    const heard = play(4);
    expect(steepest(heard)).toBeLessThan(FADE_STEP);
    expect(heard.subarray(240, 3 * FRAME_SAMPLES - 240).every((sample) => sample === 0.5)).toBe(true);
    expect(heard.at(3 * FRAME_SAMPLES - 1)).toBe(0);
    expect(decoder.calls).toEqual(['decode', 'decode', 'decode']);
  });

  it('fades out of concealment when a talk spurt breaks off', () => {
    const { insert, play, sut, speaking } = setup();
    insert(packet(0), packet(1));
    const heard = play(9);
    expect(steepest(heard)).toBeLessThan(FADE_STEP);
    expect(heard[7 * FRAME_SAMPLES - 1]).toBe(0.5);
    expect(heard.subarray(7 * FRAME_SAMPLES + 240).every((sample) => sample === 0)).toBe(true);
    expect(speaking).toEqual([true, false]);
    expect(sut.pull()).toBeUndefined();
  });

  it('tells when the speaker begins and ceases to be heard', () => {
    const { insert, play, speaking, sut } = setup();
    insert(packet(0), packet(1, { end: true }));
    play(1);
    expect([sut.speaking, speaking]).toEqual([true, [true]]);
    play(1);
    expect([sut.speaking, speaking]).toEqual([false, [true, false]]);
    insert(packet(2, { end: true }));
    play(1);
    expect(speaking).toEqual([true, false, true, false]);
  });

  it('recovers a lost frame, or conceals it where there is nothing to recover it from', () => {
    const { insert, play, decoder, sut } = setup();
    insert(packet(0), packet(1), packet(3), packet(5, { payload: Uint8Array.of(0) }));
    play(6);
    expect(decoder.calls).toEqual(['decode', 'decode', 'recover', 'decode', 'recover', 'conceal', 'decode']);
    expect(sut.figures).toMatchObject({ lost: 2, recovered: 1, concealed: 1 });
  });

  it('conceals and counts what the decoder refuses', () => {
    const { insert, play, sut } = setup();
    insert(packet(0), packet(1, { payload: new Uint8Array(0) }), packet(2, { end: true }));
    expect(steepest(play(4))).toBeLessThan(FADE_STEP);
    expect(sut.figures).toMatchObject({ played: 3, refused: 1, concealed: 1 });
  });

  it('reaches a new volume over one frame, without a step', () => {
    const { insert, play, sut } = setup();
    insert(...Array.from({ length: 10 }, (_, i) => packet(i)));
    play(2);
    sut.setVolume(2);
    const rising = play(2);
    expect(steepest(rising, 0.5)).toBeLessThan(0.5 / FRAME_SAMPLES + 1e-6);
    expect(rising.at(FRAME_SAMPLES - 1)).toBeCloseTo(1, 6);
    sut.setVolume(0);
    const falling = play(2);
    expect(steepest(falling, 1)).toBeLessThan(1 / FRAME_SAMPLES + 1e-6);
    expect(falling.subarray(FRAME_SAMPLES - 1).every((sample) => Math.abs(sample) < 1e-6)).toBe(true);
  });

  it('keeps the volume within 0 and 2, and takes no NaN', () => {
    const { insert, play, sut } = setup();
    sut.setVolume(99);
    sut.pull();
    insert(packet(0), packet(1), packet(2));
    expect(play(2).at(-1)).toBe(1);
    sut.setVolume(-1);
    expect(play(1).at(-1)).toBeCloseTo(0, 6);
    expect(() => sut.setVolume(NaN)).toThrow(RangeError);
  });

  it('frees its decoder', () => {
    const { sut, decoder } = setup();
    sut.free();
    expect(decoder.freed).toBe(true);
  });

  describe('with Opus', () => {
    let sut: SpeakerPlayout;

    beforeEach(async () => {
      sut = new SpeakerPlayout({ decoder: await opusCodec.createDecoder() });
    });

    afterEach(() => sut.free());

    it('brings speech through', async () => {
      const encoder = await opusCodec.createEncoder({ bitrateBps: 32_000 });
      const spoken = framesOf(babble(140, 0.3, 48_000));
      const heard = spoken.map((frame, i) => {
        sut.insert(packet(i, { end: i === spoken.length - 1, payload: encoder.encode(frame) }));
        return sut.pull() ?? new Float32Array(FRAME_SAMPLES);
      });
      expect(meanSquare(joined(heard))).toBeGreaterThan(0.5 * meanSquare(joined(spoken)));
      expect(sut.figures).toMatchObject({ concealed: 0, refused: 0 });
      encoder.free();
    });

    it('takes whatever comes, and plays finite frames of 960 samples or nothing', () => {
      const steps = fc.array(
        fc.option(fc.record({ sequence: fc.nat(60), end: fc.boolean(), payload: fc.uint8Array({ maxLength: 90 }) })),
        { maxLength: 80 },
      );
      fc.assert(
        fc.property(steps, (arrivals) => {
          for (const arrival of arrivals) {
            if (arrival !== null) sut.insert(packet(arrival.sequence, arrival));
            const frame = sut.pull();
            expect(frame === undefined || (frame.length === FRAME_SAMPLES && frame.every(Number.isFinite))).toBe(true);
          }
        }),
      );
    });
  });
});
