import type { Place } from '@switchboard/protocol';

/*
 * Following somebody through their files. Pure. It goes on until one moves by oneself, and never jumps twice at once: what comes
 * during a jump waits, and the latest counts.
 */

export type FollowState =
  /** A jump may be under way still, when one has stopped during it. */
  | { readonly status: 'idle'; readonly jumping: boolean }
  | {
      readonly status: 'following';
      readonly memberId: string;
      /** Where one was led last, or is being led. */
      readonly at: Place | undefined;
      readonly jumping: boolean;
      /** Comes after the jump that is under way. */
      readonly next: Place | undefined;
    };

export type FollowEvent =
  | { readonly type: 'start'; readonly memberId: string; readonly place: Place | undefined }
  /** Where the others in one's room are now, by member id; who is not in it is gone. */
  | { readonly type: 'places'; readonly roommates: ReadonlyMap<string, Place | undefined> }
  | { readonly type: 'jumped' }
  /** One has typed, clicked, or opened something else. */
  | { readonly type: 'moved' }
  | { readonly type: 'stop' };

export type FollowEffect =
  | { readonly type: 'jump'; readonly place: Place }
  | { readonly type: 'stopped'; readonly reason: 'asked' | 'moved' | 'gone' };

export interface FollowTransition {
  readonly state: FollowState;
  readonly effects: readonly FollowEffect[];
}

export const IDLE: FollowState = { status: 'idle', jumping: false };

export function followTransition(state: FollowState, event: FollowEvent): FollowTransition {
  if (event.type === 'start') {
    const { memberId, place } = event;
    const { jumping } = state;
    return toward({ status: 'following', memberId, at: undefined, jumping, next: undefined }, place);
  }
  if (state.status === 'idle') return { state: event.type === 'jumped' ? IDLE : state, effects: [] };
  switch (event.type) {
    case 'places':
      if (!event.roommates.has(state.memberId)) return stopped(state, 'gone');
      return toward(state, event.roommates.get(state.memberId));
    case 'jumped':
      return toward({ ...state, jumping: false, next: undefined }, state.next);
    case 'moved':
      return stopped(state, 'moved');
    case 'stop':
      return stopped(state, 'asked');
  }
}

type Following = Extract<FollowState, { status: 'following' }>;

function toward(state: Following, place: Place | undefined): FollowTransition {
  if (place?.path === undefined) return { state, effects: [] };
  if (state.jumping) return { state: { ...state, next: place }, effects: [] };
  if (isSame(state.at, place)) return { state, effects: [] };
  return { state: { ...state, at: place, jumping: true }, effects: [{ type: 'jump', place }] };
}

function stopped({ jumping }: Following, reason: 'asked' | 'moved' | 'gone'): FollowTransition {
  return { state: { status: 'idle', jumping }, effects: [{ type: 'stopped', reason }] };
}

function isSame(before: Place | undefined, { workspace, path, line }: Place): boolean {
  return before?.workspace === workspace && before?.path === path && before?.line === line;
}
