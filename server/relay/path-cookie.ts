import { sipHash, sipHashKey, SIPHASH_TAG_BYTES, type SipHashKey } from '@switchboard/protocol';
import type { UdpAddress } from './udp-address.ts';

/** Session token u32, address 16 bytes (IPv4 mapped into IPv6), port u16; all big-endian. */
const ADDRESS_OFFSET = 4;
const PORT_OFFSET = 20;
const INPUT_BYTES = 22;

/** The low half of the tag, which is written little-endian. */
const LITTLE_ENDIAN = true;

/**
 * The cookies by which a client shows that it hears at the address that it pings from (as the token of QUIC's Retry:
 * RFC 9000, section 8.1). Made anew from the address each time, so that nothing is remembered of those that only ask.
 *
 * Relay threads that share their sessions share the secret.
 */
export class PathCookies {
  readonly #key: SipHashKey;
  readonly #input = new Uint8Array(INPUT_BYTES);
  readonly #inputView = new DataView(this.#input.buffer);
  readonly #tag = new Uint8Array(SIPHASH_TAG_BYTES);
  readonly #tagView = new DataView(this.#tag.buffer);

  /** Throws a RangeError if the secret has not 16 bytes. */
  constructor(secret: Uint8Array) {
    this.#key = sipHashKey(secret);
  }

  /** A u32. On the path of every ping: allocates nothing. */
  cookieFor(token: number, address: UdpAddress): number {
    this.#inputView.setUint32(0, token);
    this.#inputView.setInt32(ADDRESS_OFFSET, address.a);
    this.#inputView.setInt32(ADDRESS_OFFSET + 4, address.b);
    this.#inputView.setInt32(ADDRESS_OFFSET + 8, address.c);
    this.#inputView.setInt32(ADDRESS_OFFSET + 12, address.d);
    this.#inputView.setUint16(PORT_OFFSET, address.port);
    sipHash(this.#key, this.#input, 0, INPUT_BYTES, this.#tag, 0);
    return this.#tagView.getUint32(0, LITTLE_ENDIAN);
  }
}
