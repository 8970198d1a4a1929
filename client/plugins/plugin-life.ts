import { PLUGIN_RESTARTS, PLUGIN_RESTART_WINDOW_MS } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';

/** What a plugin's runner is at. `breaks`: when it broke of late, in ms of the clock, oldest first. */
export type PluginLife =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly breaks: readonly number[] }
  /** It broke, and another thread is starting. */
  | { readonly kind: 'restarting'; readonly breaks: readonly number[]; readonly problem: Problem }
  /** It broke too often, or could not be started: only `start` tries again. */
  | { readonly kind: 'stopped'; readonly problem: Problem };

export type PluginLifeEvent =
  /** Somebody wants it to run. */
  | { readonly type: 'start' }
  /** Nobody wants it to run. */
  | { readonly type: 'stop' }
  /** The thread has it running. */
  | { readonly type: 'started' }
  /** The thread broke, was ended, or could not start: it is of no use any more. */
  | { readonly type: 'broke'; readonly problem: Problem; readonly atMs: number };

/** To be done in this order. */
export type PluginLifeEffect = 'close' | 'open';

export interface PluginLifeStep {
  readonly life: PluginLife;
  readonly effects: readonly PluginLifeEffect[];
}

export const OFF: PluginLife = { kind: 'off' };

/**
 * A plugin that runs and breaks is started again, at most `PLUGIN_RESTARTS` times within `PLUGIN_RESTART_WINDOW_MS`. One that breaks before
 * it has started is not: it would do the same again.
 */
export function transition(life: PluginLife, event: PluginLifeEvent): PluginLifeStep {
  switch (event.type) {
    case 'start':
      return isUp(life) ? stay(life) : { life: { kind: 'starting' }, effects: ['open'] };
    case 'stop':
      return { life: OFF, effects: isUp(life) ? ['close'] : [] };
    case 'started':
      if (life.kind === 'starting') return stay({ kind: 'running', breaks: [] });
      return stay(life.kind === 'restarting' ? { kind: 'running', breaks: life.breaks } : life);
    case 'broke':
      return broken(life, event.problem, event.atMs);
  }
}

function broken(life: PluginLife, problem: Problem, atMs: number): PluginLifeStep {
  if (!isUp(life)) return stay(life);
  const stopped: PluginLifeStep = { life: { kind: 'stopped', problem }, effects: ['close'] };
  if (life.kind !== 'running') return stopped;
  const breaks = [...life.breaks.filter((ms) => ms > atMs - PLUGIN_RESTART_WINDOW_MS), atMs];
  if (breaks.length > PLUGIN_RESTARTS) return stopped;
  return { life: { kind: 'restarting', breaks, problem }, effects: ['close', 'open'] };
}

/** Whether it has a thread. */
export function isUp({ kind }: PluginLife): boolean {
  return kind === 'starting' || kind === 'running' || kind === 'restarting';
}

function stay(life: PluginLife): PluginLifeStep {
  return { life, effects: [] };
}
