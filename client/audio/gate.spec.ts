import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dbfsToPower } from './frame.ts';
import {
  CLOSED_GATE,
  DEFAULT_PUSH_TO_TALK,
  DEFAULT_VOICE_ACTIVATION,
  gateStep,
  type GateConfig,
  type GateInput,
  type GateState,
} from './gate.ts';

const VOICE: GateConfig = { mode: 'voice', activationDbfs: -40, releaseDbfs: -50, windowFrames: 2, hangOverFrames: 3 };
const KEY: GateConfig = { mode: 'push-to-talk', releaseDelayFrames: 2 };

/** One letter a frame: `.` not sent, `o` sent, `E` sent as the last. */
function trace(config: GateConfig, inputs: readonly GateInput[]): string {
  let state: GateState = CLOSED_GATE;
  return inputs
    .map((input) => {
      const step = gateStep(config, state, input);
      state = step.state;
      return step.ended ? 'E' : step.open ? 'o' : '.';
    })
    .join('');
}

const levels = (...dbfs: number[]): GateInput[] =>
  dbfs.map((level) => ({ power: dbfsToPower(level), pressed: false, voice: true }));
const voiceless = (...dbfs: number[]): GateInput[] => levels(...dbfs).map((input) => ({ ...input, voice: false }));
const keys = (pattern: string): GateInput[] =>
  Array.from(pattern, (key) => ({ power: 0, pressed: key === '#', voice: false }));

describe('gateStep with voice activation', () => {
  it('opens on the first loud frame and names the last of the hang-over', () => {
    expect(trace(VOICE, levels(-90, -20, -90, -90, -90, -90, -90))).toBe('.ooooE.');
  });

  it('opens for a single frame only if it outweighs the window', () => {
    expect(trace(VOICE, levels(-90, -38, -90))).toBe('...');
    expect(trace(VOICE, levels(-90, -36, -90))).toBe('.oo');
  });

  it('opens when frames just above activation follow one another', () => {
    expect(trace(VOICE, levels(-39, -39, -39))).toBe('.oo');
  });

  it('stays open between release and activation, and does not open there', () => {
    expect(trace(VOICE, levels(-45, -45, -45))).toBe('...');
    expect(trace(VOICE, levels(-20, -45, -45, -45, -45, -45))).toBe('oooooo');
  });

  it('begins the hang-over anew with each sound', () => {
    const pause = [-90, -90, -90];
    expect(trace(VOICE, levels(-20, ...pause, -20, ...pause, -90, -90))).toBe('ooooooooE.');
  });

  it('keeps silent on silence', () => {
    expect(trace(DEFAULT_VOICE_ACTIVATION, levels(...Array.from({ length: 50 }, () => -Infinity)))).toBe(
      '.'.repeat(50),
    );
  });

  it('is always open with an activation level that everything reaches', () => {
    const open: GateConfig = { ...DEFAULT_VOICE_ACTIVATION, activationDbfs: -Infinity, releaseDbfs: -Infinity };
    expect(trace(open, levels(-Infinity, -Infinity))).toBe('oo');
  });

  it.each([-40, -30, -20, -10])('opens at once, by default, on speech of %i dBFS', (level) => {
    expect(trace(DEFAULT_VOICE_ACTIVATION, levels(-70, -70, -70, level))).toBe('...o');
  });
});

describe('gateStep with voice activation, where no voice is heard', () => {
  const loud = (frames: number): number[] => Array.from({ length: frames }, () => -10);

  it('does not open on what is loud for nine frames', () => {
    expect(trace(VOICE, voiceless(...loud(9), -90, -90, -90))).toBe('............');
  });

  it('opens on what goes on for ten', () => {
    expect(trace(VOICE, voiceless(...loud(11)))).toBe('.........oo');
  });

  it('begins to count anew after a frame that is quiet', () => {
    expect(trace(VOICE, voiceless(...loud(9), -90, ...loud(9)))).toBe('.'.repeat(19));
  });

  it('does not stay open either', () => {
    expect(trace(VOICE, [...levels(-10), ...voiceless(...loud(4))])).toBe('oooE.');
  });

  it('opens as soon as there is one', () => {
    expect(trace(VOICE, [...voiceless(...loud(3)), ...levels(-10)])).toBe('...o');
  });
});

describe('gateStep with push-to-talk', () => {
  it('follows the key and sends on for the release delay', () => {
    expect(trace(KEY, keys('.##...'))).toBe('.oooE.');
  });

  it('goes on in one talk spurt if the key comes back within the delay', () => {
    expect(trace(KEY, keys('#.#...'))).toBe('ooooE.');
  });

  it('looks at no level', () => {
    expect(trace(KEY, levels(0, 0))).toBe('..');
  });

  it('takes a delay of none as one frame: END needs a frame to travel on', () => {
    expect(trace({ mode: 'push-to-talk', releaseDelayFrames: 0 }, keys('#..'))).toBe('oE.');
  });

  it('takes over a talk spurt that voice activation began', () => {
    const begun = gateStep(VOICE, CLOSED_GATE, { power: 1, pressed: false, voice: true });
    const step = gateStep(KEY, begun.state, { power: 1, pressed: true, voice: true });
    expect([step.open, step.ended]).toEqual([true, false]);
  });
});

describe('gateStep', () => {
  const configs = fc.constantFrom(VOICE, KEY, DEFAULT_VOICE_ACTIVATION, DEFAULT_PUSH_TO_TALK);
  const inputs = fc.array(
    fc.record({ power: fc.double({ min: 0, max: 1, noNaN: true }), pressed: fc.boolean(), voice: fc.boolean() }),
    {
      maxLength: 200,
    },
  );

  it('ends each talk spurt exactly once, on its last frame', () => {
    fc.assert(
      fc.property(configs, inputs, (config, frames) => {
        expect(trace(config, frames)).toMatch(/^\.*(o+E\.*)*o*$/);
      }),
    );
  });

  it('keeps no more than its window', () => {
    fc.assert(
      fc.property(configs, inputs, (config, frames) => {
        const last = frames.reduce<GateState>((state, input) => gateStep(config, state, input).state, CLOSED_GATE);
        expect(last.powers.length).toBeLessThanOrEqual(config.mode === 'voice' ? config.windowFrames : 0);
      }),
    );
  });
});
