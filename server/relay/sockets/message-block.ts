import type { UdpAddress } from '../udp-address.ts';
import { AF_INET, AF_INET6, IPPROTO_UDP, MSG_TRUNC, UDP_SEGMENT, type Libc } from './libc.ts';

/*
 * `struct mmsghdr` of 64-bit Linux (man 2 recvmmsg), in 32-bit words:
 *   0 name*   2 namelen   4 iov*   6 iovlen   8 control*   10 controllen   12 flags   14 received length
 */
const HEADER_WORDS = 16;
const NAME_WORD = 0;
const NAME_LENGTH_WORD = 2;
const IOV_WORD = 4;
const IOV_COUNT_WORD = 6;
const CONTROL_WORD = 8;
const CONTROL_LENGTH_WORD = 10;
const FLAGS_WORD = 12;
const RECEIVED_WORD = 14;

/** `struct sockaddr_in6`, 28 bytes; `sockaddr_in` takes 16 of them. */
const NAME_WORDS = 8;
const IPV4_NAME_BYTES = 16;
const IPV6_NAME_BYTES = 28;

/** `struct iovec`: 0 base*   2 length. */
const IOV_WORDS = 4;
export const IOVEC_BYTES = 16;

/** `struct cmsghdr` with the u16 of UDP_SEGMENT: length (u64), level, type, data; 18 bytes that take 24. */
const CONTROL_WORDS = 6;
const CONTROL_BYTES = 18;
const CONTROL_SPACE_BYTES = 24;

const WORD_BYTES = 4;
const TWO_POW_32 = 2 ** 32;

/** Zeroed memory that stays where it is, as words. */
class Words {
  readonly words: Int32Array;
  readonly address: number;

  constructor(libc: Libc, count: number) {
    const buffer = Buffer.allocUnsafeSlow(count * WORD_BYTES).fill(0);
    this.words = new Int32Array(buffer.buffer, buffer.byteOffset, count);
    this.address = libc.addressOf(buffer);
  }

  addressAt(word: number): number {
    return this.address + word * WORD_BYTES;
  }

  writePointer(word: number, address: number): void {
    this.words[word] = address | 0;
    this.words[word + 1] = Math.floor(address / TWO_POW_32);
  }
}

/** Pieces of memory for messages to be read into or put together from. */
export class IovecBlock {
  readonly #memory: Words;
  readonly #capacity: number;
  #count = 0;

  constructor(libc: Libc, capacity: number) {
    this.#memory = new Words(libc, capacity * IOV_WORDS);
    this.#capacity = capacity;
  }

  get free(): number {
    return this.#capacity - this.#count;
  }

  add(address: number, length: number): void {
    const at = this.#count++ * IOV_WORDS;
    this.#memory.writePointer(at, address);
    this.#memory.words[at + 2] = length;
  }

  /** The address of the piece that is added next. */
  get end(): number {
    return this.addressOf(this.#count);
  }

  addressOf(index: number): number {
    return this.#memory.addressAt(index * IOV_WORDS);
  }

  clear(): void {
    this.#count = 0;
  }
}

/** An array of message headers, each with room for an address and for the control message that asks for segments. */
export class MessageBlock {
  readonly capacity: number;
  readonly #headers: Words;
  readonly #names: Words;
  readonly #controls: Words;
  readonly #family: number;
  readonly #nameBytes: number;

  constructor(libc: Libc, capacity: number, family: 4 | 6) {
    this.capacity = capacity;
    this.#family = family === 4 ? AF_INET : AF_INET6;
    this.#nameBytes = family === 4 ? IPV4_NAME_BYTES : IPV6_NAME_BYTES;
    this.#headers = new Words(libc, capacity * HEADER_WORDS);
    this.#names = new Words(libc, capacity * NAME_WORDS);
    this.#controls = new Words(libc, capacity * CONTROL_WORDS);
    for (let message = 0; message < capacity; message++) {
      const at = message * HEADER_WORDS;
      this.#headers.writePointer(at + NAME_WORD, this.#names.addressAt(message * NAME_WORDS));
      this.#headers.words[at + NAME_LENGTH_WORD] = this.#nameBytes;
      this.#headers.writePointer(at + CONTROL_WORD, this.#controls.addressAt(message * CONTROL_WORDS));
      this.#headers.words[at + IOV_COUNT_WORD] = 1;
      const control = message * CONTROL_WORDS;
      this.#controls.words[control] = CONTROL_BYTES;
      this.#controls.words[control + 2] = IPPROTO_UDP;
      this.#controls.words[control + 3] = UDP_SEGMENT;
    }
  }

  addressOf(message: number): number {
    return this.#headers.addressAt(message * HEADER_WORDS);
  }

  setPieces(message: number, iovAddress: number, count: number): void {
    const at = message * HEADER_WORDS;
    this.#headers.writePointer(at + IOV_WORD, iovAddress);
    this.#headers.words[at + IOV_COUNT_WORD] = count;
  }

  /** Bytes of each segment that the kernel cuts the message into; 0 to send it as it is. */
  setSegment(message: number, bytes: number): void {
    this.#headers.words[message * HEADER_WORDS + CONTROL_LENGTH_WORD] = bytes === 0 ? 0 : CONTROL_SPACE_BYTES;
    this.#controls.words[message * CONTROL_WORDS + 4] = bytes;
  }

  pieces(message: number): number {
    return this.#headers.words[message * HEADER_WORDS + IOV_COUNT_WORD] ?? 0;
  }

  segment(message: number): number {
    const at = message * HEADER_WORDS + CONTROL_LENGTH_WORD;
    return this.#headers.words[at] === 0 ? 0 : (this.#controls.words[message * CONTROL_WORDS + 4] ?? 0);
  }

  /** The address of the first of the message's pieces. */
  piecesAddress(message: number): number {
    const at = message * HEADER_WORDS + IOV_WORD;
    const { words } = this.#headers;
    return (words[at]! >>> 0) + words[at + 1]! * TWO_POW_32;
  }

  setName(message: number, { a, b, c, d, port, scope }: UdpAddress): void {
    const { words } = this.#names;
    const at = message * NAME_WORDS;
    words[at] = this.#family | (networkShort(port) << 16);
    if (this.#family === AF_INET) {
      words[at + 1] = networkWord(d);
      return;
    }
    words[at + 2] = networkWord(a);
    words[at + 3] = networkWord(b);
    words[at + 4] = networkWord(c);
    words[at + 5] = networkWord(d);
    words[at + 6] = scope;
  }

  /** How many bytes a message brought that was received; −1 if there was no room for all of them. Fills in its sender's address. */
  read(message: number, from: UdpAddress): number {
    const header = this.#headers.words;
    const name = this.#names.words;
    const at = message * HEADER_WORDS;
    const nameAt = message * NAME_WORDS;
    // The kernel wrote how long the address is where it reads how long it may be.
    header[at + NAME_LENGTH_WORD] = this.#nameBytes;
    const port = networkShort(name[nameAt]! >>> 16);
    if (this.#family === AF_INET) {
      from.set(0, 0, 0xffff, networkWord(name[nameAt + 1]!), port, 0);
    } else {
      const a = networkWord(name[nameAt + 2]!);
      const b = networkWord(name[nameAt + 3]!);
      const c = networkWord(name[nameAt + 4]!);
      const d = networkWord(name[nameAt + 5]!);
      from.set(a, b, c, d, port, name[nameAt + 6]!);
    }
    return (header[at + FLAGS_WORD]! & MSG_TRUNC) === 0 ? header[at + RECEIVED_WORD]! : -1;
  }
}

/** The words of addresses are in network order, those of this machine little-endian. */
function networkWord(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

function networkShort(short: number): number {
  return ((short & 0xff) << 8) | (short >>> 8);
}
