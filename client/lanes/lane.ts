import type { LaneKind } from '@switchboard/protocol';

/*
 * A lane carries datagrams to the relay and back: by UDP, or as the messages of a stream. All carry the same bytes; which of
 * them is in use is the business of `lane-switch.ts`.
 */

/** What a lane tells. Nothing comes before `opened`, nothing after `closed`. */
export interface LaneEvents {
  opened(): void;
  /** One datagram of the relay; the bytes are the listener's. */
  packet(bytes: Uint8Array): void;
  /** Called once, also when it never opened; not after `close`. */
  closed(): void;
}

export interface Lane {
  readonly kind: LaneKind;
  /**
   * Never waits and never throws: what cannot be sent now is dropped, as a network does.
   *
   * @param bytes the lane's own from here on.
   */
  send(bytes: Uint8Array): void;
  /** Safe to call twice. */
  close(): void;
}

/** What the machine can open. */
export interface LaneFactory {
  /** In order of preference. */
  readonly kinds: readonly LaneKind[];
  /** Never throws: what cannot be opened tells `closed`. */
  open(kind: LaneKind, address: URL, events: LaneEvents): Lane;
}
