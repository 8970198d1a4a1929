import type { ErrorCode, VoiceGrant } from '@switchboard/protocol';

/*
 * Which room one wants to be in, and which one the server has put one in. Pure. A join may be overtaken by another or by
 * a leave, and a lost connection leaves open whether the last request was heard; so this compares what is wanted with
 * what is, asks for one change at a time, and asks again until both agree.
 */

export interface Target {
  readonly channelId: string;
  readonly password: string | undefined;
}

type Seat =
  | { readonly status: 'out' }
  /** With a grant that holds, which the engine has. */
  | { readonly status: 'in'; readonly target: Target }
  /** The server may have us in a room, but we hold no grant for it. */
  | { readonly status: 'unclear' };

type Asking =
  | { readonly type: 'nothing' }
  | { readonly type: 'join'; readonly target: Target }
  | { readonly type: 'leave' }
  /** A refusal that passes: asked again when `VisitEvent` `due` comes. */
  | { readonly type: 'later' };

export interface VisitState {
  /** A request can be sent. */
  readonly online: boolean;
  readonly wanted: Target | null;
  readonly seat: Seat;
  readonly asking: Asking;
  /** Refusals of the way back into a room after a new hello; null when someone waits for the answer. */
  readonly returns: number | null;
}

export type VisitEvent =
  | { readonly type: 'join'; readonly target: Target }
  | { readonly type: 'leave' }
  | { readonly type: 'granted'; readonly voice: VoiceGrant }
  | { readonly type: 'left' }
  | { readonly type: 'refused'; readonly code: ErrorCode }
  | { readonly type: 'due' }
  /** The server put one out of the room. */
  | { readonly type: 'removed' }
  /** The server has put one into another room, with the grant of it; or out of the room. */
  | { readonly type: 'moved'; readonly target: Target; readonly voice: VoiceGrant }
  | { readonly type: 'expelled' }
  /** The engine is gone, and with it the counters of its grant, which must not start anew: only a fresh one will do. */
  | { readonly type: 'broken' }
  | { readonly type: 'lost' }
  | { readonly type: 'resumed' }
  /** A new session, which is in no room. */
  | { readonly type: 'welcomed' }
  | { readonly type: 'closed' };

export type VisitEffect =
  | { readonly type: 'ask.join'; readonly target: Target }
  | { readonly type: 'ask.leave' }
  /** Let the engine into the room, instead of the one before. */
  | { readonly type: 'enter'; readonly target: Target; readonly voice: VoiceGrant }
  /** Take the engine out of any room. */
  | { readonly type: 'exit' }
  | { readonly type: 'ask.later'; readonly attempt: number };

export interface VisitTransition {
  readonly state: VisitState;
  readonly effects: readonly VisitEffect[];
}

const OUT: Seat = { status: 'out' };
const UNCLEAR: Seat = { status: 'unclear' };
const NOTHING: Asking = { type: 'nothing' };

export const NO_VISIT: VisitState = { online: false, wanted: null, seat: OUT, asking: NOTHING, returns: null };

/** What a server that has just restarted may answer to everyone who comes back at once. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'server.rate_limited',
  'server.internal',
  'server.draining',
  'client.timeout',
]);

export function visitTransition(state: VisitState, event: VisitEvent): VisitTransition {
  switch (event.type) {
    case 'join':
      return settle({ ...state, wanted: event.target, asking: withoutPause(state.asking), returns: null });
    case 'leave':
      return leave(state);
    case 'granted':
      return granted(state, event.voice);
    case 'left':
      return settle({ ...state, seat: OUT, asking: NOTHING });
    case 'refused':
      return refused(state, event.code);
    case 'due':
      return settle({ ...state, asking: withoutPause(state.asking) });
    case 'removed':
      // While a request is on its way, what the server tells may be older than what it answers.
      if (state.seat.status !== 'in' || state.asking.type !== 'nothing') return { state, effects: [] };
      return { state: { ...state, wanted: null, seat: OUT, returns: null }, effects: [{ type: 'exit' }] };
    case 'moved':
      return movedByServer(state, event.target, event.voice);
    case 'expelled':
      return expelled(state);
    case 'broken':
      if (state.seat.status !== 'in') return { state, effects: [] };
      return settle({ ...state, seat: UNCLEAR, returns: state.asking.type === 'nothing' ? 0 : state.returns });
    case 'lost':
      return { state: { ...state, online: false, ...unanswered(state) }, effects: [] };
    case 'resumed':
      return settle({ ...state, online: true });
    case 'welcomed':
      return settle({
        ...state,
        online: true,
        seat: OUT,
        asking: NOTHING,
        returns: state.seat.status === 'in' ? 0 : state.returns,
      });
    case 'closed':
      return { state: NO_VISIT, effects: [{ type: 'exit' }] };
  }
}

/** The room that shows as one's own: the one with a grant, or the one being come back to. */
export function visitedChannel({ seat, wanted, returns }: VisitState): string | null {
  if (seat.status === 'in') return seat.target.channelId;
  return returns !== null && wanted !== null ? wanted.channelId : null;
}

/** The room that one is on the way into. */
export function joiningChannel({ seat, wanted }: VisitState): string | null {
  if (wanted === null) return null;
  return seat.status === 'in' && seat.target.channelId === wanted.channelId ? null : wanted.channelId;
}

/** Asks for the next change if one is needed and none is under way. */
function settle(state: VisitState, ...effects: VisitEffect[]): VisitTransition {
  const { online, wanted, seat, asking } = state;
  if (!online || asking.type !== 'nothing') return { state, effects };
  if (wanted === null) {
    if (seat.status === 'out') return { state, effects };
    return { state: { ...state, asking: { type: 'leave' } }, effects: [...effects, { type: 'ask.leave' }] };
  }
  if (seat.status === 'in' && seat.target.channelId === wanted.channelId) return { state, effects };
  return {
    state: { ...state, asking: { type: 'join', target: wanted } },
    effects: [...effects, { type: 'ask.join', target: wanted }],
  };
}

function leave(state: VisitState): VisitTransition {
  const seat = state.seat.status === 'in' ? UNCLEAR : state.seat;
  // Out of the room at once; the server is told when it can be.
  return settle({ ...state, wanted: null, seat, asking: withoutPause(state.asking), returns: null }, { type: 'exit' });
}

function granted(state: VisitState, voice: VoiceGrant): VisitTransition {
  if (state.asking.type !== 'join') return { state, effects: [] };
  const { target } = state.asking;
  if (state.wanted === null) return settle({ ...state, seat: UNCLEAR, asking: NOTHING });
  // Also a room that is not wanted any more: the server has us in it, and it is where we stay if the next one refuses.
  const seat: Seat = { status: 'in', target };
  const returns = state.wanted.channelId === target.channelId ? null : state.returns;
  return settle({ ...state, seat, asking: NOTHING, returns }, { type: 'enter', target, voice });
}

/** Replies and events come in the order of what the server did: a request on its way is taken in after this. */
function movedByServer(state: VisitState, target: Target, voice: VoiceGrant): VisitTransition {
  // Who wants to be in no room is not drawn into one, and leaves it, unless that is being asked for already.
  if (state.wanted === null || state.asking.type === 'leave') return settle({ ...state, seat: UNCLEAR });
  const seat: Seat = { status: 'in', target };
  const effect: VisitEffect = { type: 'enter', target, voice };
  // On the way elsewhere by one's own wish: this is where one stays if that is refused.
  if (state.asking.type === 'join') return { state: { ...state, seat }, effects: [effect] };
  return settle({ ...state, wanted: target, seat, asking: NOTHING, returns: null }, effect);
}

function expelled(state: VisitState): VisitTransition {
  if (state.seat.status !== 'in') return { state, effects: [] };
  const onTheWay = state.asking.type === 'join';
  const next: VisitState = { ...state, seat: OUT };
  return { state: onTheWay ? next : { ...next, wanted: null, returns: null }, effects: [{ type: 'exit' }] };
}

function refused(state: VisitState, code: ErrorCode): VisitTransition {
  const { asking, wanted, returns } = state;
  // The loss of the connection, which follows, says what becomes of the request.
  if (code === 'client.disconnected') return { state, effects: [] };
  // A leave that is refused finds one out already.
  if (asking.type === 'leave') return settle({ ...state, seat: OUT, asking: NOTHING });
  if (asking.type !== 'join') return { state, effects: [] };
  // Without an answer that can be read, the server may have moved us all the same.
  const answered = code !== 'client.timeout' && code !== 'client.invalid_server_message';
  const seat = answered ? state.seat : UNCLEAR;
  if (wanted !== asking.target) return settle({ ...state, seat, asking: NOTHING });
  if (returns !== null && PASSING.has(code)) {
    const attempt = returns + 1;
    const effects: VisitEffect[] = [{ type: 'ask.later', attempt }];
    return { state: { ...state, seat, asking: { type: 'later' }, returns: attempt }, effects };
  }
  const back = state.seat.status === 'in' ? state.seat.target : null;
  const effects: VisitEffect[] = back === null ? [{ type: 'exit' }] : [];
  return settle(
    { ...state, wanted: back, seat, asking: NOTHING, returns: back === null || answered ? null : 0 },
    ...effects,
  );
}

/** What is left of a request that was not answered. */
function unanswered({ seat, asking }: VisitState): Pick<VisitState, 'seat' | 'asking'> {
  const answered = asking.type === 'nothing' || asking.type === 'later';
  return { seat: answered ? seat : UNCLEAR, asking: NOTHING };
}

function withoutPause(asking: Asking): Asking {
  return asking.type === 'later' ? NOTHING : asking;
}
