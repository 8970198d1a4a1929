import { encodePing, type LaneKind, type Pong, type SipHashKey } from '@switchboard/protocol';

/** Pings whose answers are still of use. */
const MAX_OUTSTANDING = 8;
/** Weight of a new round trip in the smoothed one: more than TCP's 1/8 (RFC 6298), for they are 5 s apart. */
const ROUND_TRIP_WEIGHT = 1 / 2;

interface OutstandingPing {
  readonly sequence: number;
  readonly sentAtMs: number;
  /** Voice packets that had been sent before it. */
  readonly sent: number;
}

interface Totals {
  /** Voice packets that went out and those that the relay got of them; the same downwards. */
  readonly upSent: number;
  readonly upArrived: number;
  readonly downSent: number;
  readonly downArrived: number;
}

/** Shares of packets lost between the last two pongs, 0 to 1. */
export interface LossFigures {
  readonly up: number;
  readonly down: number;
}

/**
 * Measures the way to the relay by pings and their answers. A pong says how many voice packets had come and gone at the relay
 * when its ping arrived there; as packets rarely overtake one another, what had been sent before the ping and is not
 * among them is lost.
 */
export class PathMeter {
  readonly #token: number;
  readonly #hopKey: SipHashKey;
  #outstanding: OutstandingPing[] = [];
  #last: Totals = { upSent: 0, upArrived: 0, downSent: 0, downArrived: 0 };
  #lastSequence = -1;
  #loss: LossFigures = { up: 0, down: 0 };
  readonly #roundTripMs = new Map<LaneKind, number>();

  constructor(token: number, hopKey: SipHashKey) {
    this.#token = token;
    this.#hopKey = hopKey;
  }

  get loss(): LossFigures {
    return this.#loss;
  }

  /** Smoothed; null before the first answer over this lane. */
  roundTripMs(kind: LaneKind): number | null {
    return this.#roundTripMs.get(kind) ?? null;
  }

  /**
   * @param sequence of the control counter, never used before.
   * @param cookie the newest that a pong brought on the ping's path, 0 before.
   * @param sent voice packets sent so far.
   */
  ping(sequence: number, cookie: number, nowMs: number, sent: number): Uint8Array {
    this.#outstanding = [...this.#outstanding.slice(1 - MAX_OUTSTANDING), { sequence, sentAtMs: nowMs, sent }];
    return encodePing({ token: this.#token, sequence, cookie, clockUs: Math.round(nowMs * 1000) }, this.#hopKey);
  }

  /**
   * @param arrived voice packets that have arrived so far.
   * @returns false when no ping waits for this answer: it is a second copy, or much too late.
   */
  pong(kind: LaneKind, pong: Pong, nowMs: number, arrived: number): boolean {
    const ping = this.#outstanding.find(({ sequence }) => sequence === pong.sequence);
    if (ping === undefined || pong.token !== this.#token) return false;
    this.#outstanding = this.#outstanding.filter((other) => other !== ping);
    this.#roundTripMs.set(kind, smoothed(this.#roundTripMs.get(kind), nowMs - ping.sentAtMs));
    if (pong.sequence > this.#lastSequence) {
      this.#lastSequence = pong.sequence;
      this.#measureLoss({ upSent: ping.sent, upArrived: pong.received, downSent: pong.sent, downArrived: arrived });
    }
    return true;
  }

  #measureLoss(now: Totals): void {
    const last = this.#last;
    this.#last = now;
    // A relay that has restarted counts from 0: it cannot be compared with what it said before.
    if (wentBack(last.upArrived, now.upArrived) || wentBack(last.downSent, now.downSent)) return;
    this.#loss = {
      up: lossBetween(now.upSent - last.upSent, now.upArrived - last.upArrived),
      down: lossBetween(now.downSent - last.downSent, now.downArrived - last.downArrived),
    };
  }
}

function smoothed(before: number | undefined, measured: number): number {
  return before === undefined ? measured : before + (measured - before) * ROUND_TRIP_WEIGHT;
}

/** Of a counter of the relay, u32: a small step over its end is a step forward. */
function wentBack(before: number, now: number): boolean {
  return (now - before) >>> 0 >= 2 ** 31;
}

/** Share of what was sent that did not arrive. The relay's counters are u32 and wrap; the client's are as large as it takes. */
function lossBetween(sent: number, arrived: number): number {
  const sentCount = sent >>> 0;
  if (sentCount === 0) return 0;
  return Math.min(1, Math.max(0, 1 - (arrived >>> 0) / sentCount));
}
