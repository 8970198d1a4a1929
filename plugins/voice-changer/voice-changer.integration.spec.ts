import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';
import type { PluginBench } from '../sdk/testing/plugin-bench.ts';
import { largestStep, levelOf, likeness, pitchOf, vowel } from './testing/vowels.ts';

const ADA = { id: 'm1', userId: 'u1', nickname: 'Ada', self: true };
const ROOM = { id: 'r1', name: 'Lobby' };
const SECONDS = 2;
/** Where everything has settled. */
const SETTLED = SAMPLE_RATE_HZ;

const semitones = (count: number) => 2 ** (count / 12);
const say = (sut: PluginBench, args: string) =>
  sut.call('on_command', { name: 'voice', args, member: ADA, room: ROOM });

describe('voice-changer', async () => {
  await describeBuilds('voice-changer', (start) => {
    describe.each([100, 150, 220])('a voice of %i Hz', (pitchHz) => {
      const original = vowel(pitchHz, SECONDS);

      it.each([
        ['deep', pitchHz * semitones(-4)],
        ['high', pitchHz * semitones(4)],
        ['giant', pitchHz * semitones(-9)],
        ['chipmunk', pitchHz * semitones(9)],
        ['robot', 110],
        ['radio', pitchHz],
      ])('has the pitch of “%s”, is as loud as before and clicks nowhere', async (voice, wantedHz) => {
        const sut = await start({ config: { voice } });
        const changed = sut.process(original).subarray(SETTLED);
        expect(Math.abs(1200 * Math.log2(pitchOf(changed) / wantedHz))).toBeLessThan(20);
        expect(Math.abs(levelOf(changed) - levelOf(original.subarray(SETTLED)))).toBeLessThan(1);
        // The pitch and the formants are up to 1.7 times as high, and so are the steps.
        expect(largestStep(changed)).toBeLessThan(2 * largestStep(original));
      });

      it('has no pitch left in a whisper', async () => {
        const sut = await start({ config: { voice: 'whisper' } });
        const changed = sut.process(original).subarray(SETTLED);
        expect(likeness(changed, Math.round(SAMPLE_RATE_HZ / pitchHz))).toBeLessThan(0.5);
      });
    });

    it('shifts by as many semitones as one says', async () => {
      const sut = await start({ config: { voice: 'off' } });
      expect(say(sut, '+7')).toEqual({ reply: 'Your voice is shifted by 7 semitones now.' });
      const changed = sut.process(vowel(120, SECONDS)).subarray(SETTLED);
      expect(Math.abs(1200 * Math.log2(pitchOf(changed) / (120 * semitones(7))))).toBeLessThan(20);
    });

    it.each(['13', '-12.5', 'squirrel', '', '1e999', 'NaN'])(
      'knows no voice “%s”, and stays as it is',
      async (name) => {
        const sut = await start({ config: { voice: 'off' } });
        expect(say(sut, name)).toEqual({ reply: expect.stringContaining('Which voice?') as unknown });
        const frame = vowel(120, 1).subarray(0, FRAME_SAMPLES);
        expect(sut.frame(frame)).toEqual(Float32Array.from(frame));
      },
    );

    it('leaves every sample as it was when it is off, after a while', async () => {
      const sut = await start({ config: { voice: 'robot' } });
      const original = vowel(120, 1);
      sut.process(original);
      say(sut, 'off');
      sut.frame(original.subarray(0, FRAME_SAMPLES));
      expect(sut.process(original)).toEqual(original);
    });

    it('goes from one voice to the next without a click', async () => {
      const sut = await start({ config: { voice: 'off' } });
      const original = vowel(120, 1);
      const heard: number[] = [];
      for (const voice of ['deep', 'robot', 'off', 'high', 'radio', 'giant', 'off']) {
        say(sut, voice);
        heard.push(...sut.process(original));
      }
      expect(largestStep(Float32Array.from(heard))).toBeLessThan(2 * largestStep(original));
    });

    it('takes the settings for a voice of one’s own', async () => {
      const sut = await start({ config: { voice: 'custom', pitch: 5, size: 0 } });
      const original = vowel(120, SECONDS);
      expect(pitchOf(sut.process(original).subarray(SETTLED)) / (120 * semitones(5))).toBeCloseTo(1, 1);
      sut.configure({ voice: 'robot', robotPitch: 200 });
      expect(pitchOf(sut.process(original).subarray(SETTLED)) / 200).toBeCloseTo(1, 1);
    });

    it('stays finite and within ±1, whatever comes in, for ten minutes', async () => {
      const sut = await start({ config: { voice: 'chipmunk' } });
      const loud = Float32Array.from({ length: FRAME_SAMPLES }, (_, i) => (i % 7 < 3 ? 1 : -1));
      const frames = [loud, new Float32Array(FRAME_SAMPLES), vowel(90, 1).subarray(0, FRAME_SAMPLES)];
      let most = 0;
      for (let n = 0; n < 30_000; n++) {
        const changed = sut.frame(frames[Math.floor(n / 50) % frames.length] ?? loud);
        if (n % 100 === 0)
          for (const sample of changed) most = Math.max(most, Number.isFinite(sample) ? Math.abs(sample) : 9);
      }
      expect(most).toBeGreaterThan(0.5);
      expect(most).toBeLessThanOrEqual(1);
    });
  });
});
