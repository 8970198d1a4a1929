import type { LaneKind } from '@switchboard/protocol';
import {
  IDLE,
  transition,
  wakesAt,
  type LaneSwitchEffect,
  type LaneSwitchEvent,
  type LaneSwitchState,
} from '../lane-switch.ts';
import { isStream } from '../lane-path.ts';

/** How a way to the relay behaves. */
export interface WayModel {
  /** Can be opened. */
  opens: boolean;
  up: boolean;
  down: boolean;
  readonly delayMs: number;
}

interface Due {
  readonly atMs: number;
  readonly act: () => void;
}

/**
 * The lane switch with the world around it: lanes that open or not, and a relay that binds as `docs/protocol.md` says. Time
 * is turned by hand.
 */
export class RelayModel {
  nowMs = 0;
  state: LaneSwitchState = IDLE;
  /** Where the relay sends to. */
  bound: LaneKind | null = null;
  readonly effects: (LaneSwitchEffect & { readonly atMs: number })[] = [];
  readonly ways: Record<'udp' | 'websocket', WayModel>;
  /** The relay's cookie for a UDP address. */
  cookieFor = (address: number): number => address + this.#secret * 1_000 + 1;
  readonly #due: Due[] = [];
  #open = new Map<LaneKind, number>();
  /** Streams that have ended at the relay. */
  readonly #ended = new Set<number>();
  #generation = 0;
  #session = 0;
  #newest = -1;
  #boundAddress: number | undefined;
  /** Of the NAT before the client: what the relay sends to another arrives nowhere. */
  #mapping = 0;
  #secret = 0;

  constructor(ways: Record<'udp' | 'websocket', WayModel>) {
    this.ways = ways;
  }

  get inUse(): LaneKind | null {
    return this.state.status === 'active' ? this.state.inUse : null;
  }

  /** Whether what the relay sends now arrives: its lane is open here and carries. */
  get hears(): boolean {
    if (this.bound === null || this.#boundAddress === undefined) return false;
    return this.#boundAddress === this.#addressOf(this.bound) && this.#way(this.bound).down;
  }

  enter(kinds: readonly LaneKind[] = ['udp', 'websocket']): void {
    this.#open = new Map();
    this.bound = null;
    this.#boundAddress = undefined;
    this.#newest = -1;
    this.#session++;
    this.take({ type: 'enter', kinds, nowMs: this.nowMs });
  }

  take(event: LaneSwitchEvent): void {
    const { state, effects } = transition(this.state, event);
    this.state = state;
    for (const effect of effects) {
      this.effects.push({ ...effect, atMs: this.nowMs });
      this.#perform(effect);
    }
  }

  /** Lets time pass, event by event. */
  run(forMs: number, each: () => void = () => undefined): void {
    const endMs = this.nowMs + forMs;
    for (;;) {
      const wakesAtMs = wakesAt(this.state, this.nowMs);
      const next = this.#due.reduce((first, { atMs }) => Math.min(first, atMs), wakesAtMs);
      if (next > endMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      const index = this.#due.findIndex(({ atMs }) => atMs <= this.nowMs);
      if (index >= 0) this.#due.splice(index, 1)[0]?.act();
      else this.take({ type: 'woken', nowMs: this.nowMs });
      each();
    }
    this.nowMs = endMs;
  }

  /** A lane breaks by itself. */
  breakLane(kind: LaneKind): void {
    const generation = this.#open.get(kind);
    if (!this.#open.delete(kind)) return;
    this.#streamEnded(kind, generation);
    this.take({ type: 'closed', kind, nowMs: this.nowMs });
  }

  /** The NAT gives the client another UDP port. */
  rebindNat(): void {
    this.#mapping++;
  }

  /** The relay forgets where its sessions are, and all cookies with it; streams end. */
  restartRelay(): void {
    this.#secret++;
    this.#newest = -1;
    this.bound = null;
    this.#boundAddress = undefined;
    for (const kind of [...this.#open.keys()]) if (isStream(kind)) this.breakLane(kind);
  }

  #perform(effect: LaneSwitchEffect): void {
    const { kind } = effect;
    const way = this.#way(kind);
    if (effect.type === 'open') {
      const generation = ++this.#generation;
      this.#open.set(kind, generation);
      this.#later(way.delayMs, () => {
        if (this.#open.get(kind) !== generation) return;
        if (way.opens) this.take({ type: 'opened', kind, nowMs: this.nowMs });
        else this.breakLane(kind);
      });
    } else if (effect.type === 'close') {
      const generation = this.#open.get(kind);
      this.#open.delete(kind);
      // What was sent before still arrives.
      this.#later(way.delayMs, () => this.#streamEnded(kind, generation));
    } else if ('sequence' in effect && way.up) {
      const { sequence, cookie } = effect;
      const address = this.#addressOf(kind);
      const session = this.#session;
      this.#later(way.delayMs, () => {
        // The relay knows the session before no more.
        if (session === this.#session && address !== undefined) this.#pinged(kind, sequence, cookie, address);
      });
    }
  }

  #pinged(kind: LaneKind, sequence: number, carried: number, address: number): void {
    if (isStream(kind) && this.#ended.has(address)) return;
    const cookie = isStream(kind) ? 0 : this.cookieFor(address);
    if (sequence > this.#newest) {
      this.#newest = sequence;
      if (carried === cookie || isStream(kind)) {
        this.bound = kind;
        this.#boundAddress = address;
      }
    }
    if (!this.#way(kind).down) return;
    this.#later(this.#way(kind).delayMs, () => {
      if (this.#addressOf(kind) !== address) return;
      this.take({ type: 'pong', kind, sequence, cookie, nowMs: this.nowMs });
    });
  }

  #streamEnded(kind: LaneKind, generation: number | undefined): void {
    if (!isStream(kind) || generation === undefined) return;
    this.#ended.add(generation);
    if (this.bound === kind && this.#boundAddress === generation) this.bound = null;
  }

  /** Of the lane that is open: each opening has another, and over UDP each mapping of the NAT. */
  #addressOf(kind: LaneKind): number | undefined {
    const generation = this.#open.get(kind);
    return generation === undefined || isStream(kind) ? generation : generation + this.#mapping * 1_000_000;
  }

  #way(kind: LaneKind): WayModel {
    return this.ways[kind === 'udp' ? 'udp' : 'websocket'];
  }

  #later(delayMs: number, act: () => void): void {
    this.#due.push({ atMs: this.nowMs + delayMs, act });
    this.#due.sort((a, b) => a.atMs - b.atMs);
  }
}
