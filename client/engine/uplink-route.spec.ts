import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceEncoder } from '../audio/codec.ts';
import { FRAME_SAMPLES } from '../audio/frame.ts';
import { DEFAULT_PUSH_TO_TALK, DEFAULT_VOICE_ACTIVATION, type GateConfig } from '../audio/gate.ts';
import { VoiceUplink } from '../audio/uplink.ts';
import { UplinkRoute } from './uplink-route.ts';

const LOUD = new Float32Array(FRAME_SAMPLES).fill(0.5);
const QUIET = new Float32Array(FRAME_SAMPLES).fill(0.0005);
const encoder: VoiceEncoder = {
  encode: () => Uint8Array.of(1),
  setBitrate: () => undefined,
  free: () => undefined,
};

/** What went where: `room`, or the target, and `E` behind the last of a talk spurt. */
function setUp(gate: GateConfig = DEFAULT_VOICE_ACTIVATION) {
  const sent: string[] = [];
  const sut = new UplinkRoute(gate);
  const uplink = new VoiceUplink({
    encoder,
    sink: ({ end }) => {
      const { destination } = sut;
      const where = destination.kind === 'room' ? 'room' : String(destination.targetToken);
      sent.push(`${where}${end ? 'E' : ''}`);
      sut.sent(end);
    },
  });
  sut.attach(uplink);
  const say = (frame: Float32Array, times = 1) => {
    for (let i = 0; i < times; i++) uplink.push(frame);
  };
  const taken = () => sent.splice(0).filter((packet, i, all) => packet !== all[i - 1]);
  return { sut, uplink, say, taken };
}

describe('UplinkRoute', () => {
  it('ends the talk spurt of the room before the whisper, and that of the whisper before the room', () => {
    const { sut, say, taken } = setUp();
    say(LOUD, 3);
    sut.whisper(7);
    say(LOUD, 3);
    sut.release();
    say(LOUD, DEFAULT_PUSH_TO_TALK.releaseDelayFrames);
    say(LOUD, 3);
    expect(taken()).toEqual(['room', 'roomE', '7', '7E', 'room']);
  });

  it('whispers what is too quiet for the gate of the room', () => {
    const { sut, say, taken } = setUp();
    say(QUIET, 3);
    expect(taken()).toEqual([]);
    sut.whisper(7);
    say(QUIET);
    expect(taken()).toEqual(['7']);
  });

  it('whispers the last syllable after the key was let go', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(7);
    say(LOUD);
    sut.release();
    say(LOUD, DEFAULT_PUSH_TO_TALK.releaseDelayFrames - 1);
    expect(taken()).toEqual(['7']);
    expect(sut.destination.kind).toBe('whisper');
    say(LOUD);
    expect(taken()).toEqual(['7E']);
    expect(sut.destination.kind).toBe('room');
  });

  it('is back in the room at once when nothing was whispered', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(7);
    sut.release();
    say(LOUD);
    expect(taken()).toEqual(['room']);
  });

  it('leads nothing to the room while a target is still to be told, and goes on when it is', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(null);
    say(LOUD, 2);
    sut.whisper(7);
    say(LOUD);
    expect(taken()).toEqual(['null', '7']);
  });

  it('goes on when the key is pressed again before the last syllable was over', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(7);
    say(LOUD);
    sut.release();
    say(LOUD);
    sut.whisper(7);
    say(LOUD, 20);
    expect(taken()).toEqual(['7']);
  });

  it('ends one whisper before the next', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(7);
    say(LOUD);
    sut.whisper(8);
    say(LOUD);
    sut.release();
    sut.whisper(9);
    say(LOUD);
    expect(taken()).toEqual(['7', '7E', '8', '8E', '9']);
  });

  it('ends the whisper with the voice session, and says nothing to the next room until the key is let go', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(7);
    say(LOUD);
    sut.leave();
    say(LOUD);
    expect(taken()).toEqual(['7', '7E', 'null']);
    sut.release();
    say(LOUD, DEFAULT_PUSH_TO_TALK.releaseDelayFrames + 1);
    expect(taken()).toEqual(['null', 'nullE', 'room']);
  });

  it('is back in the room at once when the voice session ends after the key was let go', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(7);
    say(LOUD);
    sut.release();
    sut.leave();
    say(LOUD);
    expect(taken()).toEqual(['7', '7E', 'room']);
  });

  it('says nothing to the room after muting and unmuting, while the key is held', () => {
    const { sut, uplink, say, taken } = setUp();
    sut.whisper(7);
    say(LOUD);
    uplink.setMuted(true);
    say(LOUD);
    uplink.setMuted(false);
    say(LOUD);
    expect(taken()).toEqual(['7', '7E', '7']);
  });

  it('keeps the room’s gate and talk key as they were set meanwhile', () => {
    const { sut, say, taken } = setUp();
    sut.whisper(7);
    sut.setGate(DEFAULT_PUSH_TO_TALK);
    say(LOUD);
    sut.release();
    say(LOUD, 20);
    expect(taken()).toEqual(['7', '7E']);
    sut.whisper(7);
    sut.press(true);
    sut.release();
    say(QUIET);
    expect(taken()).toEqual(['room']);
  });

  it('whatever happens, keeps each talk spurt at one place, and never leads to the room what was said for others', () => {
    const actions = fc.oneof(
      fc.constantFrom('loud', 'quiet', 'release', 'leave', 'mute', 'unmute', 'press', 'let go', 'voice', 'key'),
      fc.constantFrom(7, 8, null),
    );
    fc.assert(
      fc.property(fc.array(actions, { maxLength: 80, size: 'max' }), (steps) => {
        const { sut, uplink } = setUp();
        const spurts: (string | number)[][] = [[]];
        let held = false;
        const noted = new VoiceUplink({
          encoder,
          sink: ({ end }) => {
            const { destination } = sut;
            const where = destination.kind === 'room' ? 'room' : (destination.targetToken ?? 'nowhere');
            // The frame that cuts a spurt off is the spurt's own, whatever key is held by now.
            if (held && !end) expect(where).not.toBe('room');
            spurts.at(-1)?.push(where);
            if (end) spurts.push([]);
            sut.sent(end);
          },
        });
        uplink.endSpurt();
        sut.attach(noted);
        for (const step of steps) {
          if (step === 'loud') noted.push(LOUD);
          else if (step === 'quiet') noted.push(QUIET);
          else if (step === 'release') sut.release();
          else if (step === 'leave') sut.leave();
          else if (step === 'mute' || step === 'unmute') noted.setMuted(step === 'mute');
          else if (step === 'press' || step === 'let go') sut.press(step === 'press');
          else if (step === 'voice') sut.setGate(DEFAULT_VOICE_ACTIVATION);
          else if (step === 'key') sut.setGate(DEFAULT_PUSH_TO_TALK);
          else sut.whisper(step);
          if (typeof step !== 'string') held = true;
          else if (step === 'release') held = false;
        }
        // One place each, but for what went nowhere until a target was told.
        for (const spurt of spurts) expect(new Set(spurt.filter((where) => where !== 'nowhere')).size).toBeLessThan(2);
      }),
    );
  });
});
