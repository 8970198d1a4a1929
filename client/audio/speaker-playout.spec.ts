import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VoiceDecoder } from './codec.ts';
import { FRAME_SAMPLES, meanSquare } from './frame.ts';
import { DEFAULT_JITTER_BUFFER, type JitterPacket } from './jitter-buffer.ts';
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

function frameAt(samples: Float32Array, tick: number): Float32Array {
  return samples.subarray(tick * FRAME_SAMPLES, (tick + 1) * FRAME_SAMPLES);
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

  describe('when the relay forwards louder speakers instead', () => {
    /** Says and plays frame by frame; of `said`, those that `forwarded` leaves out never come. */
    function converse({ sut }: ReturnType<typeof setup>, said: number, forwarded: (sequence: number) => boolean) {
      return joined(
        Array.from({ length: said }, (_, sequence) => {
          if (forwarded(sequence)) sut.insert(packet(sequence));
          return sut.pull() ?? new Float32Array(FRAME_SAMPLES);
        }),
      );
    }

    it('fades out after 100 ms of concealment, and in again when it is back: like a new talk spurt', () => {
      const conversation = setup();
      const heard = converse(conversation, 100, (sequence) => sequence < 20 || sequence >= 60);
      expect(steepest(heard)).toBeLessThan(FADE_STEP);
      const audible = Array.from({ length: 100 }, (_, tick) => meanSquare(frameAt(heard, tick)) > 0);
      // Two frames wait for their time; five are concealed, one more fades.
      expect(audible.indexOf(true)).toBe(1);
      expect(audible.indexOf(false, 1)).toBe(1 + 20 + 6);
      expect(audible.indexOf(true, 27)).toBe(61);
      expect(audible.slice(61)).not.toContain(false);
      expect(conversation.speaking).toEqual([true, false, true]);
      expect(conversation.decoder.calls).not.toContain('recover');
    });

    it('has no more delay afterwards, and counts nothing as lost', () => {
      const conversation = setup();
      converse(conversation, 400, (sequence) => sequence % 80 < 40);
      expect(conversation.sut.figures).toMatchObject({ received: 200, lost: 0, late: 0, overflow: 0, depthFrames: 0 });
      // Five times a stand-in for 100 ms; what fades out behind is no frame of anybody's.
      expect(conversation.sut.figures.concealed).toBe(25);
    });

    it('takes whatever was left out: no sound without packets, no more delay than at first', () => {
      const pattern = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), {
        minLength: 1,
        maxLength: 10,
      });
      fc.assert(
        fc.property(pattern, (stays) => {
          const { sut } = setup();
          let sequence = 0;
          for (const [forwarded, leftOut] of stays) {
            for (const last = sequence + forwarded; sequence < last; sequence++) {
              sut.insert(packet(sequence));
              sut.pull();
              expect(sut.figures.depthFrames).toBeLessThanOrEqual(DEFAULT_JITTER_BUFFER.watermarkFrames);
            }
            const heard = Array.from({ length: leftOut }, () => sut.pull());
            sequence += leftOut;
            // What waited for its time, concealment, the fade.
            expect(heard.slice(2 + DEFAULT_JITTER_BUFFER.maxConcealedFrames + 1).every((frame) => !frame)).toBe(true);
          }
        }),
      );
    });
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

    it('lets a voice that is no longer forwarded die away, and brings it back as it was', async () => {
      const encoder = await opusCodec.createEncoder({ bitrateBps: 32_000 });
      const spoken = framesOf(babble(140, 0.3, 3 * 48_000));
      const heard = spoken.map((frame, i) => {
        const payload = encoder.encode(frame);
        if (i < 50 || i >= 100) sut.insert(packet(i, { payload }));
        return sut.pull() ?? new Float32Array(FRAME_SAMPLES);
      });
      encoder.free();
      expect(joined(heard.slice(58, 101)).every((sample) => sample === 0)).toBe(true);
      const back = meanSquare(joined(heard.slice(101)));
      expect(back).toBeGreaterThan(0.5 * meanSquare(joined(spoken.slice(100))));
      expect(sut.figures).toMatchObject({ lost: 0, refused: 0 });
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
