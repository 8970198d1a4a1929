import { PLUGIN_RESTART_WINDOW_MS } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../client-state.ts';
import { isUp, OFF, transition, type PluginLife, type PluginLifeEffect, type PluginLifeEvent } from './plugin-life.ts';

const PROBLEM: Problem = { code: 'plugin.crashed', message: 'It broke.' };
const broke = (atMs: number): PluginLifeEvent => ({ type: 'broke', problem: PROBLEM, atMs });

/** What becomes of it, and what was done on the way. */
function after(...events: readonly PluginLifeEvent[]): { life: PluginLife; effects: PluginLifeEffect[] } {
  let life = OFF;
  const effects: PluginLifeEffect[] = [];
  for (const event of events) {
    const step = transition(life, event);
    life = step.life;
    effects.push(...step.effects);
  }
  return { life, effects };
}

const START: PluginLifeEvent = { type: 'start' };
const STARTED: PluginLifeEvent = { type: 'started' };
const STOP: PluginLifeEvent = { type: 'stop' };

describe('the life of a plugin', () => {
  it('goes from off over starting to running, and back', () => {
    expect(after(START)).toEqual({ life: { kind: 'starting' }, effects: ['open'] });
    expect(after(START, STARTED).life.kind).toBe('running');
    expect(after(START, STARTED, STOP)).toEqual({ life: OFF, effects: ['open', 'close'] });
  });

  it('starts again what breaks, and says of what', () => {
    const { life, effects } = after(START, STARTED, broke(1));
    expect(life).toMatchObject({ kind: 'restarting', problem: PROBLEM });
    expect(effects).toEqual(['open', 'close', 'open']);
  });

  const breaks = (...atMs: readonly number[]): PluginLifeEvent[] => atMs.flatMap((ms) => [STARTED, broke(ms)]);

  it('stops what breaks once more than three times in ten minutes', () => {
    expect(after(START, ...breaks(1, 2, 3)).life.kind).toBe('restarting');
    expect(after(START, ...breaks(1, 2, 3, 4)).life).toEqual({ kind: 'stopped', problem: PROBLEM });
  });

  it('forgets what is ten minutes ago', () => {
    expect(after(START, ...breaks(0, 2, 3, PLUGIN_RESTART_WINDOW_MS)).life.kind).toBe('restarting');
    expect(after(START, ...breaks(1, 2, 3, PLUGIN_RESTART_WINDOW_MS)).life.kind).toBe('stopped');
  });

  it('tries no start again that failed, the first or a later', () => {
    expect(after(START, broke(1))).toEqual({ life: { kind: 'stopped', problem: PROBLEM }, effects: ['open', 'close'] });
    expect(after(START, STARTED, broke(1), broke(2)).life.kind).toBe('stopped');
  });

  it('tries anew, with all its chances, when it is started again', () => {
    const { life, effects } = after(START, ...breaks(1, 2, 3, 4), START, ...breaks(5, 6, 7));
    expect(life.kind).toBe('restarting');
    expect(effects.filter((effect) => effect === 'open')).toHaveLength(8);
  });

  it('has a thread exactly while it is up, whatever comes', () => {
    const event = fc.oneof(fc.constantFrom(START, STARTED, STOP), fc.nat(1_000_000).map(broke));
    fc.assert(
      fc.property(fc.array(event), (events) => {
        let life = OFF;
        let threads = 0;
        for (const next of events) {
          const step = transition(life, next);
          for (const effect of step.effects) threads += effect === 'open' ? 1 : -1;
          ({ life } = step);
          expect(threads).toBe(isUp(life) ? 1 : 0);
        }
      }),
    );
  });
});
