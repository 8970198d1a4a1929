import type { LogTail } from './child.ts';

/* A server under load, seen from the benchmark: how it is started, and where its clients go. */

/** What the load has to know to come in; crosses into its process. */
export type Entrance =
  /** The server's relay, or what speaks its protocol. */
  | { readonly protocol: 'switchboard'; readonly port: number; readonly members: readonly Member[] }
  | { readonly protocol: 'mumble'; readonly port: number };

/** A session that the server was told of. */
export interface Member {
  readonly token: number;
  readonly hopKey: Uint8Array;
}

export interface RunningTarget extends AsyncDisposable {
  readonly pid: number;
  readonly entrance: Entrance;
  readonly log: LogTail;
}

export interface Target {
  readonly name: TargetName;
  /** Starts it with a room for so many members, with nobody in it. */
  start(members: number): Promise<RunningTarget>;
}

/** This server with either of its sockets; the peer; the C program with the same checks. */
export type TargetName = 'batched' | 'portable' | 'mumble' | 'floor';

/** Where every target listens. */
export const HOST = '127.0.0.1';

/** What a room's packets may carry; 80 bytes every 20 ms are just that. */
export const BITRATE_BPS = 32_000;
