/**
 * The process that holds the system's keyboard hook, forked by the extension host. It sees every key that is pressed, tells of one
 * chord alone, and keeps and writes nothing. A hook that breaks takes nothing but this process with it.
 */

import type { Clock } from '@switchboard/client';
import type { uIOhook } from 'uiohook-napi';

import { HeldChord } from './held-chord.ts';
import { knownProblem, problemOf } from './hook-problem.ts';
import { parseChord } from './keys.ts';
import { isToTalkKeyProcess, type FromTalkKeyProcess, type TalkKeyProblem } from './talk-key-messages.ts';

type UIOhook = typeof uIOhook;

const clock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Without a reader there is nothing to be done: the parent is gone, and `disconnect` says so too. */
function tell(message: FromTalkKeyProcess): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

function unavailable(problem: TalkKeyProblem, error?: unknown): void {
  tell({ type: 'unavailable', problem, detail: error instanceof Error ? error.message : '' });
}

async function watch(key: string): Promise<void> {
  const chord = parseChord(key);
  const known = knownProblem({ platform: process.platform, env: process.env });
  if (chord === undefined) unavailable('unknown_key');
  else if (known !== undefined) unavailable(known);
  else {
    const hook = await loadHook();
    if (hook !== undefined) follow(new HeldChord(chord, clock, () => tell({ type: 'released' })), hook);
  }
}

async function loadHook(): Promise<UIOhook | undefined> {
  try {
    return (await import('uiohook-napi')).uIOhook;
  } catch (error) {
    unavailable('not_loaded', error);
    return undefined;
  }
}

function follow(held: HeldChord, hook: UIOhook): void {
  const note = (code: number, down: boolean): void => {
    const change = held.key(code, down);
    if (change !== undefined) tell({ type: change });
  };
  hook.on('keydown', ({ keycode }) => note(keycode, true));
  hook.on('keyup', ({ keycode }) => note(keycode, false));
  try {
    hook.start();
  } catch (error) {
    unavailable(problemOf(error), error);
    return;
  }
  tell({ type: 'ready' });
}

process.once('message', (message) => {
  if (isToTalkKeyProcess(message)) void watch(message.key);
});
// At once: the hook's own end can wait for a key.
process.on('disconnect', () => process.exit(0));
