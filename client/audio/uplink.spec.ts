import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceEncoder } from './codec.ts';
import { FRAME_SAMPLES, dbfsToAmplitude, meanSquare } from './frame.ts';
import { DEFAULT_VOICE_ACTIVATION, type GateConfig } from './gate.ts';
import { typing } from './testing/keyboard.ts';
import { babble, framesOf, joined, noise, tone } from './testing/sounds.ts';
import { VoiceUplink, type UplinkOptions, type UplinkPacket } from './uplink.ts';

const GATE: GateConfig = { mode: 'voice', activationDbfs: -50, releaseDbfs: -56, windowFrames: 1, hangOverFrames: 2 };
const KEY: GateConfig = { mode: 'push-to-talk', releaseDelayFrames: 2 };

/** Keeps what it was given; the packet is the frame's number. */
class RecordingEncoder implements VoiceEncoder {
  readonly frames: Float32Array[] = [];
  bitrateBps = 0;

  encode(frame: Float32Array): Uint8Array {
    this.frames.push(frame.slice());
    return Uint8Array.of(this.frames.length - 1);
  }

  setBitrate(bitrateBps: number): void {
    this.bitrateBps = bitrateBps;
  }

  free(): void {
    this.frames.length = 0;
  }
}

function setup(options: Partial<UplinkOptions> = {}) {
  const encoder = new RecordingEncoder();
  const packets: UplinkPacket[] = [];
  const sut = new VoiceUplink({ encoder, sink: (packet) => packets.push(packet), gate: GATE, ...options });
  return { sut, encoder, packets };
}

/** A frame whose samples all have one value. */
const flat = (dbfs: number): Float32Array => new Float32Array(FRAME_SAMPLES).fill(dbfsToAmplitude(dbfs));
const SILENCE = new Float32Array(FRAME_SAMPLES);

/** Timestamps in frames, and `E` behind the last of a spurt. */
const sent = (packets: readonly UplinkPacket[]): string =>
  packets.map(({ timestampSamples, end }) => `${timestampSamples / FRAME_SAMPLES}${end ? 'E' : ''}`).join(' ');

describe('VoiceUplink', () => {
  it('sends nothing for silence', () => {
    const { sut, packets } = setup();
    for (let i = 0; i < 100; i++) sut.push(SILENCE);
    expect(packets).toEqual([]);
    expect(sut.figures).toEqual({ captured: 100, sent: 0, spurts: 0, replacedSamples: 0 });
  });

  it('sends a talk spurt from the frame before it to the end of its hang-over, on the capture clock', () => {
    const { sut, packets } = setup();
    for (const dbfs of [-90, -90, -90, -20, -20, -90, -90, -90, -90, -90, -20]) sut.push(flat(dbfs));
    expect(sent(packets)).toBe('2 3 4 5 6E 9 10');
    expect(sut.figures).toMatchObject({ sent: 7, spurts: 2 });
  });

  it('sends no frame twice when a spurt follows at once', () => {
    const { sut, packets } = setup();
    for (const dbfs of [-20, -90, -90, -20, -20]) sut.push(flat(dbfs));
    expect(sent(packets)).toBe('0 1 2E 3 4');
  });

  it('tells the level of each frame', () => {
    const { sut, packets } = setup();
    [flat(-70), flat(-20), SILENCE].forEach((frame) => sut.push(frame));
    expect(packets.map(({ levelDbov }) => levelDbov)).toEqual([70, 20, 127]);
    expect(sut.levelDbov).toBe(127);
  });

  it('replaces and counts what is no finite number, and leaves the caller’s samples alone', () => {
    const { sut, encoder } = setup();
    const frame = flat(-20);
    frame[0] = NaN;
    frame[1] = Infinity;
    frame[2] = 3;
    sut.push(frame);
    expect([...encoder.frames[0]!.subarray(0, 3)]).toEqual([0, 0, 1]);
    expect(sut.figures.replacedSamples).toBe(2);
    expect(frame[0]).toBeNaN();
  });

  it('keeps what it needs later as a copy', () => {
    const { sut, encoder } = setup();
    const frame = flat(-60);
    sut.push(frame);
    frame.fill(0.9);
    sut.push(flat(-20));
    expect(encoder.frames[0]![0]).toBeCloseTo(dbfsToAmplitude(-60), 6);
  });

  it('refuses a frame of another size', () => {
    expect(() => setup().sut.push(new Float32Array(480))).toThrow(RangeError);
  });

  it('goes by the key with push-to-talk', () => {
    const { sut, packets } = setup({ gate: KEY });
    for (const pressed of [false, true, true, false, false, false]) {
      sut.setPressed(pressed);
      sut.push(flat(-20));
    }
    expect(sent(packets)).toBe('0 1 2 3 4E');
  });

  it('hands the bitrate on', () => {
    const { sut, encoder } = setup();
    sut.setBitrate(40_000);
    expect(encoder.bitrateBps).toBe(40_000);
  });

  describe('when muted', () => {
    it('sends nothing but goes on counting time and showing the level', () => {
      const { sut, packets } = setup();
      sut.setMuted(true);
      sut.push(flat(-20));
      expect(packets).toEqual([]);
      expect(sut.levelDbov).toBe(20);
      expect(sut.timestampSamples).toBe(FRAME_SAMPLES);
    });

    it('ends a talk spurt at once, without waiting for a frame', () => {
      const { sut, packets } = setup();
      sut.push(flat(-20));
      sut.setMuted(true);
      expect(sent(packets)).toBe('0 1E');
      expect(sut.talking).toBe(false);
      sut.push(flat(-20));
      expect(packets).toHaveLength(2);
    });

    it('ends it on a frame that runs from the last sample to zero: no click, and nothing said in it', () => {
      const { sut, encoder } = setup();
      sut.push(tone(310, 0.5, FRAME_SAMPLES));
      const last = encoder.frames[0]!.at(-1)!;
      sut.setMuted(true);
      const final = encoder.frames[1]!;
      expect(Math.abs(final[0]! - last)).toBeLessThan(0.03 * Math.abs(last));
      expect(final.every((sample, i) => i === 0 || Math.abs(sample) <= Math.abs(final[i - 1]!))).toBe(true);
      expect(meanSquare(final.subarray(FRAME_SAMPLES / 2))).toBeLessThan(1e-8);
    });

    it('sends no END if no talk spurt was open, and only one if muted twice', () => {
      const { sut, packets } = setup();
      sut.setMuted(true);
      sut.setMuted(false);
      sut.push(flat(-20));
      sut.setMuted(true);
      sut.setMuted(true);
      expect(sent(packets)).toBe('0 1E');
    });

    it('keeps nothing from before for the pre-roll after it', () => {
      const { sut, packets } = setup();
      sut.push(flat(-60));
      sut.setMuted(true);
      sut.push(flat(-60));
      sut.setMuted(false);
      sut.push(flat(-20));
      expect(sent(packets)).toBe('2');
    });

    it('keeps nothing of that time for the pre-roll after it', () => {
      const { sut, packets, encoder } = setup();
      sut.setMuted(true);
      sut.push(flat(-60));
      sut.setMuted(false);
      sut.push(flat(-20));
      expect(sent(packets)).toBe('1');
      expect(encoder.frames).toHaveLength(1);
    });
  });

  describe('while one types', () => {
    const SECOND = 48_000;
    const hiss = (length: number): Float32Array => noise(7, dbfsToAmplitude(-65), length);

    it('sends nothing of a loud keyboard, which by level alone is sent nearly all the time', () => {
      const keys = framesOf(typing(1, -12, 20 * SECOND));
      const { sut } = setup({ gate: DEFAULT_VOICE_ACTIVATION });
      for (const frame of keys) {
        sut.setTyping(true);
        sut.push(frame);
      }
      expect(sut.figures.sent).toBe(0);
      const { sut: byLevel } = setup({ gate: DEFAULT_VOICE_ACTIVATION });
      keys.forEach((frame) => byLevel.push(frame));
      expect(byLevel.figures.sent).toBeGreaterThan(800);
    });

    it('still lets a voice through from its beginning, however it begins', () => {
      // 100 ms of a hiss, as in "so", and a vowel.
      const word = Float32Array.from([...noise(3, 0.03, 4_800), ...babble(120, 0.3, SECOND / 2)]);
      const { sut, packets } = setup({ gate: DEFAULT_VOICE_ACTIVATION });
      const frames = framesOf(Float32Array.from([...hiss(SECOND), ...word]));
      for (const frame of frames) {
        sut.setTyping(true);
        sut.push(frame);
      }
      expect(packets[0]?.timestampSamples).toBeLessThanOrEqual(SECOND + FRAME_SAMPLES);
      expect(packets.at(-1)?.timestampSamples).toBe((frames.length - 1) * FRAME_SAMPLES);
    });

    it('opens for the key as ever, with one frame from before', () => {
      const { sut, packets } = setup({ gate: KEY });
      for (const pressed of [false, false, false, true]) {
        sut.setTyping(true);
        sut.setPressed(pressed);
        sut.push(flat(-20));
      }
      expect(sent(packets)).toBe('2 3');
    });

    it('forgets it two seconds after it was last told, and at once when told so', () => {
      const tap = flat(-20);
      const opened = (told: (sut: VoiceUplink) => void, quiet: number): boolean => {
        const { sut } = setup();
        told(sut);
        for (let i = 0; i < quiet; i++) sut.push(SILENCE);
        sut.push(tap);
        return sut.talking;
      };
      expect(opened((sut) => sut.setTyping(true), 99)).toBe(false);
      // One frame to fade back.
      expect(opened((sut) => sut.setTyping(true), 101)).toBe(true);
      expect(
        opened((sut) => {
          sut.setTyping(true);
          sut.push(SILENCE);
          sut.setTyping(false);
        }, 1),
      ).toBe(true);
    });

    it('passes what it hears bit for bit before and after', () => {
      const { sut, encoder } = setup({ gate: KEY });
      const voice = framesOf(babble(120, 0.3, SECOND));
      sut.setPressed(true);
      voice.forEach((frame, i) => {
        if (i === 20) sut.setTyping(true);
        if (i === 30) sut.setTyping(false);
        sut.push(frame);
      });
      expect(joined(encoder.frames.slice(0, 20))).toEqual(joined(voice.slice(0, 20)));
      expect(joined(encoder.frames.slice(20, 30))).not.toEqual(joined(voice.slice(20, 30)));
      expect(joined(encoder.frames.slice(31))).toEqual(joined(voice.slice(31)));
    });
  });

  it('ends a talk spurt when told that no more frames will come', () => {
    const { sut, packets } = setup();
    sut.push(flat(-20));
    sut.endSpurt();
    sut.endSpurt();
    expect(sent(packets)).toBe('0 1E');
  });

  it('whatever happens, ends each talk spurt once and never sends more than it captured and ended', () => {
    const actions = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.constantFrom(-90, -60, -20).map((dbfs) => (sut: VoiceUplink) => sut.push(flat(dbfs))),
      },
      fc.boolean().map((muted) => (sut: VoiceUplink) => sut.setMuted(muted)),
      fc.boolean().map((types) => (sut: VoiceUplink) => sut.setTyping(types)),
      fc.boolean().map((pressed) => (sut: VoiceUplink) => sut.setPressed(pressed)),
      fc.constantFrom(GATE, KEY).map((gate) => (sut: VoiceUplink) => sut.setGate(gate)),
    );
    fc.assert(
      fc.property(fc.array(actions, { maxLength: 100 }), (steps) => {
        const { sut, packets } = setup();
        steps.forEach((step) => step(sut));
        sut.endSpurt();
        const spurts = packets.filter(({ end }) => end).length;
        expect(sut.figures.spurts).toBe(spurts);
        expect(packets.at(-1)?.end ?? true).toBe(true);
        expect(packets.length).toBeLessThanOrEqual(sut.figures.captured + spurts);
      }),
    );
  });
});
