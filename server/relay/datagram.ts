import { UdpAddress } from './udp-address.ts';

/**
 * The place of one packet. A socket that receives in batches has a fixed number of them and fills them anew, so nothing here
 * outlives the handling of its batch unless it is copied.
 */
export class Datagram {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** How many of the bytes are the packet. */
  length: number;
  /** Who sent it, if it came by UDP. */
  readonly from: UdpAddress;
  /** Where the bytes are in the memory of the process, if its socket made this place. */
  readonly address: number;

  constructor(bytes: Uint8Array, from = new UdpAddress(), length = bytes.length, address = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = length;
    this.from = from;
    this.address = address;
  }
}
