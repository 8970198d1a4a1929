import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceEncoder } from './codec.ts';
import { FRAME_SAMPLES, dbfsToAmplitude, meanSquare } from './frame.ts';
import type { GateConfig } from './gate.ts';
import { babble, framesOf, joined } from './testing/sounds.ts';
import { VoiceUplink, type CapturedFrame, type CaptureFilter, type UplinkPacket } from './uplink.ts';

const GATE: GateConfig = { mode: 'voice', activationDbfs: -50, releaseDbfs: -56, windowFrames: 1, hangOverFrames: 2 };
const KEY: GateConfig = { mode: 'push-to-talk', releaseDelayFrames: 2 };

/** Lets frames pass when it is told to. */
class HeldFilter implements CaptureFilter<CapturedFrame> {
  readonly held: { frame: CapturedFrame; passed: (frame: CapturedFrame, samples: Float32Array) => void }[] = [];
  seen = 0;

  push(frame: CapturedFrame, passed: (frame: CapturedFrame, samples: Float32Array) => void): void {
    this.seen++;
    this.held.push({ frame, passed });
  }

  drop(): void {
    this.held.length = 0;
  }

  pass(change: (sample: number) => number = (sample) => sample): void {
    const first = this.held.shift();
    first?.passed(first.frame, first.frame.samples.map(change));
  }
}

function setup(gate: GateConfig = GATE) {
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
  const filter = new HeldFilter();
  const sut = new VoiceUplink({ encoder, sink: (packet) => packets.push(packet), gate, filter });
  /** One frame in, the oldest out. */
  const say = (samples: Float32Array): void => {
    sut.push(samples);
    filter.pass();
  };
  return { sut, filter, packets, encoded, say };
}

const SILENCE = new Float32Array(10 * FRAME_SAMPLES);
const flat = (dbfs: number): Float32Array => new Float32Array(FRAME_SAMPLES).fill(dbfsToAmplitude(dbfs));

/** Timestamps in frames, and `E` behind the last of a spurt. */
const sent = (packets: readonly UplinkPacket[]): string =>
  packets.map(({ timestampSamples, end }) => `${timestampSamples / FRAME_SAMPLES}${end ? 'E' : ''}`).join(' ');

describe('VoiceUplink with plugins', () => {
  it('measures, gates and sends what they have made of it', () => {
    const { sut, filter, packets, encoded } = setup();
    sut.push(flat(-20));
    expect(packets).toEqual([]);
    filter.pass(() => 0);
    expect(packets).toEqual([]);
    sut.push(flat(-90));
    filter.pass(() => 0.5);
    expect(packets.map(({ levelDbov }) => levelDbov)).toEqual([127, 6]);
    expect(encoded[1]?.[0]).toBe(0.5);
  });

  it('gives them what is cleaned already', () => {
    const { sut, filter } = setup();
    sut.push(flat(-20).fill(NaN, 0, 2));
    expect(filter.held[0]?.frame.samples.every(Number.isFinite)).toBe(true);
  });

  it('goes by the talk key as it was when the frame was captured', () => {
    const { sut, filter, packets } = setup(KEY);
    sut.push(flat(-20));
    sut.setPressed(true);
    filter.pass();
    expect(packets).toEqual([]);
    sut.push(flat(-20));
    sut.setPressed(false);
    filter.pass();
    expect(sent(packets)).toBe('0 1');
  });

  it('sends as without them, only later', () => {
    const words = framesOf(Float32Array.from([...SILENCE, ...babble(140, 0.3, 24_000), ...SILENCE]));
    const { packets, encoded, say } = setup();
    words.forEach(say);
    const plain: UplinkPacket[] = [];
    const plainFrames: Float32Array[] = [];
    const encoder: VoiceEncoder = {
      encode: (frame) => {
        plainFrames.push(frame.slice());
        return Uint8Array.of(1);
      },
      setBitrate: () => undefined,
      free: () => undefined,
    };
    const without = new VoiceUplink({ encoder, sink: (packet) => plain.push(packet), gate: GATE });
    words.forEach((frame) => without.push(frame));
    expect(packets).toEqual(plain);
    expect(joined(encoded)).toEqual(joined(plainFrames));
    expect(plain.length).toBeGreaterThan(20);
  });

  it('gives them nothing while muted', () => {
    const { sut, filter } = setup();
    sut.setMuted(true);
    sut.push(flat(-20));
    expect(filter.seen).toBe(0);
    expect(sut.levelDbov).toBe(20);
  });

  it.each([
    ['muting', (sut: VoiceUplink) => sut.setMuted(true)],
    ['the end of a talk spurt', (sut: VoiceUplink) => sut.endSpurt()],
    ['an echo test', (sut: VoiceUplink) => sut.setEcho(() => undefined)],
  ])('sends nothing of what is on its way at %s, and ends the talk spurt where it was', (_, act) => {
    const { sut, filter, packets, encoded, say } = setup();
    say(flat(-20));
    sut.push(flat(-20).fill(0.9, 500));
    act(sut);
    filter.pass();
    expect(sent(packets)).toBe('0 1E');
    const [before, last] = encoded as [Float32Array, Float32Array];
    expect(last[0]).toBeCloseTo(before.at(-1)! * Math.exp(-1 / 48));
    expect(meanSquare(last.subarray(FRAME_SAMPLES / 2))).toBeLessThan(1e-8);
  });

  it('goes on after that on the capture clock', () => {
    const { sut, packets, say } = setup();
    say(flat(-20));
    sut.push(flat(-20));
    sut.setMuted(true);
    sut.push(flat(-20));
    sut.setMuted(false);
    say(flat(-20));
    expect(sent(packets)).toBe('0 1E 3');
  });

  describe('in an echo test', () => {
    it('plays back what others would hear, and sends none of it', () => {
      const { sut, filter, packets } = setup();
      const echoed: (number | undefined)[] = [];
      sut.setEcho((samples) => echoed.push(samples[0]));
      sut.push(flat(-20));
      filter.pass(() => 0.25);
      expect(echoed).toEqual([0.25]);
      sut.setEcho(undefined);
      sut.push(flat(-20));
      filter.pass();
      expect(echoed).toHaveLength(1);
      expect(sent(packets)).toBe('1');
    });

    it('plays back past them while muted', () => {
      const { sut, filter } = setup();
      const echoed: number[] = [];
      sut.setMuted(true);
      sut.setEcho((samples) => echoed.push(samples[0]!));
      sut.push(flat(-20));
      expect([filter.seen, echoed]).toEqual([0, [expect.closeTo(0.1)]]);
    });

    it('sends nothing into the room of what it was still to play back at its end', () => {
      const { sut, filter, packets } = setup();
      sut.setEcho(() => undefined);
      sut.push(flat(-20));
      sut.setEcho(undefined);
      filter.pass();
      expect(packets).toEqual([]);
    });
  });

  it('whatever happens meanwhile, ends each talk spurt once, and lets nothing out that was captured before a mute', () => {
    const MUTED = 0.9;
    const steps = fc.array(
      fc.constantFrom('loud', 'quiet', 'pass', 'mute', 'unmute', 'end', 'press', 'release', 'key', 'voice'),
      { maxLength: 120, size: 'max' },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const { sut, filter, packets, encoded } = setup();
        let muted = false;
        for (const step of script) {
          // What is said while muted is told by its value.
          if (step === 'loud') sut.push(muted ? flat(-20).fill(MUTED) : flat(-20));
          else if (step === 'quiet') sut.push(flat(-90));
          else if (step === 'pass') filter.pass();
          else if (step === 'mute' || step === 'unmute') {
            muted = step === 'mute';
            sut.setMuted(muted);
            const before = packets.length;
            filter.pass();
            if (muted) expect(packets).toHaveLength(before);
          } else if (step === 'end') sut.endSpurt();
          else if (step === 'press' || step === 'release') sut.setPressed(step === 'press');
          else sut.setGate(step === 'key' ? KEY : GATE);
        }
        while (filter.held.length > 0) filter.pass();
        sut.endSpurt();
        expect(sut.figures.spurts).toBe(packets.filter(({ end }) => end).length);
        expect(packets.at(-1)?.end ?? true).toBe(true);
        const values = new Set(encoded.map((frame) => frame[0]!));
        expect([...values].every((value) => value < MUTED - 0.1)).toBe(true);
        // Within a talk spurt no frame is left out and none comes twice.
        packets.forEach(({ timestampSamples }, i) => {
          const before = packets[i - 1];
          if (before === undefined || before.end) return;
          expect(timestampSamples - before.timestampSamples).toBe(FRAME_SAMPLES);
        });
      }),
      { numRuns: 500 },
    );
  });
});
