import type { ClientSockets } from './client-sockets.ts';

/** What a client heard. */
export interface Heard {
  readonly speaker: number;
  readonly payload: Uint8Array;
}

/** The members of one room of a server, by that server's protocol. Clients are numbered as their sockets are. */
export interface LoadAdapter {
  /** Resolves once each client hears the others. @throws Error saying what the server refused. */
  join(sockets: ClientSockets): Promise<void>;
  /** Writes what keeps a client's address bound, and returns its length. It is answered with one packet. */
  writePing(client: number, out: Uint8Array): number;
  /** Writes the packet in which a client says this, and returns its length. @param sequence one up for each of its packets. */
  writeVoice(client: number, sequence: number, payload: Uint8Array, out: Uint8Array): number;
  /**
   * Opens what a client received, checking all there is to check; undefined if it answers a ping.
   *
   * @param ordinal how many packets this client had received with this one.
   * @throws Error if the packet is not as it must be.
   */
  open(client: number, packet: Uint8Array, ordinal: number): Heard | undefined;
}
