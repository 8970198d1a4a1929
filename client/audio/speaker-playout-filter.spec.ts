import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceDecoder } from './codec.ts';
import { FRAME_SAMPLES } from './frame.ts';
import { joined } from './testing/sounds.ts';
import { SpeakerPlayout, type PlayoutFilter } from './speaker-playout.ts';

/** A packet of one byte says the value of its frame, in hundredths. */
class ValueDecoder implements VoiceDecoder {
  #last = 0;

  decode([value = 0]: Uint8Array): Float32Array {
    this.#last = value / 100;
    return new Float32Array(FRAME_SAMPLES).fill(this.#last);
  }

  conceal(): Float32Array {
    return new Float32Array(FRAME_SAMPLES).fill(this.#last);
  }

  recover(): undefined {
    return undefined;
  }

  free(): void {
    this.#last = 0;
  }
}

/** Does to frames what it is told, and remembers them. */
class ScriptedFilter implements PlayoutFilter {
  on = false;
  change: (sample: number) => number = (sample) => -sample;
  readonly begun: number[] = [];
  rests = 0;
  #frame: Float32Array | undefined;

  begin(samples: Float32Array): void {
    if (this.on) this.begun.push(Math.round(samples[480]! * 100));
    this.#frame = this.on ? samples.map(this.change) : samples;
  }

  take(): Float32Array | undefined {
    const frame = this.#frame;
    this.#frame = undefined;
    return frame;
  }

  rest(): void {
    this.rests++;
    this.#frame = undefined;
  }
}

function setup() {
  const filter = new ScriptedFilter();
  const speaking: boolean[] = [];
  const sut = new SpeakerPlayout({ decoder: new ValueDecoder(), filter, onSpeaking: (now) => speaking.push(now) });
  let sequence = 0;
  const say = (...values: number[]): void => {
    for (const value of values) put(value, false);
  };
  const put = (value: number, end: boolean): void => {
    const packet = { sequence, timestampSamples: sequence * FRAME_SAMPLES, end, payload: Uint8Array.of(value) };
    sequence++;
    sut.insert(packet);
  };
  const last = (value: number): void => put(value, true);
  const pull = (): Float32Array => sut.pull() ?? new Float32Array(FRAME_SAMPLES);
  /** What is heard in the middle of each frame, in hundredths. */
  const heard = (ticks: number): number[] => Array.from({ length: ticks }, () => Math.round(pull()[480]! * 100) + 0);
  return { sut, filter, speaking, say, last, pull, heard };
}

function steepest(samples: Float32Array): number {
  return samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? 0))), 0);
}

describe('SpeakerPlayout with plugins', () => {
  it('plays as without while they are off', () => {
    const { say, last, heard, filter } = setup();
    say(10, 20);
    last(30);
    expect(heard(4)).toEqual([10, 20, 30, 0]);
    expect(filter.begun).toEqual([]);
  });

  it('plays each frame one frame later, as they have made it', () => {
    const { say, last, heard, filter } = setup();
    filter.on = true;
    say(10, 20);
    last(30);
    expect(heard(5)).toEqual([0, -10, -20, -30, 0]);
    expect(filter.begun).toEqual([10, 20, 30]);
  });

  it('tells that somebody speaks when it is heard', () => {
    const { say, last, heard, filter, speaking } = setup();
    filter.on = true;
    say(10);
    last(20);
    heard(1);
    expect(speaking).toEqual([]);
    heard(1);
    expect(speaking).toEqual([true]);
    heard(1);
    expect(speaking).toEqual([true, false]);
  });

  it('fades what they made, at the beginning and at the end', () => {
    const { say, last, pull, filter } = setup();
    filter.on = true;
    filter.change = () => 0.5;
    say(0, 0);
    last(0);
    const heard = joined([pull(), pull(), pull(), pull(), pull()]);
    expect(steepest(heard)).toBeLessThan(0.5 / 240 + 1e-6);
    expect(heard[2 * FRAME_SAMPLES]).toBe(0.5);
  });

  it('applies the volume to what they made', () => {
    const { sut, say, heard, filter } = setup();
    filter.on = true;
    sut.setVolume(2);
    sut.pull();
    say(10, 20, 30);
    expect(heard(3)).toEqual([0, -20, -40]);
    expect(filter.begun).toEqual([10, 20, 30]);
  });

  it('lets out what breaks off, and gives it to them as well', () => {
    const { say, heard, filter } = setup();
    filter.on = true;
    say(10, 20);
    // Five frames of concealment, and the one that fades.
    expect(heard(10)).toEqual([0, -10, -20, -20, -20, -20, -20, -20, 0, 0]);
    expect(filter.begun).toEqual([10, 20, 20, 20, 20, 20, 20, 20]);
  });

  describe('switched on in the middle of a word', () => {
    it('loses no frame: one is heard as it was, and again as they made it', () => {
      const { say, last, heard, filter } = setup();
      say(10, 20, 30, 40, 50);
      last(60);
      expect(heard(2)).toEqual([10, 20]);
      filter.on = true;
      expect(heard(6)).toEqual([30, -30, -40, -50, -60, 0]);
    });

    it('does not click', () => {
      const { say, pull, filter } = setup();
      say(50, 50, 50, 50, 50, 50);
      const heard = [pull(), pull()];
      filter.on = true;
      heard.push(pull(), pull(), pull());
      expect(steepest(joined(heard))).toBeLessThan(1 / 240 + 1e-6);
      expect(heard.at(-1)![0]).toBe(-0.5);
    });

    it('waits for the next word where that one is just ending', () => {
      const { say, last, heard, filter } = setup();
      say(10);
      last(20);
      heard(1);
      filter.on = true;
      expect(heard(2)).toEqual([20, 0]);
      expect(filter.begun).toEqual([]);
      say(30);
      last(40);
      expect(heard(4)).toEqual([0, -30, -40, 0]);
    });
  });

  describe('switched off in the middle of a word', () => {
    it('loses no frame, and takes the delay off in the next silence', () => {
      const { say, last, heard, filter } = setup();
      filter.on = true;
      say(10, 20, 30, 40);
      last(50);
      expect(heard(3)).toEqual([0, -10, -20]);
      filter.on = false;
      expect(heard(4)).toEqual([-30, 40, 50, 0]);
      say(60);
      last(70);
      expect(heard(3)).toEqual([60, 70, 0]);
    });
  });

  it('tells them that silence follows, and when the speaker has gone', () => {
    const { sut, say, last, heard, filter } = setup();
    filter.on = true;
    say(10);
    last(20);
    heard(2);
    expect(filter.rests).toBe(0);
    heard(1);
    expect(filter.rests).toBe(1);
    sut.free();
    expect(filter.rests).toBe(2);
  });

  it('however often they are switched, plays every frame, in order, and each at most twice', () => {
    const script = fc.array(fc.record({ on: fc.boolean(), ticks: fc.integer({ min: 1, max: 6 }) }), { maxLength: 12 });
    fc.assert(
      fc.property(script, fc.integer({ min: 2, max: 40 }), (switches, length) => {
        const { sut, filter, pull } = setup();
        filter.change = (sample) => sample;
        const played: number[] = [];
        let said = 0;
        // As packets come: one for each frame that is played.
        const tick = (): void => {
          if (said < length) {
            const sequence = said++;
            const end = said === length;
            const packet = { sequence, timestampSamples: sequence * FRAME_SAMPLES, end, payload: Uint8Array.of(said) };
            sut.insert(packet);
          }
          const value = Math.round(pull()[480]! * 100);
          if (value !== 0) played.push(value);
        };
        for (const { on, ticks } of switches) {
          filter.on = on;
          for (let i = 0; i < ticks; i++) tick();
        }
        for (let i = 0; i < length + 10; i++) tick();
        expect([...new Set(played)]).toEqual(Array.from({ length }, (_, i) => i + 1));
        // Twice only where it was switched on, and the delay is not there yet.
        expect(played.length - length).toBeLessThanOrEqual(1);
        expect(played).toEqual(played.toSorted((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});
