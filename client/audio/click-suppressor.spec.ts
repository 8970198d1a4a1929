import { beforeEach, describe, expect, it } from 'vitest';
import { ClickSuppressor } from './click-suppressor.ts';
import { FRAME_SAMPLES, dbfsToAmplitude, meanSquare, powerToDbfs } from './frame.ts';
import { typing } from './testing/keyboard.ts';
import { framesOf, joined, noise, tone } from './testing/sounds.ts';

const SECOND = 48_000;
/** The noise of a quiet room, 73 dB below full scale. */
const room = (length: number): Float32Array => noise(9, dbfsToAmplitude(-68), length);
const sum = (a: Float32Array, b: Float32Array): Float32Array => a.map((sample, i) => sample + (b[i] ?? 0));
const dbOf = (samples: Float32Array): number => powerToDbfs(meanSquare(samples));

describe('ClickSuppressor', () => {
  let sut: ClickSuppressor;

  beforeEach(() => {
    sut = new ClickSuppressor();
  });

  const through = (samples: Float32Array): Float32Array =>
    joined(
      framesOf(samples).map((frame) => {
        sut.process(frame);
        return frame;
      }),
    );

  it('passes everything bit for bit while not raised, and claims no knowledge of voices', () => {
    const keys = typing(1, -6, SECOND);
    expect(through(keys)).toEqual(keys);
    expect(sut.hearsVoice).toBe(true);
  });

  describe('raised', () => {
    beforeEach(() => {
      sut.setRaised(true);
    });

    it.each([
      [-20, 14],
      [-12, 16],
      [-6, 17],
    ])('takes the keys out of a quiet room: %i dBFS at their peak, by %i dB at least', (peakDbfs, atLeast) => {
      for (const seed of [1, 2, 3]) {
        const heard = sum(typing(seed, peakDbfs, 10 * SECOND), room(10 * SECOND));
        expect(dbOf(heard) - dbOf(through(heard))).toBeGreaterThan(atLeast);
      }
    });

    it('has the gain down before a click begins, wherever in the frame', () => {
      for (let at = FRAME_SAMPLES; at < 2 * FRAME_SAMPLES; at += 60) {
        sut = new ClickSuppressor();
        sut.setRaised(true);
        const quiet = room(SECOND / 2);
        const click = new Float32Array(quiet.length);
        click.set(noise(5, 0.5, 96), SECOND / 4 + at);
        const left = through(sum(quiet, click));
        // At the very beginning of a frame there was no "before".
        const limit = (SECOND / 4 + at) % FRAME_SAMPLES === 0 ? -6 : -20;
        const peak = left.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        expect(20 * Math.log10(peak / 0.5)).toBeLessThan(limit);
      }
    });

    it('hears no voice in typing', () => {
      for (const seed of [1, 2, 3]) {
        for (const frame of framesOf(sum(typing(seed, -12, 10 * SECOND), room(10 * SECOND)))) {
          sut.process(frame);
          expect(sut.hearsVoice).toBe(false);
        }
      }
    });

    it.each([80, 120, 210, 350])(
      'hears a voice of %i Hz after two frames, and a quarter of a second beyond it',
      (hz) => {
        through(room(SECOND / 2));
        const harmonics = Array.from({ length: 8 }, (_, k) => tone((k + 1) * hz, 0.1 / (k + 1), SECOND / 4));
        const heard = framesOf(harmonics.reduce(sum)).map((frame) => {
          sut.process(frame);
          return sut.hearsVoice;
        });
        expect(heard.slice(2)).not.toContain(false);
        const after = framesOf(room(SECOND)).map((frame) => {
          sut.process(frame);
          return sut.hearsVoice;
        });
        expect(after.lastIndexOf(true)).toBe(10);
      },
    );

    it('takes the hum of the mains for none, loud as it may be', () => {
      const hum = sum(tone(100, 0.03, 4 * SECOND), room(4 * SECOND));
      through(hum);
      expect(sut.hearsVoice).toBe(false);
    });

    it('leaves alone what grows slowly, and only turns its phase', () => {
      const swelling = noise(4, 0.2, 2 * SECOND).map((sample, i) => sample * Math.min(1, i / SECOND) ** 2);
      const left = through(swelling);
      expect(dbOf(left.subarray(SECOND))).toBeCloseTo(dbOf(swelling.subarray(SECOND)), 0);
    });

    it('makes nothing louder, and stays silent on silence', () => {
      expect(through(new Float32Array(SECOND)).every((sample) => sample === 0)).toBe(true);
      expect(dbOf(through(noise(6, 1, SECOND)))).toBeLessThanOrEqual(dbOf(noise(6, 1, SECOND)) + 0.01);
    });

    it('goes over from one to the other without a break', () => {
      // Where the bands meet, the phase is turned by half a turn.
      const whistle = tone(1_000, 0.3, SECOND);
      const steepest = (samples: Float32Array): number =>
        samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? sample))), 0);
      sut.setRaised(false);
      const left = framesOf(whistle).map((frame, i) => {
        if (i % 10 === 5) sut.setRaised(i % 20 === 5);
        sut.process(frame);
        return frame;
      });
      expect(steepest(joined(left))).toBeLessThan(1.3 * steepest(whistle));
    });
  });
});
