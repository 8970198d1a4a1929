import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceEncoder } from './codec.ts';
import { FRAME_SAMPLES, meanSquare } from './frame.ts';
import type { GateConfig } from './gate.ts';
import { LIMITER_DELAY_SAMPLES } from './limiter.ts';
import { framesOf, joined, tone } from './testing/sounds.ts';
import { VoiceUplink, type UplinkPacket } from './uplink.ts';

const GATE: GateConfig = { mode: 'voice', activationDbfs: -50, releaseDbfs: -56, windowFrames: 1, hangOverFrames: 2 };
const KEY: GateConfig = { mode: 'push-to-talk', releaseDelayFrames: 2 };
const SILENCE = new Float32Array(FRAME_SAMPLES);

function setup(gate: GateConfig = KEY) {
  const encoded: Float32Array[] = [];
  const packets: UplinkPacket[] = [];
  const encoder: VoiceEncoder = {
    encode: (frame) => {
      encoded.push(frame.slice());
      return Uint8Array.of(1);
    },
    setBitrate: () => undefined,
    free: () => undefined,
  };
  const sut = new VoiceUplink({ encoder, sink: (packet) => packets.push(packet), gate });
  const say = (frame: Float32Array, times = 1): void => {
    for (let i = 0; i < times; i++) sut.push(frame);
  };
  return { sut, packets, encoded, say, heard: () => joined(encoded) };
}

/** As plugins give it. */
const clipOf = (samples: Float32Array): Int16Array => Int16Array.from(samples, (sample) => Math.round(sample * 32_767));
const steady = (value: number, frames: number): Int16Array =>
  clipOf(new Float32Array(frames * FRAME_SAMPLES).fill(value));
const flat = (value: number): Float32Array => new Float32Array(FRAME_SAMPLES).fill(value);

const sent = (packets: readonly UplinkPacket[]): string =>
  packets.map(({ timestampSamples, end }) => `${timestampSamples / FRAME_SAMPLES}${end ? 'E' : ''}`).join(' ');

function steepest(samples: Float32Array): number {
  return samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? sample))), 0);
}

/** Over 5 ms, of a sound of 0.5; where the clip's own edge is in the fade of a talk spurt, twice of that. */
const FADE_STEP = 0.5 / 240 + 1e-4;

describe('VoiceUplink with a clip', () => {
  it('sends it though nobody speaks, from its beginning to its end', () => {
    const { sut, packets, heard, say } = setup();
    say(SILENCE, 2);
    sut.playClip(steady(0.5, 3));
    say(SILENCE, 6);
    expect(sent(packets)).toBe('2 3 4E');
    expect(heard()[FRAME_SAMPLES]).toBeCloseTo(0.5, 2);
    expect(steepest(heard())).toBeLessThan(2 * FADE_STEP);
    expect(Math.abs(heard().at(-1)!)).toBeLessThan(0.01);
    expect([sut.talking, sut.figures.spurts]).toEqual([false, 1]);
  });

  it('opens no microphone: with the key up, nothing of it is heard', () => {
    const { sut, encoded, say } = setup();
    sut.playClip(steady(0.25, 4));
    say(flat(0.5), 4);
    expect(encoded).toHaveLength(4);
    expect(Math.max(...joined(encoded))).toBeLessThan(0.26);
  });

  it('mixes both while one speaks, without a click when the key goes down and up', () => {
    const { sut, heard, packets, say } = setup();
    sut.playClip(steady(0.25, 10));
    for (const pressed of [false, false, true, true, true, false, false, false, false, false]) {
      sut.setPressed(pressed);
      say(flat(0.25));
    }
    expect(sent(packets)).toBe('0 1 2 3 4 5 6 7 8 9E');
    expect(heard()[4 * FRAME_SAMPLES]).toBeCloseTo(0.5, 2);
    expect(heard()[8 * FRAME_SAMPLES]).toBeCloseTo(0.25, 2);
    expect(steepest(heard())).toBeLessThan(FADE_STEP);
  });

  it('begins and ends in the middle of a word without a click, and leaves the word as it was', () => {
    const word = framesOf(tone(310, 0.3, 20 * FRAME_SAMPLES));
    const { sut, heard, say } = setup();
    sut.setPressed(true);
    word.forEach((frame, i) => {
      if (i === 5) sut.playClip(clipOf(tone(440, 0.3, 5 * FRAME_SAMPLES)));
      say(frame);
    });
    // Neither the clip, nor what it takes to put it in, is steeper than the sounds are together.
    const slope = (2 * Math.PI * (310 + 440) * 0.3) / 48_000;
    expect(steepest(heard())).toBeLessThan(slope + FADE_STEP);
    expect(heard().subarray(0, 5 * FRAME_SAMPLES)).toEqual(joined(word.slice(0, 5)));
    expect(heard().subarray(11 * FRAME_SAMPLES)).toEqual(joined(word.slice(11)));
  });

  it('stays within full scale however loud both are', () => {
    const { sut, heard, say } = setup();
    sut.setPressed(true);
    sut.playClip(steady(1, 10));
    for (let i = 0; i < 12; i++) say(flat(i % 2 === 0 ? 1 : 0.8));
    expect(heard().every((sample) => Math.abs(sample) <= 1)).toBe(true);
  });

  it('tells the level of what is heard', () => {
    const { sut, packets, say } = setup();
    sut.playClip(steady(0.5, 3));
    say(SILENCE, 3);
    expect(packets[1]?.levelDbov).toBe(6);
  });

  it('brings no frame twice when one speaks right after it', () => {
    const { sut, packets, say } = setup(GATE);
    sut.playClip(steady(0.5, 2));
    say(SILENCE, 2);
    say(flat(0.3), 2);
    expect(sent(packets)).toBe('0 1E 2 3');
  });

  it('replaces one that plays, without a click', () => {
    const { sut, heard, say, packets } = setup();
    sut.playClip(steady(0.5, 8));
    say(SILENCE, 3);
    sut.playClip(steady(-0.5, 3));
    say(SILENCE, 5);
    expect(sent(packets)).toBe('0 1 2 3 4 5E');
    expect(heard()[4 * FRAME_SAMPLES]).toBeCloseTo(-0.5, 2);
    expect(steepest(heard())).toBeLessThan(2 * FADE_STEP);
  });

  it('is over when it is stopped, with its talk spurt', () => {
    const { sut, packets, heard, say } = setup();
    sut.playClip(steady(0.5, 8));
    say(SILENCE, 2);
    sut.stopClip();
    say(SILENCE, 3);
    expect(sent(packets)).toBe('0 1 2E');
    expect(meanSquare(heard().subarray(2.5 * FRAME_SAMPLES))).toBeLessThan(1e-6);
    sut.stopClip();
    expect(packets).toHaveLength(3);
  });

  it('goes on softly in another talk spurt where one is cut off', () => {
    const { sut, packets, heard, say } = setup();
    sut.playClip(steady(0.5, 6));
    say(SILENCE, 3);
    sut.endSpurt();
    say(SILENCE, 5);
    expect(sent(packets)).toBe('0 1 2 3E 3 4 5E');
    const again = heard().subarray(4 * FRAME_SAMPLES);
    expect(steepest(again)).toBeLessThan(2 * FADE_STEP);
    expect(again[FRAME_SAMPLES]).toBeCloseTo(0.5, 2);
  });

  it('does not keep a whisper open: its talk spurt ends with the last syllable', () => {
    const { sut, packets, heard, say } = setup();
    sut.setPressed(true);
    sut.playClip(steady(0.25, 12));
    say(flat(0.25), 2);
    sut.setPressed(false);
    sut.setClosing(true);
    say(flat(0.25), 2);
    expect(sent(packets)).toBe('0 1 2 3E');
    sut.setClosing(false);
    say(flat(0.25), 2);
    expect(sent(packets)).toBe('0 1 2 3E 4 5');
    // A listener fades in the first one.
    expect(steepest(heard().subarray(FRAME_SAMPLES))).toBeLessThan(2 * FADE_STEP);
    expect(heard().at(-1)).toBeCloseTo(0.25, 2);
  });

  it('is sent without a microphone, at the pace of whoever asks for it', () => {
    const { sut, packets } = setup();
    sut.playClip(steady(0.5, 3));
    expect(sut.playsClip).toBe(true);
    while (sut.playsClip) sut.pushSilence();
    expect(sent(packets)).toBe('0 1 2E');
    expect(sut.figures.captured).toBe(0);
  });

  it('has its first half millisecond of look-ahead taken off at its end, not at its beginning', () => {
    const { sut, heard, say } = setup();
    sut.playClip(steady(0.5, 2));
    say(SILENCE, 2);
    expect(heard()[LIMITER_DELAY_SAMPLES - 1]).toBe(0);
    expect(heard()[300]).toBeGreaterThan(0.4);
  });

  it('whatever happens, ends each talk spurt once, counts none twice, and stays within full scale', () => {
    const steps = fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc
            .constantFrom(0, 0.001, 0.9)
            .map((value) => ({ run: (sut: VoiceUplink) => sut.push(flat(value)) })),
        },
        fc.integer({ min: 0, max: 6 }).map((n) => ({ run: (sut: VoiceUplink) => sut.playClip(steady(0.9, n)) })),
        fc.constantFrom(
          { run: (sut: VoiceUplink) => sut.stopClip() },
          { run: (sut: VoiceUplink) => sut.endSpurt() },
          { run: (sut: VoiceUplink) => sut.pushSilence() },
          { run: (sut: VoiceUplink) => sut.setGate(KEY) },
          { run: (sut: VoiceUplink) => sut.setGate(GATE) },
        ),
        fc.boolean().map((on) => ({ run: (sut: VoiceUplink) => sut.setPressed(on) })),
        fc.boolean().map((on) => ({ run: (sut: VoiceUplink) => sut.setClosing(on) })),
        fc.boolean().map((on) => ({
          run: (sut: VoiceUplink) => {
            if (on) sut.stopClip();
            sut.setMuted(on);
          },
        })),
      ),
      { maxLength: 100, size: 'max' },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const { sut, packets, heard } = setup(GATE);
        script.forEach(({ run }) => run(sut));
        sut.endSpurt();
        expect(sut.figures.spurts).toBe(packets.filter(({ end }) => end).length);
        expect(packets.at(-1)?.end ?? true).toBe(true);
        expect(heard().every((sample) => Math.abs(sample) <= 1)).toBe(true);
        packets.forEach(({ timestampSamples }, i) => {
          const before = packets[i - 1];
          if (before === undefined || before.end) return;
          expect(timestampSamples - before.timestampSamples).toBe(FRAME_SAMPLES);
        });
      }),
      { numRuns: 300 },
    );
  });
});
