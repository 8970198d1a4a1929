import { describe, expect, it } from 'vitest';
import { babble, noise, tone } from '../../client/audio/testing/sounds.ts';
import { describeBuilds } from '../sdk/testing/builds.ts';

const SECOND = 48_000;
const amplitude = (db: number) => 10 ** (db / 20);
const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
/** In dB of a full sine. */
const levelOf = (samples: Float32Array) => 20 * Math.log10(rms(samples) * Math.SQRT2);
const member = { id: 'm1', userId: 'u1', nickname: 'Ada', self: true };
const command = (args: string) => ({ name: 'gate', args, member, room: { id: 'r1', name: 'Room' } });

/** Quiet, loud and quiet again, a second each; the loud part begins `at` samples into the second second. */
function burst(quietDb: number, loudDb: number, at = 0): Float32Array {
  const whole = tone(300, amplitude(quietDb), 4 * SECOND);
  whole.set(tone(300, amplitude(loudDb), 2 * SECOND + at).subarray(SECOND + at), SECOND + at);
  return whole;
}

describe('noise-gate', async () => {
  await describeBuilds('noise-gate', (start) => {
    it('weakens what is under the threshold by as much as is set', async () => {
      for (const reductionDb of [12, 40, 60]) {
        const sut = await start({ config: { thresholdDb: -40, reductionDb } });

        const quiet = sut.process(tone(200, amplitude(-46), SECOND)).subarray(SECOND / 2);

        expect(levelOf(quiet)).toBeCloseTo(-46 - reductionDb, 0);
      }
    });

    it('leaves nothing from 80 dB on', async () => {
      const sut = await start({ config: { reductionDb: 80 } });

      expect(rms(sut.process(noise(1, 0.0005, SECOND)).subarray(4_800))).toBe(0);
    });

    it('leaves what is above the threshold exactly as it was', async () => {
      const sut = await start({ config: { thresholdDb: -40 } });
      const loud = tone(200, amplitude(-20), SECOND);

      expect(sut.process(loud).subarray(4_800)).toEqual(loud.subarray(4_800));
    });

    it('opens within the attack, holds, and then closes within the release', async () => {
      const sut = await start({ config: { thresholdDb: -40, attackMs: 2, holdMs: 100, releaseMs: 50 } });
      const out = sut.process(burst(-60, -20));
      const at = (ms: number, lengthMs = 10) => out.subarray(ms * 48, (ms + lengthMs) * 48);

      expect(levelOf(at(900))).toBeLessThan(-110);
      expect(levelOf(at(1_003, 20))).toBeCloseTo(-20, 0);
      expect(levelOf(at(2_080))).toBeCloseTo(-60, 0);
      expect(levelOf(at(2_170))).toBeLessThan(-110);
    });

    it('is open before a sound that begins within a frame: its onset is whole', async () => {
      const sut = await start({ config: { thresholdDb: -40, attackMs: 2 } });
      const onset = 600;
      const sound = burst(-60, -20, onset);
      const out = sut.process(sound);
      const from = SECOND + onset;

      expect(out.subarray(from, from + 480)).toEqual(sound.subarray(from, from + 480));
    });

    it('does not click: its gain moves no faster than attack and release allow', async () => {
      const sut = await start({ config: { thresholdDb: -40, attackMs: 2, holdMs: 30, releaseMs: 5 } });
      // Louder and weaker by itself, without an edge of its own.
      const swell = tone(317, 0.1, 4 * SECOND).map(
        (x, i) => x * (0.501 - 0.499 * Math.cos((2 * Math.PI * 1.7 * i) / SECOND)),
      );
      const out = sut.process(swell);

      const gains = Array.from(out, (x, i) => (Math.abs(swell[i]!) > 1e-5 ? x / swell[i]! : Number.NaN));
      const steps = gains
        .map((gain, i) => Math.abs(gain - (gains[i - 1] ?? gain)))
        .filter((step) => !Number.isNaN(step));
      expect(gains.reduce((least, gain) => (gain < least ? gain : least), 1)).toBeLessThan(0.002);
      expect(gains.filter((gain) => gain === 1).length).toBeGreaterThan(SECOND);
      // The curve is steepest in its middle: one and a half times the mean of 2 ms.
      expect(steps.reduce((most, step) => Math.max(most, step), 0)).toBeLessThan(1.6 / 96);
    });

    it('passes speech nearly whole and takes the noise between', async () => {
      const sut = await start({ config: { thresholdDb: -45 } });
      const speech = babble(140, 0.3, 2 * SECOND);
      const hiss = noise(3, 0.001, 6 * SECOND);
      const sound = hiss.map((x, i) => x + (i >= 2 * SECOND && i < 4 * SECOND ? speech[i - 2 * SECOND]! : 0));
      const out = sut.process(sound);

      expect(levelOf(out.subarray(4.6 * SECOND))).toBeLessThan(levelOf(hiss) - 55);
      const lost = out.map((x, i) => x - sound[i]!).subarray(2 * SECOND, 4 * SECOND);
      expect(levelOf(lost)).toBeLessThan(levelOf(speech) - 35);
    });

    it('tells its state, and takes another threshold', async () => {
      const sut = await start({ config: { thresholdDb: -40 } });
      expect(sut.call('on_command', command('')).reply).toContain('Nothing has been heard');
      sut.process(tone(300, amplitude(-30), 9_600));

      expect(sut.call('on_command', command('')).reply).toBe(
        'The gate opens at -40 dB and is open. The loudest since you last asked was -30 dB.',
      );
      expect(sut.call('on_command', command('-20 dB')).reply).toContain('opens at -20 dB');
      sut.process(tone(300, amplitude(-30), SECOND));
      expect(levelOf(sut.process(tone(300, amplitude(-30), 9_600)))).toBeLessThan(-80);
      for (const wrong of ['loud', '5', '-200', 'NaN', '-20 or so']) {
        expect(sut.call('on_command', command(wrong)).reply).toContain('a number from -90 to -10');
      }
    });

    it('takes no more memory after 100,000 frames', async () => {
      const sut = await start({ limits: { memoryPages: 18 } });
      const loud = tone(300, 0.1, 960);
      for (let n = 0; n < 100_000; n++) sut.frame(loud);
      expect(sut.call('on_command', command('')).reply).toContain('open');
    });
  });
});
