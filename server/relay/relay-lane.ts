import type { LaneKind } from '@switchboard/protocol';
import type { DropReason } from './relay-messages.ts';
import type { UdpAddress } from './udp-address.ts';

/** One connection that carries voice packets in order, each as a message: a WebSocket, a data channel. */
export interface StreamLane {
  readonly kind: Exclude<LaneKind, 'udp'>;
  /** Never waits and never throws: what the listener is too slow for is dropped, and the reason returned. */
  send(bytes: Uint8Array): Extract<DropReason, 'receiver_slow' | 'send_failed'> | undefined;
  close(): void;
}

/** Where a packet comes from or goes to. */
export type LaneAddress = UdpAddress | StreamLane;

export function isStream(address: LaneAddress): address is StreamLane {
  return address.kind !== 'udp';
}

/** A stream is itself alone; UDP addresses are the same when their words are. */
export function sameAddress(one: LaneAddress, other: LaneAddress): boolean {
  return one === other || (!isStream(one) && !isStream(other) && one.equals(other));
}
