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
  /** How many speakers of the room are heard at a time: null for automatic, 0 for everyone. */
  readonly forwardLimit: number | null;
  /** False while the server mutes it: its packets are dropped and counted. */
  readonly speaks: boolean;
  /** False while deafened: nothing is sent to it. */
  readonly hears: boolean;
}

/** What a room may be told anew while people are in it. */
export type RoomSettings = Pick<RelaySession, 'bitrateBps' | 'forwardLimit'>;

/** Those whom packets with the flag WHISPER and this token go to. */
export interface WhisperTarget {
  /** u32, never 0, unique among the targets and sessions of this relay. */
  readonly token: number;
  /** The token of the session that whispers. */
  readonly speaker: number;
  /** The tokens of the sessions that hear it, in whatever room. */
  readonly listeners: readonly number[];
}

/** Memory that all threads of the relay write to and read. */
export interface SharedState {
  /** Of the session: `TrafficCounts`. */
  readonly counts: SharedArrayBuffer;
  /** Of the session: `NewestSequences`. */
  readonly newest: SharedArrayBuffer;
  /** Of its room: `LoudestSpeakers`. */
  readonly loudest: SharedArrayBuffer;
}

/** From the application to each thread of the relay. Commands are applied in the order sent. */
export type RelayCommand =
  | { readonly type: 'open'; readonly session: RelaySession; readonly shared: SharedState }
  | { readonly type: 'update'; readonly token: number; readonly speaks: boolean; readonly hears: boolean }
  | { readonly type: 'close'; readonly token: number }
  | { readonly type: 'configure'; readonly roomId: string; readonly settings: RoomSettings }
  | { readonly type: 'whisper'; readonly target: WhisperTarget }
  | {
      readonly type: 'addWhisperListener' | 'removeWhisperListener';
      readonly target: number;
      readonly listener: number;
    }
  | { readonly type: 'endWhisper'; readonly token: number }
  | { readonly type: 'report' };

/** From the relay to the application. */
export type RelayEvent =
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
  'not_loudest',
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
  /** Bytes of these, as they are in datagrams and WebSocket messages. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly pings: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}
