import { CLOSE_CODES, type ErrorCode } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';
import { problem } from './problem.ts';

/*
 * How the control lane is reached, kept and found again. Pure: events and the instant they happen at go in, the next
 * state and what is to be done come out; `Session` does it.
 *
 *   idle → discovering → connecting → greeting ─────→ ready
 *              ↑             ↑  └──→ resuming ──────→   │
 *              └─ reconnecting ←────────────────────────┘        closed, from anywhere
 */

/** What a session is taken up again with. The secret is replaced at each use. */
export interface Ticket {
  readonly sessionId: string;
  readonly secret: string;
}

/** What is known while trying to come back. */
interface Comeback {
  /** 1 for the first try. */
  readonly attempt: number;
  readonly retryAtMs: number;
  /** Why the last connection, or the last try, failed. */
  readonly problem: Problem;
  /** Null when only a new hello helps. */
  readonly ticket: Ticket | null;
}

export type SessionState =
  | { readonly status: 'idle' }
  /** `comeback` is null on the very first try, here and below: a refusal is then the end. */
  | { readonly status: 'discovering'; readonly comeback: Comeback | null }
  | { readonly status: 'connecting'; readonly address: URL; readonly comeback: Comeback | null }
  | { readonly status: 'greeting'; readonly address: URL; readonly comeback: Comeback | null }
  | { readonly status: 'resuming'; readonly address: URL; readonly comeback: Comeback; readonly ticket: Ticket }
  | {
      readonly status: 'ready';
      readonly address: URL;
      readonly ticket: Ticket;
      readonly sinceMs: number;
      /** Tries that it took to come here, so that a connection that never lasts is not retried without pause. */
      readonly attempts: number;
      /** The server is about to stop, and wants its clients back after this long. */
      readonly drainMs: number | null;
    }
  /** The address is null when it has to be asked for again. */
  | { readonly status: 'reconnecting'; readonly address: URL | null; readonly comeback: Comeback }
  | { readonly status: 'closed'; readonly problem: Problem | null };

export type SessionEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'discovered'; readonly address: URL }
  | { readonly type: 'opened' }
  | { readonly type: 'welcomed'; readonly ticket: Ticket }
  | { readonly type: 'resumed'; readonly secret: string }
  /** The server's no to a hello or a resume. */
  | { readonly type: 'refused'; readonly problem: Problem }
  /** No answer: discovery failed, the socket closed or was given up. */
  | { readonly type: 'lost'; readonly problem: Problem }
  /** An event is missing, so the picture is not whole any more. */
  | { readonly type: 'incomplete' }
  | { readonly type: 'draining'; readonly retryAfterMs: number }
  /** The server has ended the session for good: replaced, kicked, banned, logged out. Coming back is up to the person. */
  | { readonly type: 'ended'; readonly problem: Problem }
  /** The wait is over. */
  | { readonly type: 'due' }
  /** The network is back, or the user does not want to wait. */
  | { readonly type: 'hurry' }
  | { readonly type: 'close' };

export type SessionEffect =
  | { readonly type: 'discover' }
  | { readonly type: 'open'; readonly address: URL }
  | { readonly type: 'hello' }
  | { readonly type: 'resume'; readonly ticket: Ticket }
  /** Give up the discovery or the socket in hand; nothing more of it is heard. */
  | { readonly type: 'drop'; readonly code: number }
  | { readonly type: 'schedule'; readonly delayMs: number }
  | { readonly type: 'cancel' }
  /** See at once whether the other side is still there. */
  | { readonly type: 'probe' };

/** When an event happens, and a number 0 ≤ x < 1 by chance. */
export interface Instant {
  readonly nowMs: number;
  readonly chance: number;
}

export interface Transition {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export const BACKOFF_BASE_MS = 250;
export const BACKOFF_LIMIT_MS = 15_000;
/** A connection that lasted this long was a good one: the next loss begins at the shortest wait again. */
export const STABLE_AFTER_MS = 5_000;
/** Clients of a server that restarts come back spread over this long. */
const DRAIN_SPREAD_MS = 1_000;
/** RFC 6455 leaves 4000 and up to applications. Unlike 1000, it does not tell the server that the session is over. */
const ABANDONED = 4000;

/** Refusals that the same credentials will meet again. Others pass: a full server, a nickname that a ghost still holds. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'protocol.version_unsupported',
  'auth.nickname_invalid',
  'auth.guests_disabled',
  'auth.credentials_invalid',
  'auth.origin_refused',
  'auth.log_in_ended',
  'auth.token_missing',
  'auth.token_invalid',
  'auth.token_expired',
  'auth.join_token_expired',
  'access.banned',
  'session.replaced',
  'session.kicked',
  'session.logged_out',
]);

/** Exponential back-off with full jitter: each wait is anywhere between nothing and twice the one before. */
export function backoffMs(attempt: number, chance: number): number {
  return chance * Math.min(BACKOFF_LIMIT_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1));
}

export function transition(state: SessionState, event: SessionEvent, instant: Instant): Transition {
  switch (event.type) {
    case 'connect':
      if (state.status !== 'idle' && state.status !== 'closed') return stay(state);
      return { state: { status: 'discovering', comeback: null }, effects: [{ type: 'discover' }] };
    case 'discovered':
      return state.status === 'discovering' ? open(event.address, state.comeback) : stay(state);
    case 'opened':
      return state.status === 'connecting' ? introduce(state.address, state.comeback) : stay(state);
    case 'welcomed':
      if (state.status !== 'greeting') return stay(state);
      return ready(state.address, event.ticket, state.comeback?.attempt ?? 0, instant);
    case 'resumed':
      if (state.status !== 'resuming') return stay(state);
      return ready(state.address, { ...state.ticket, secret: event.secret }, state.comeback.attempt, instant);
    case 'refused':
      return refused(state, event.problem, instant);
    case 'lost':
      return lost(state, event.problem, instant);
    case 'incomplete':
      if (state.status !== 'ready') return stay(state);
      return comeBack(
        { address: state.address, ticket: null, problem: problem('client.invalid_server_message') },
        { delayMs: null, attempt: attemptAfter(state, instant), code: CLOSE_CODES.normal },
        instant,
      );
    case 'draining':
      return state.status === 'ready' ? stay({ ...state, drainMs: event.retryAfterMs }) : stay(state);
    case 'ended':
      return state.status === 'idle' || state.status === 'closed' ? stay(state) : close(state, event.problem);
    case 'due':
      return state.status === 'reconnecting' ? retry(state, []) : stay(state);
    case 'hurry':
      if (state.status === 'ready') return { state, effects: [{ type: 'probe' }] };
      return state.status === 'reconnecting' ? retry(state, [{ type: 'cancel' }]) : stay(state);
    case 'close':
      return state.status === 'closed' && state.problem === null ? stay(state) : close(state, null);
  }
}

function stay(state: SessionState): Transition {
  return { state, effects: [] };
}

function open(address: URL, comeback: Comeback | null): Transition {
  return { state: { status: 'connecting', address, comeback }, effects: [{ type: 'open', address }] };
}

function introduce(address: URL, comeback: Comeback | null): Transition {
  const ticket = comeback?.ticket ?? null;
  if (comeback === null || ticket === null)
    return { state: { status: 'greeting', address, comeback }, effects: [{ type: 'hello' }] };
  return { state: { status: 'resuming', address, comeback, ticket }, effects: [{ type: 'resume', ticket }] };
}

function ready(address: URL, ticket: Ticket, attempts: number, { nowMs }: Instant): Transition {
  return stay({ status: 'ready', address, ticket, sinceMs: nowMs, attempts, drainMs: null });
}

function refused(state: SessionState, reason: Problem, instant: Instant): Transition {
  if (state.status !== 'greeting' && state.status !== 'resuming') return stay(state);
  const { address, comeback } = state;
  if (comeback === null || FINAL.has(reason.code)) return close(state, reason);
  // The same socket has no session now, and may say hello.
  if (state.status === 'resuming' && reason.code === 'session.expired')
    return introduce(address, { ...comeback, ticket: null });
  return comeBack(
    { address, ticket: comeback.ticket, problem: reason },
    { delayMs: null, attempt: comeback.attempt + 1, code: CLOSE_CODES.normal },
    instant,
  );
}

function lost(state: SessionState, reason: Problem, instant: Instant): Transition {
  switch (state.status) {
    case 'ready': {
      const delayMs = state.drainMs === null ? null : state.drainMs + instant.chance * DRAIN_SPREAD_MS;
      return comeBack(
        {
          address: state.address,
          ticket: state.ticket,
          problem: state.drainMs === null ? reason : problem('server.draining'),
        },
        { delayMs, attempt: attemptAfter(state, instant), code: ABANDONED },
        instant,
      );
    }
    case 'discovering':
    case 'connecting':
    case 'greeting':
    case 'resuming': {
      const { comeback } = state;
      if (comeback === null || FINAL.has(reason.code)) return close(state, reason);
      return comeBack(
        { address: null, ticket: comeback.ticket, problem: reason },
        { delayMs: null, attempt: comeback.attempt + 1, code: ABANDONED },
        instant,
      );
    }
    default:
      return stay(state);
  }
}

/** Which try comes after the loss of a connection. */
function attemptAfter(state: Extract<SessionState, { status: 'ready' }>, { nowMs }: Instant): number {
  return nowMs - state.sinceMs >= STABLE_AFTER_MS ? 1 : state.attempts + 1;
}

function comeBack(
  known: { readonly address: URL | null; readonly ticket: Ticket | null; readonly problem: Problem },
  how: { readonly delayMs: number | null; readonly attempt: number; readonly code: number },
  { nowMs, chance }: Instant,
): Transition {
  const delayMs = how.delayMs ?? backoffMs(how.attempt, chance);
  const { address, ticket, problem } = known;
  return {
    state: {
      status: 'reconnecting',
      address,
      comeback: { attempt: how.attempt, retryAtMs: nowMs + delayMs, problem, ticket },
    },
    effects: [
      { type: 'drop', code: how.code },
      { type: 'schedule', delayMs },
    ],
  };
}

function retry(
  { address, comeback }: Extract<SessionState, { status: 'reconnecting' }>,
  before: readonly SessionEffect[],
): Transition {
  if (address === null)
    return { state: { status: 'discovering', comeback }, effects: [...before, { type: 'discover' }] };
  const next = open(address, comeback);
  return { state: next.state, effects: [...before, ...next.effects] };
}

function close(state: SessionState, reason: Problem | null): Transition {
  const effects: SessionEffect[] = [];
  if (state.status === 'reconnecting') effects.push({ type: 'cancel' });
  else if (state.status !== 'idle' && state.status !== 'closed')
    effects.push({ type: 'drop', code: CLOSE_CODES.normal });
  return { state: { status: 'closed', problem: reason }, effects };
}
