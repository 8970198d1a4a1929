import type { LaneKind } from '@switchboard/protocol';
import type { LaneState } from '../engine/engine-messages.ts';
import type { Clock } from '../platform/platform.ts';
import type { Lane, LaneFactory } from './lane.ts';
import {
  IDLE,
  laneStateOf,
  transition,
  wakesAt,
  type LaneSwitchEffect,
  type LaneSwitchEvent,
  type LaneSwitchState,
} from './lane-switch.ts';

export interface VoiceLanesOptions {
  readonly clock: Clock;
  readonly factory: LaneFactory;
  /** Makes the ping with this number of the control counter. */
  readonly ping: (sequence: number, cookie: number) => Uint8Array;
  /** From any lane that is open, in use or not. */
  readonly packet: (kind: LaneKind, bytes: Uint8Array) => void;
  readonly state: (state: LaneState) => void;
}

/** An open lane; without one while it is being made. */
interface Line {
  lane: Lane | undefined;
}

/** The lanes of one voice session: does what `lane-switch.ts` decides. */
export class VoiceLanes {
  readonly #options: VoiceLanesOptions;
  readonly #lines = new Map<LaneKind, Line>();
  readonly #waiting: LaneSwitchEvent[] = [];
  #addresses: ReadonlyMap<LaneKind, URL> = new Map();
  #state: LaneSwitchState = IDLE;
  #reported: LaneState = { status: 'idle' };
  #cancelWake: (() => void) | undefined;
  #busy = false;

  constructor(options: VoiceLanesOptions) {
    this.#options = options;
  }

  /** The lane that voice is sent over. */
  get inUse(): LaneKind | null {
    return this.#state.status === 'active' ? this.#state.inUse : null;
  }

  /** Starts a session over whatever answers at these addresses; the session before ends. */
  enter(addresses: ReadonlyMap<LaneKind, URL>): void {
    this.#addresses = addresses;
    const kinds = this.#options.factory.kinds.filter((kind) => addresses.has(kind));
    this.#take({ type: 'enter', kinds, nowMs: this.#nowMs() });
  }

  leave(): void {
    this.#take({ type: 'leave' });
  }

  /** The network is back. */
  hurry(): void {
    this.#take({ type: 'hurry', nowMs: this.#nowMs() });
  }

  /** An authentic pong has come: packets are understood elsewhere. */
  pong(kind: LaneKind, sequence: number, cookie: number): void {
    this.#take({ type: 'pong', kind, sequence, cookie, nowMs: this.#nowMs() });
  }

  /** Whether there was a lane to send it over. */
  send(bytes: Uint8Array): boolean {
    const lane = this.inUse === null ? undefined : this.#lines.get(this.inUse)?.lane;
    lane?.send(bytes);
    return lane !== undefined;
  }

  /** A lane may tell something while it is being opened; one event is worked off after the other. */
  #take(event: LaneSwitchEvent): void {
    this.#waiting.push(event);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { state, effects } = transition(this.#state, next);
      this.#state = state;
      for (const effect of effects) this.#perform(effect);
    }
    this.#busy = false;
    this.#sleep();
    this.#report();
  }

  #perform(effect: LaneSwitchEffect): void {
    switch (effect.type) {
      case 'open':
        this.#open(effect.kind);
        return;
      case 'close': {
        const line = this.#lines.get(effect.kind);
        this.#lines.delete(effect.kind);
        line?.lane?.close();
        return;
      }
      case 'ping':
        this.#lines.get(effect.kind)?.lane?.send(this.#options.ping(effect.sequence, effect.cookie));
        return;
    }
  }

  #open(kind: LaneKind): void {
    const address = this.#addresses.get(kind);
    if (address === undefined) return;
    const line: Line = { lane: undefined };
    this.#lines.set(kind, line);
    // A lane that was replaced has nothing to say any more.
    const isCurrent = (): boolean => this.#lines.get(kind) === line;
    line.lane = this.#options.factory.open(kind, address, {
      opened: () => {
        if (isCurrent()) this.#take({ type: 'opened', kind, nowMs: this.#nowMs() });
      },
      packet: (bytes) => {
        if (isCurrent()) this.#options.packet(kind, bytes);
      },
      closed: () => {
        if (!isCurrent()) return;
        this.#lines.delete(kind);
        this.#take({ type: 'closed', kind, nowMs: this.#nowMs() });
      },
    });
  }

  #sleep(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    const nowMs = this.#nowMs();
    const atMs = wakesAt(this.#state, nowMs);
    if (atMs === Infinity) return;
    this.#cancelWake = this.#options.clock.after(Math.max(0, atMs - nowMs), () => {
      this.#take({ type: 'woken', nowMs: this.#nowMs() });
    });
  }

  #report(): void {
    const state = laneStateOf(this.#state);
    if (isSame(state, this.#reported)) return;
    this.#reported = state;
    this.#options.state(state);
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

function isSame(a: LaneState, b: LaneState): boolean {
  return a.status === b.status && (a.status !== 'connected' || b.status !== 'connected' || a.lane === b.lane);
}
