import { BLOCK_BYTES, Ocb2 } from './ocb2.ts';

/** In front of what is sealed: the low byte of the nonce, and 3 bytes of the tag. */
const OVERHEAD_BYTES = 4;
const TAG_PART_BYTES = 3;
/** The nonce's low byte comes round again after so many packets. */
const NONCE_PERIOD = 256n;
/** How many rounds may have been lost between two packets that are opened. */
const MAX_LOST_ROUNDS = 4_096;

/** What the server hands out in CryptSetup: a key, and where each side's nonce begins. 16 bytes each. */
export interface CryptSetup {
  readonly key: Uint8Array;
  readonly clientNonce: Uint8Array;
  readonly serverNonce: Uint8Array;
}

/** One client's end of Mumble's encrypted voice. A nonce is a counter of 128 bits, little-endian, one up for each packet. */
export class VoiceCipher {
  readonly #ocb: Ocb2;
  #sending: bigint;
  /** The nonce of the last packet opened. */
  #receiving: bigint;
  #opened = 0;

  constructor({ key, clientNonce, serverNonce }: CryptSetup) {
    this.#ocb = new Ocb2(key);
    this.#sending = counterOf(clientNonce);
    this.#receiving = counterOf(serverNonce);
  }

  /** Writes the sealed packet and returns its length. */
  seal(plaintext: Uint8Array, out: Uint8Array): number {
    const nonce = nonceOf(++this.#sending);
    const { ciphertext, tag } = this.#ocb.seal(nonce, plaintext);
    out.set(nonce.subarray(0, 1));
    out.set(tag.subarray(0, TAG_PART_BYTES), 1);
    out.set(ciphertext, OVERHEAD_BYTES);
    return OVERHEAD_BYTES + ciphertext.length;
  }

  /**
   * Opens one packet of many: those in between may be left unopened, as long as they are counted.
   *
   * @param ordinal how many packets this client had received with this one. Packets that were lost are found out.
   * @throws Error if it is not the server's.
   */
  open(packet: Uint8Array, ordinal: number): Uint8Array {
    const ciphertext = packet.subarray(OVERHEAD_BYTES);
    // The counter is at least so far.
    const least = this.#receiving + BigInt(ordinal - this.#opened);
    const behind = (BigInt(packet[0] ?? 0) - least) % NONCE_PERIOD;
    // Two packets may have changed places; from half a round down it counts as one that came late.
    const nearest = behind + (behind < -(NONCE_PERIOD / 2n) ? NONCE_PERIOD : 0n);
    for (let round = 0; round < MAX_LOST_ROUNDS; round++) {
      const counter = least + nearest + BigInt(round) * NONCE_PERIOD;
      const { plaintext, tag } = this.#ocb.open(nonceOf(counter), ciphertext);
      if (packet.length <= OVERHEAD_BYTES || !sameTag(tag, packet)) continue;
      this.#receiving = counter;
      this.#opened = ordinal;
      return plaintext;
    }
    throw new Error('A packet of the server cannot be opened');
  }
}

function sameTag(tag: Uint8Array, packet: Uint8Array): boolean {
  for (let at = 0; at < TAG_PART_BYTES; at++) if (tag[at] !== packet[at + 1]) return false;
  return true;
}

function counterOf(nonce: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(nonce).reverse().toString('hex')}`);
}

function nonceOf(counter: bigint): Uint8Array {
  const digits = BigInt.asUintN(BLOCK_BYTES * 8, counter)
    .toString(16)
    .padStart(BLOCK_BYTES * 2, '0');
  return Buffer.from(digits, 'hex').reverse();
}
