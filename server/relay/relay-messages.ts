import type { LaneKind } from '@switchboard/protocol';

/** A voice session as the relay knows it: no name, no key of the payload, only what a packet is checked and routed by. */
export interface RelaySession {
  /** u32, never 0, unique on this relay. */
  readonly token: number;
  /** 16 bytes; only this client and the relay know it. */
  readonly hopKey: Uint8Array;
  readonly roomId: string;
  /** What the room's packets may carry, in bits/s. */
  readonly bitrateBps: number;
  /** False while the server mutes it: its packets are dropped and counted. */
  readonly speaks: boolean;
  /** False while deafened: nothing is sent to it. */
  readonly hears: boolean;
}

/** From the application to the relay. Commands are applied in the order sent. */
export type RelayCommand =
  | { readonly type: 'open'; readonly session: RelaySession }
  | { readonly type: 'update'; readonly token: number; readonly speaks: boolean; readonly hears: boolean }
  | { readonly type: 'close'; readonly token: number }
  | { readonly type: 'report' }
  | { readonly type: 'stop' };

/** From the relay to the application. */
export type RelayEvent =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'speaking'; readonly token: number; readonly speaking: boolean }
  /** Which lane the session is reached on; null when it has none. */
  | { readonly type: 'lane'; readonly token: number; readonly lane: LaneKind | null }
  | { readonly type: 'report'; readonly report: RelayReport };

/** Why a datagram was not forwarded. Every drop is counted under one of these; nothing is logged per packet. */
export const DROP_REASONS = [
  'too_short',
  'too_long',
  'unknown_token',
  'wrong_hop_tag',
  'unbound_address',
  'replayed',
  'rate_limited',
  'not_allowed',
  'unknown_target',
  'receiver_slow',
  'send_failed',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export interface RelayReport {
  readonly sessions: number;
  readonly rooms: number;
  /** Voice packets that passed every check. */
  readonly received: number;
  /** Copies handed to lanes. */
  readonly sent: number;
  readonly pings: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}
