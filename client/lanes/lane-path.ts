import { PING_PROBE_INTERVAL_MS, type LaneKind } from '@switchboard/protocol';

/*
 * One way to the relay, and how far it is proven. Which lane is chosen among them: `lane-switch.ts`.
 */

/** Without an answer by then, the address is none that answers. */
export const OPEN_LIMIT_MS = 5_000;
/**
 * How long an answer to a probe is waited for. Also how long the relay remembers the first ping of a UDP path that
 * stands against a live stream: a confirmation that comes later confirms nothing.
 */
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

export type LanePath =
  /** Not open; to be opened at `retryAtMs` if it is wanted then. */
  | { readonly phase: 'closed'; readonly failures: number; readonly retryAtMs: number }
  | { readonly phase: 'opening'; readonly failures: number; readonly sinceMs: number }
  /** Pinged, no answer yet. Answers to pings before `firstSequence` prove nothing any more. */
  | {
      readonly phase: 'probing';
      readonly failures: number;
      readonly firstSequence: number;
      readonly pings: number;
      /** Infinity: no further ping. */
      readonly nextPingAtMs: number;
      readonly giveUpAtMs: number;
    }
  /** Answered once; pinged again so that the relay moves here from a live stream. */
  | {
      readonly phase: 'confirming';
      readonly failures: number;
      readonly firstSequence: number;
      readonly nextPingAtMs: number;
      readonly giveUpAtMs: number;
    }
  | { readonly phase: 'alive'; readonly unanswered: number; readonly nextPingAtMs: number }
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

/** The relay has seen a ping on it, so a stream holds the binding. */
export function hasPinged(path: LanePath): boolean {
  return path.phase === 'probing' || path.phase === 'confirming' || path.phase === 'alive' || path.phase === 'retiring';
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
    case 'confirming':
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
    case 'confirming':
      return Math.min(path.nextPingAtMs, path.giveUpAtMs);
    case 'alive':
      return path.nextPingAtMs;
    case 'retiring':
      return path.closeAtMs;
  }
}
