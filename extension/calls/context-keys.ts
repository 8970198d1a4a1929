import { can } from '@switchboard/client/can';
import type { CallState } from './calls.ts';
import { clientStateOf } from './follow-call.ts';

/** What `when` clauses of the manifest ask for, without the prefix `switchboard.`. */
export interface ContextKeys {
  /** There is a call of any kind, also one that has ended for a reason. */
  readonly active: boolean;
  readonly connected: boolean;
  readonly inRoom: boolean;
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly pushToTalk: boolean;
  readonly mayMakeRooms: boolean;
}

export function contextKeys(call: CallState): ContextKeys {
  const state = clientStateOf(call);
  return {
    active: call.status !== 'none',
    connected: state?.connection.status === 'ready',
    inRoom: state !== undefined && state.channelId !== null,
    muted: state?.muted ?? false,
    deafened: state?.deafened ?? false,
    pushToTalk: state?.activation.mode === 'push-to-talk',
    mayMakeRooms: state !== undefined && can(state, 'channel.temporary'),
  };
}

/** The keys of which `after` says something else than `before`. */
export function changedKeys(before: ContextKeys | undefined, after: ContextKeys): readonly (keyof ContextKeys)[] {
  return (Object.keys(after) as (keyof ContextKeys)[]).filter((key) => before?.[key] !== after[key]);
}
