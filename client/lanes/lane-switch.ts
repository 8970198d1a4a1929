import {
  LANE_HANDOVER_MS,
  PING_INTERVAL_MS,
  PING_PROBE_ATTEMPTS,
  PING_PROBE_INTERVAL_MS,
  UDP_RETRY_INTERVAL_MS,
  type LaneKind,
} from '@switchboard/protocol';
import type { LaneState } from '../engine/engine-messages.ts';
import {
  hasFailed,
  isDoubtful,
  isStream,
  isValidating,
  MAX_MISSED_PONGS,
  NO_COOKIE,
  OPEN_LIMIT_MS,
  PONG_LIMIT_MS,
  PROBE_LIMIT_MS,
  retryPauseMs,
  STREAM_PROBE_LIMIT_MS,
  untried,
  wakesAtMs,
  type LanePath,
  type PathCookie,
} from './lane-path.ts';

/*
 * Which lane is in use. Pure: events in, the next state and what is to be done out.
 *
 * - The preferred lane is opened on entering and pinged at once. The next one is opened beside it when it seems not to answer;
 *   whichever answers first is used.
 * - While a lesser lane is in use, a better one is tried every 30 s. Packets are taken from every open lane, so nothing is
 *   lost in between.
 * - The relay binds a UDP address at a ping that carries the cookie from its last pong there (`docs/protocol.md`, Binding).
 *   So a pong with another cookie than its ping is answered with a ping at once, on joining as when a NAT has rebound; UDP is
 *   used from the pong on whose cookie its ping carried. A path that works in one direction only never interrupts the sound.
 * - A lane that stops answering is lost, and everything is tried again, for ever, with growing pauses.
 */

export type LaneSwitchState =
  | { readonly status: 'idle' }
  | {
      readonly status: 'active';
      /** In order of preference; a kind that is missing is not on offer. */
      readonly paths: ReadonlyMap<LaneKind, LanePath>;
      readonly inUse: LaneKind | null;
      /** A lane was lost, or the network is back: all are tried at once. */
      readonly hurried: boolean;
      /** Nothing has answered since all were tried. */
      readonly unreachable: boolean;
      /** Of the next ping: the control counter of the session, which never goes back. */
      readonly sequence: number;
      /** Of the newest ping over a stream, −1 before it: the relay has left for that what was pinged before. */
      readonly streamSequence: number;
    };

type Active = Extract<LaneSwitchState, { status: 'active' }>;
type ProbingPath = Extract<LanePath, { phase: 'probing' }>;
type AlivePath = Extract<LanePath, { phase: 'alive' }>;

export type LaneSwitchEvent =
  /** A fresh voice session, with counters that start at 0. */
  | { readonly type: 'enter'; readonly kinds: readonly LaneKind[]; readonly nowMs: number }
  | { readonly type: 'leave' }
  | { readonly type: 'opened' | 'closed'; readonly kind: LaneKind; readonly nowMs: number }
  /** An authentic answer to the ping with this sequence came over this lane. */
  | {
      readonly type: 'pong';
      readonly kind: LaneKind;
      readonly sequence: number;
      readonly cookie: number;
      readonly nowMs: number;
    }
  /** The network is back: what waits for its next attempt need not. */
  | { readonly type: 'hurry'; readonly nowMs: number }
  | { readonly type: 'woken'; readonly nowMs: number };

export type LaneSwitchEffect =
  | { readonly type: 'open' | 'close'; readonly kind: LaneKind }
  | { readonly type: 'ping'; readonly kind: LaneKind; readonly sequence: number; readonly cookie: number };

export interface LaneSwitchStep {
  readonly state: LaneSwitchState;
  readonly effects: readonly LaneSwitchEffect[];
}

export const IDLE: LaneSwitchState = { status: 'idle' };

/** When time alone next changes the state; Infinity for never. */
export function wakesAt(state: LaneSwitchState, nowMs: number): number {
  if (state.status === 'idle') return Infinity;
  return Math.min(...[...state.paths.values()].map((path) => wakesAtMs(path, nowMs)));
}

/** What people are shown. */
export function laneStateOf(state: LaneSwitchState): LaneState {
  if (state.status === 'idle') return { status: 'idle' };
  if (state.inUse !== null) return { status: 'connected', lane: state.inUse };
  return { status: state.unreachable ? 'unreachable' : 'connecting' };
}

export function transition(state: LaneSwitchState, event: LaneSwitchEvent): LaneSwitchStep {
  if (event.type === 'enter') {
    const before = new Switching(state, 0);
    before.closeAll();
    const next = new Switching(entered(event.kinds), event.nowMs);
    next.settle();
    return { state: next.state(), effects: [...before.effects, ...next.effects] };
  }
  if (state.status === 'idle') return { state, effects: [] };
  const next = new Switching(state, event.type === 'leave' ? 0 : event.nowMs);
  if (event.type === 'leave') {
    next.closeAll();
    return { state: IDLE, effects: next.effects };
  }
  if (event.type === 'opened') next.opened(event.kind);
  else if (event.type === 'closed') next.closed(event.kind);
  else if (event.type === 'pong') next.answered(event.kind, event.sequence, event.cookie);
  else if (event.type === 'hurry') next.hurry();
  next.settle();
  return { state: next.state(), effects: next.effects };
}

function entered(kinds: readonly LaneKind[]): Active {
  return {
    status: 'active',
    paths: new Map(kinds.map((kind) => [kind, untried(0)])),
    inUse: null,
    hurried: false,
    unreachable: kinds.length === 0,
    sequence: 0,
    streamSequence: -1,
  };
}

/** One transition at work: a copy of the state, changed step by step, and the effects gathered on the way. */
class Switching {
  readonly effects: LaneSwitchEffect[] = [];
  readonly #nowMs: number;
  readonly #paths: Map<LaneKind, LanePath>;
  #rest: Omit<Active, 'status' | 'paths'>;

  constructor(state: LaneSwitchState, nowMs: number) {
    const { paths, ...rest } = state.status === 'idle' ? entered([]) : state;
    this.#nowMs = nowMs;
    this.#paths = new Map(paths);
    this.#rest = rest;
  }

  state(): Active {
    return { ...this.#rest, status: 'active', paths: this.#paths };
  }

  opened(kind: LaneKind): void {
    const path = this.#paths.get(kind);
    if (path?.phase !== 'opening') return;
    this.#probe(kind, path.failures);
  }

  closed(kind: LaneKind): void {
    const path = this.#paths.get(kind);
    if (path === undefined || path.phase === 'closed') return;
    if (isValidating(path)) this.#reclaim();
    if (path.phase === 'retiring') this.#paths.set(kind, untried(Infinity));
    else if (path.phase === 'alive') this.#lose(kind);
    else this.#fail(kind, path.failures);
  }

  answered(kind: LaneKind, sequence: number, cookie: number): void {
    const path = this.#paths.get(kind);
    if (path?.phase !== 'probing' && path?.phase !== 'alive') return;
    if (isStream(kind)) {
      this.#use(kind, path);
    } else if (sequence >= path.cookie.since) {
      if (cookie !== path.cookie.value) this.#follow(kind, path, sequence, cookie);
      else if (sequence < this.#rest.streamSequence) this.#ping(kind, path.cookie);
      else this.#use(kind, path);
    }
  }

  hurry(): void {
    if (this.#rest.inUse !== null) return;
    this.#rest = { ...this.#rest, hurried: true };
    for (const [kind, path] of this.#paths) {
      if (path.phase === 'closed') this.#paths.set(kind, untried(this.#nowMs));
    }
  }

  /** Does what is due, and opens and closes what follows from it. */
  settle(): void {
    for (const [kind, path] of this.#paths) this.#wake(kind, path);
    for (const [kind, path] of this.#paths) {
      const wanted = this.#isWanted(kind);
      if (path.phase === 'closed' && wanted && path.retryAtMs <= this.#nowMs) this.#open(kind, path.failures);
      else if (path.phase === 'closed' && !wanted) this.#paths.set(kind, { ...path, retryAtMs: Infinity });
      else if ((path.phase === 'opening' || path.phase === 'probing') && !wanted) this.#abandon(kind);
    }
    this.#reopenWanted();
    const paths = [...this.#paths.values()];
    if (this.#rest.inUse === null && paths.every((path) => path.phase !== 'alive' && hasFailed(path))) {
      this.#rest = { ...this.#rest, unreachable: true };
    }
  }

  closeAll(): void {
    for (const [kind, path] of this.#paths) {
      if (path.phase !== 'closed') this.effects.push({ type: 'close', kind });
    }
  }

  #wake(kind: LaneKind, path: LanePath): void {
    if (wakesAtMs(path, this.#nowMs) > this.#nowMs) return;
    switch (path.phase) {
      case 'closed':
        return;
      case 'opening':
        if (this.#nowMs >= path.sinceMs + OPEN_LIMIT_MS) this.#giveUp(kind, path.failures);
        return;
      case 'probing': {
        if (this.#nowMs >= path.giveUpAtMs) {
          this.#giveUp(kind, path.failures);
          if (isValidating(path)) this.#reclaim();
          return;
        }
        this.#ping(kind, path.cookie);
        const pings = path.pings + 1;
        const nextPingAtMs = pings < PING_PROBE_ATTEMPTS ? this.#nowMs + PING_PROBE_INTERVAL_MS : Infinity;
        this.#paths.set(kind, { ...path, pings, nextPingAtMs });
        return;
      }
      case 'alive':
        this.#keepAlive(kind, path);
        return;
      case 'retiring':
        this.effects.push({ type: 'close', kind });
        this.#paths.set(kind, untried(Infinity));
        return;
    }
  }

  #keepAlive(kind: LaneKind, path: AlivePath): void {
    if (path.unanswered >= MAX_MISSED_PONGS) {
      this.effects.push({ type: 'close', kind });
      this.#lose(kind);
      return;
    }
    const nextPingAtMs = this.#nowMs + PONG_LIMIT_MS;
    if (isStream(kind) && [...this.#paths.values()].some(isValidating)) {
      // It would take the binding back that UDP is about to get.
      this.#paths.set(kind, { ...path, nextPingAtMs });
      return;
    }
    this.#ping(kind, path.cookie);
    this.#paths.set(kind, { ...path, unanswered: path.unanswered + 1, nextPingAtMs });
  }

  #open(kind: LaneKind, failures: number): void {
    this.effects.push({ type: 'open', kind });
    this.#paths.set(kind, { phase: 'opening', failures, sinceMs: this.#nowMs });
  }

  #probe(kind: LaneKind, failures: number): void {
    this.#ping(kind, NO_COOKIE);
    this.#paths.set(kind, {
      phase: 'probing',
      failures,
      cookie: NO_COOKIE,
      pings: 1,
      nextPingAtMs: isStream(kind) ? Infinity : this.#nowMs + PING_PROBE_INTERVAL_MS,
      giveUpAtMs: this.#nowMs + (isStream(kind) ? STREAM_PROBE_LIMIT_MS : PROBE_LIMIT_MS),
    });
  }

  /**
   * Takes over a cookie, and pings with it at once. Not if it answers the first ping with the cookie before: however often a
   * relay changes it, that adds no more than one ping to each by the clock.
   */
  #follow(kind: LaneKind, path: ProbingPath | AlivePath, sequence: number, value: number): void {
    const cookie: PathCookie = { value, since: this.#rest.sequence };
    this.#paths.set(kind, { ...path, cookie });
    if (sequence <= path.cookie.since) return;
    this.#ping(kind, cookie);
    if (path.phase === 'alive' || path.cookie !== NO_COOKIE) return;
    const nextPingAtMs = this.#nowMs + PING_PROBE_INTERVAL_MS;
    this.#paths.set(kind, { ...path, cookie, nextPingAtMs, giveUpAtMs: this.#nowMs + PROBE_LIMIT_MS });
  }

  /** The relay has shown that it sends here. */
  #use(kind: LaneKind, { cookie }: ProbingPath | AlivePath): void {
    const nextPingAtMs = this.#nowMs + PING_INTERVAL_MS;
    this.#paths.set(kind, { phase: 'alive', cookie, unanswered: 0, nextPingAtMs });
    const before = this.#rest.inUse;
    if (before === kind) return;
    this.#rest = { ...this.#rest, inUse: kind, hurried: false, unreachable: false };
    if (before !== null) {
      this.#paths.set(before, { phase: 'retiring', closeAtMs: this.#nowMs + LANE_HANDOVER_MS });
    }
    for (const [other, path] of this.#paths) {
      if (path.phase !== 'closed') continue;
      this.#paths.set(other, { ...path, retryAtMs: this.#nowMs + UDP_RETRY_INTERVAL_MS });
    }
  }

  /** Opened and pinged in vain, or never needed: the next attempt comes later. */
  #giveUp(kind: LaneKind, failures: number): void {
    this.effects.push({ type: 'close', kind });
    this.#fail(kind, failures);
  }

  #fail(kind: LaneKind, failures: number): void {
    const pauseMs = this.#rest.inUse === null ? retryPauseMs(failures) : UDP_RETRY_INTERVAL_MS;
    // Beyond what matters to the pause it need not count.
    const counted = Math.min(failures + 1, 10);
    this.#paths.set(kind, { phase: 'closed', failures: counted, retryAtMs: this.#nowMs + pauseMs });
  }

  #abandon(kind: LaneKind): void {
    this.effects.push({ type: 'close', kind });
    this.#paths.set(kind, untried(Infinity));
  }

  /** The lane is gone already, or is being closed. */
  #lose(kind: LaneKind): void {
    this.#paths.set(kind, untried(this.#nowMs));
    if (this.#rest.inUse !== kind) return;
    this.#rest = { ...this.#rest, inUse: null, hurried: true };
    for (const [other, path] of this.#paths) {
      if (path.phase === 'retiring') this.effects.push({ type: 'close', kind: other });
      if (path.phase === 'retiring' || path.phase === 'closed') this.#paths.set(other, untried(this.#nowMs));
    }
  }

  /** UDP was given up, yet the relay may have moved there: a ping over the stream brings it back. */
  #reclaim(): void {
    for (const [kind, path] of this.#paths) {
      if (isStream(kind) && (path.phase === 'probing' || path.phase === 'alive')) this.#ping(kind, path.cookie);
    }
  }

  #isWanted(kind: LaneKind): boolean {
    const kinds = [...this.#paths.keys()];
    const rank = kinds.indexOf(kind);
    const { inUse, hurried } = this.#rest;
    if (inUse !== null) return rank <= kinds.indexOf(inUse);
    return hurried || kinds.slice(0, rank).every((better) => this.#seemsDead(better));
  }

  #seemsDead(kind: LaneKind): boolean {
    const path = this.#paths.get(kind);
    return path === undefined || isDoubtful(path, this.#nowMs);
  }

  /** What became wanted just now, because a better lane has failed in the same transition. */
  #reopenWanted(): void {
    if (this.#rest.inUse !== null) return;
    for (const [kind, path] of this.#paths) {
      if (path.phase === 'closed' && path.failures === 0 && this.#isWanted(kind)) this.#open(kind, 0);
    }
  }

  #ping(kind: LaneKind, cookie: PathCookie): void {
    const { sequence, streamSequence } = this.#rest;
    this.effects.push({ type: 'ping', kind, sequence, cookie: cookie.value });
    this.#rest = {
      ...this.#rest,
      sequence: sequence + 1,
      streamSequence: isStream(kind) ? sequence : streamSequence,
    };
  }
}
