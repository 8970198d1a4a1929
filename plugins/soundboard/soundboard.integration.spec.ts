import { MAX_PLUGIN_CLIP_SAMPLES, MAX_PLUGIN_CLIPS_PER_MINUTE } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';
import type { PluginBench } from '../sdk/testing/plugin-bench.ts';

const ADA = { id: 'm1', userId: 'u1', nickname: 'Ada', self: true };
const ROOM = { id: 'r1', name: 'Lobby' };
const SOUNDS = ['tada', 'drumroll', 'rimshot', 'airhorn', 'applause', 'crickets', 'fail', 'bell'];
const FULL_SCALE = 32_767;

const play = (sut: PluginBench, args: string) =>
  sut.call('on_command', { name: 'play', args, member: ADA, room: ROOM });

function clipOf(sut: PluginBench): Int16Array {
  const act = sut.acts.at(-1);
  if (act?.type !== 'clip.play') throw new Error('nothing was played');
  return act.samples;
}

const peakOf = (clip: Int16Array) => clip.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / FULL_SCALE;

describe('soundboard', async () => {
  await describeBuilds('soundboard', (start) => {
    it.each(SOUNDS)('plays %s: as loud as it is set, from silence to silence, and heard all the way', async (name) => {
      const sut = await start({ config: { volume: 100 } });
      expect(play(sut, ` ${name.toUpperCase()} `)).toEqual({});
      const clip = clipOf(sut);
      expect(clip.length).toBeGreaterThan(48_000);
      expect(clip.length).toBeLessThanOrEqual(MAX_PLUGIN_CLIP_SAMPLES);
      expect(peakOf(clip)).toBeCloseTo(0.7, 1);
      expect(clip[0]).toBe(0);
      expect(clip.at(-1)).toBe(0);
      const halves = [clip.subarray(0, clip.length / 2), clip.subarray(clip.length / 2)];
      for (const half of halves) expect(peakOf(half)).toBeGreaterThan(0.01);
      const mean = clip.reduce((sum, sample) => sum + sample, 0) / clip.length;
      expect(Math.abs(mean) / FULL_SCALE).toBeLessThan(0.01);
    });

    it('gives each name a sound of its own', async () => {
      const sut = await start();
      const clips = SOUNDS.map((name) => {
        play(sut, name);
        return clipOf(sut).join();
      });
      expect(new Set(clips).size).toBe(SOUNDS.length);
    });

    it('follows the volume', async () => {
      const sut = await start({ config: { volume: 10 } });
      play(sut, 'bell');
      expect(peakOf(clipOf(sut))).toBeCloseTo(0.07, 2);
    });

    it.each(['', 'silence', 'tada tada', 'tad'])('says what there is when asked for “%s”', async (name) => {
      const sut = await start();
      expect(play(sut, name)).toEqual({ reply: `Which sound? ${SOUNDS.slice(0, -1).join(', ')} or bell.` });
      expect(sut.acts).toEqual([]);
    });

    it('says so when the host has had enough', async () => {
      const sut = await start();
      for (let n = 0; n < MAX_PLUGIN_CLIPS_PER_MINUTE; n++) play(sut, 'bell');
      expect(play(sut, 'bell')).toEqual({ reply: 'That was a lot of sounds within a minute. Wait a moment.' });
      sut.passMinute();
      expect(play(sut, 'bell')).toEqual({});
    });
  });
});
