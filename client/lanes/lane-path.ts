import { PING_PROBE_INTERVAL_MS, type LaneKind } from '@switchboard/protocol';

/*
 * One way to the relay, and how far it is proven. Which lane is chosen among them: `lane-switch.ts`.
 */

/** Without an answer by then, the address is none that answers. */
export const OPEN_LIMIT_MS = 5_000;
/** How long an answer to a probe is waited for. */
export const PROBE_LIMIT_MS = 2_000;
/** A stream loses nothing, so it is asked once; TCP may have to resend that. */
export const STREAM_PROBE_LIMIT_MS = 5_000;
/** An answer to a keep-alive is missing after this long: more than any round trip that voice is of use on. */
export const PONG_LIMIT_MS = 1_000;
/** Answers missing in a row after which a lane is lost. */
export const MAX_MISSED_PONGS = 3;

/**
 * Pings that may stay without an answer before the next lane is opened beside this one, at the time of the ping after them.
 * Waiting for all four would cost everyone behind a firewall another half second of silence, as a WebSocket takes three or four
 * round trips to open; opening it at the first miss would do so for one lost packet in a hundred.
 */
const DOUBT_PINGS = 2;
const DOUBT_MS = DOUBT_PINGS * PING_PROBE_INTERVAL_MS;

const RETRY_BASE_MS = 500;
const RETRY_MAX_MS = 15_000;

/**
 * What pings must carry for the relay to bind a UDP address: the newest cookie that a pong brought. Over a stream any ping binds,
 * and the cookie stays what it is at first.
 */
export interface PathCookie {
  readonly value: number;
  /** Pings with this sequence and above carry it; answers to those before are out of date. */
  readonly since: number;
}

/** What the first pings carry. */
export const NO_COOKIE: PathCookie = { value: 0, since: -1 };

export type LanePath =
  /** Not open; to be opened at `retryAtMs` if it is wanted then. */
  | { readonly phase: 'closed'; readonly failures: number; readonly retryAtMs: number }
  | { readonly phase: 'opening'; readonly failures: number; readonly sinceMs: number }
  /** Pinged; no answer yet that shows that the relay sends here. */
  | {
      readonly phase: 'probing';
      readonly failures: number;
      readonly cookie: PathCookie;
      /** By the clock; those that answer a pong at once are not among them. */
      readonly pings: number;
      /** Infinity: no further ping. */
      readonly nextPingAtMs: number;
      readonly giveUpAtMs: number;
    }
  | {
      readonly phase: 'alive';
      readonly cookie: PathCookie;
      /** Pings by the clock since the relay last showed that it sends here. */
      readonly unanswered: number;
      readonly nextPingAtMs: number;
    }
  /** Another lane took over; what is still on its way is heard until `closeAtMs`. */
  | { readonly phase: 'retiring'; readonly closeAtMs: number };

/** Nothing is known against it. */
export function untried(retryAtMs: number): LanePath {
  return { phase: 'closed', failures: 0, retryAtMs };
}

export function hasFailed(path: LanePath): boolean {
  return 'failures' in path && path.failures > 0;
}

/** Until the next attempt after one more failure than these, while there is no lane. */
export function retryPauseMs(failures: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** failures);
}

export function isStream(kind: LaneKind): boolean {
  return kind !== 'udp';
}

/** Whether a UDP path has been given a cookie, but not shown yet that the relay binds it. */
export function isValidating(path: LanePath): boolean {
  return path.phase === 'probing' && path.cookie !== NO_COOKIE;
}

/** Whether so much silence is suspicious that the next lane is worth opening. */
export function isDoubtful(path: LanePath, nowMs: number): boolean {
  switch (path.phase) {
    case 'closed':
      return path.failures > 0;
    case 'opening':
      return path.failures > 0 || nowMs - path.sinceMs >= DOUBT_MS;
    case 'probing':
      return path.failures > 0 || path.pings > DOUBT_PINGS || path.nextPingAtMs === Infinity;
    case 'alive':
    case 'retiring':
      return false;
  }
}

/** When time alone next changes something about it; Infinity for never. */
export function wakesAtMs(path: LanePath, nowMs: number): number {
  switch (path.phase) {
    case 'closed':
      return path.retryAtMs;
    case 'opening': {
      const doubtfulAtMs = path.sinceMs + DOUBT_MS;
      return doubtfulAtMs > nowMs ? doubtfulAtMs : path.sinceMs + OPEN_LIMIT_MS;
    }
    case 'probing':
      return Math.min(path.nextPingAtMs, path.giveUpAtMs);
    case 'alive':
      return path.nextPingAtMs;
    case 'retiring':
      return path.closeAtMs;
  }
}
