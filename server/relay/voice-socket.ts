import type { Datagram } from './datagram.ts';
import type { UdpAddress } from './udp-address.ts';

/** Several datagrams of one length that go to many listeners together. Valid until the next is made, or until `flush`. */
export type Train = number;

/**
 * The sending half of the UDP lane's socket. Nothing here throws or waits: voice that cannot be sent now is of no use later,
 * and is counted.
 */
export interface DatagramSender {
  /** The most datagrams that a train may have. */
  readonly maxTrain: number;
  /** A datagram of bytes that did not come through this socket; they are copied, and stay until `flush`. */
  place(bytes: Uint8Array): Datagram;
  /** Of each datagram the first `length` bytes are sent. */
  train(datagrams: readonly Datagram[], length: number): Train;
  send(train: Train, to: UdpAddress): void;
  /** What was sent leaves now, at the latest. The datagrams' places are free again. */
  flush(): void;
}

/** Where a relay listens: an address of this machine (no name), and a port; 0 for any free. */
export interface ListenAddress {
  readonly host: string;
  readonly family: 4 | 6;
  readonly port: number;
}
