import type { MessagePort } from 'node:worker_threads';
import type { DropReason, RelayCommand, RelayEvent } from '../relay-messages.ts';
import type { TlsMaterial } from '../relay-options.ts';
import type { WakeAddress } from '../sockets/socket-waiter.ts';
import type { ListenAddress } from '../voice-socket.ts';

/*
 * What the threads of one relay say to one another. Each has a number, counted from 0. Streams (WebSockets) live in one more
 * thread, the bridge, and have a number too, given by it.
 *
 *   application ──commands──▶ relay threads ◀──messages of streams── bridge
 *        ▲──────events────────┘   ▲   └──packets for streams──────────▲
 *                                 └─ bindings to UDP addresses, from one another
 */

/** An address as another thread understands it. */
export type AddressMail =
  { readonly words: readonly [number, number, number, number, number, number] } | { readonly stream: number };

/** How a relay thread is started. */
export interface RelayThreadSetup {
  readonly thread: number;
  readonly threads: number;
  readonly socket: 'batched' | 'portable';
  readonly at: ListenAddress;
  /** 16 bytes that the cookies of all threads are made with. */
  readonly cookieSecret: Uint8Array;
}

/** How the bridge is started. */
export interface BridgeSetup {
  readonly threads: number;
  readonly at: ListenAddress;
  readonly tls: TlsMaterial | undefined;
}

/** What a thread that waits in the system opened there. It outlives the thread: whoever started that closes it. */
export interface ThreadDescriptors {
  readonly socketFd: number;
  readonly wake: WakeAddress;
}

/** The way to another thread: a port, and what wakes the thread up if it waits in the system and not in an event loop. */
export interface ThreadAddress {
  readonly port: MessagePort;
  readonly wake: WakeAddress | undefined;
}

/** The way between the bridge and a relay thread, with what `BridgeBacklog` counts in. */
export interface BridgeAddress extends ThreadAddress {
  readonly backlog: SharedArrayBuffer;
}

export interface StreamMessage {
  readonly stream: number;
  readonly bytes: Uint8Array;
}

/** To a relay thread, from the application, the bridge, or another relay thread. */
export type RelayThreadMail =
  | RelayCommand
  | {
      readonly type: 'connect';
      readonly bridge: BridgeAddress;
      readonly others: readonly ThreadAddress[];
    }
  | { readonly type: 'stop' }
  | { readonly type: 'streamMessages'; readonly messages: readonly StreamMessage[] }
  | { readonly type: 'streamClosed'; readonly stream: number }
  | { readonly type: 'bound'; readonly token: number; readonly at: AddressMail; readonly sequence: number };

export interface StreamPacket {
  readonly bytes: Uint8Array;
  /** The numbers of the streams that get it: one message for all of them. */
  readonly streams: readonly number[];
}

/** To the bridge, from the application or a relay thread. */
export type BridgeMail =
  | { readonly type: 'connect'; readonly relays: readonly BridgeAddress[] }
  | { readonly type: 'stop' }
  | { readonly type: 'report' }
  | { readonly type: 'deliver'; readonly packets: readonly StreamPacket[] }
  /** The stream has shown whose it is. The bridge tells the other relay threads, so that they hear of it before its end. */
  | { readonly type: 'streamBound'; readonly stream: number; readonly token: number; readonly sequence: number }
  | { readonly type: 'closeStream'; readonly stream: number };

/** From a thread to the application. */
export type ThreadEvent =
  | RelayEvent
  | { readonly type: 'listening'; readonly port: number; readonly descriptors: ThreadDescriptors | undefined }
  | { readonly type: 'refused'; readonly code: unknown; readonly message: string }
  | { readonly type: 'bridgeReport'; readonly dropped: Readonly<Partial<Record<DropReason, number>>> };
