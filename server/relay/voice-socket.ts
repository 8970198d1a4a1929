import type { UdpAddress } from './udp-address.ts';

/** The UDP lane's socket. Nothing here throws or waits: voice that cannot be sent now is of no use later. */
export interface VoiceSocket {
  readonly port: number;
  /** `bytes` stay as they are until they have left. */
  send(bytes: Uint8Array, to: UdpAddress): void;
  close(): Promise<void>;
}

export interface VoiceSocketEvents {
  /** `bytes` are the listener's to keep. */
  onMessage(bytes: Uint8Array, from: UdpAddress): void;
  /** A datagram was not sent: unreachable, not permitted, or more waiting than is sensible. */
  onSendFailed(): void;
}

/** Where a relay listens: an address of this machine (no name), and a port; 0 for any free. */
export interface ListenAddress {
  readonly host: string;
  readonly family: 4 | 6;
  readonly port: number;
}
