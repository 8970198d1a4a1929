import {
  AF_INET,
  EAGAIN,
  lastError,
  MSG_DONTWAIT,
  POLLIN,
  SO_RCVBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  type Libc,
} from '../../../server/relay/sockets/libc.ts';
import { itemAt } from '../item-at.ts';

/** `struct mmsghdr` of 64-bit Linux (man 2 recvmmsg), in bytes. */
const HEADER_BYTES = 64;
const NAME_OFFSET = 0;
const NAME_LENGTH_OFFSET = 8;
const IOV_OFFSET = 16;
const IOV_COUNT_OFFSET = 24;
const CONTROL_OFFSET = 32;
const CONTROL_LENGTH_OFFSET = 40;
const LENGTH_OFFSET = 56;

const IOV_BYTES = 16;
const NAME_BYTES = 16;
const POLLFD_BYTES = 8;
const WORD_BYTES = 4;

/** Seconds and nanoseconds, i64 each, behind the 16 bytes of a `struct cmsghdr`. */
const SO_TIMESTAMPNS = 35;
const CONTROL_BYTES = 32;
const SECONDS_OFFSET = 16;
const NANOSECONDS_OFFSET = 24;

/** What one call receives at most. */
const BATCH = 64;
/** Longer than anything that comes here. */
const PLACE_BYTES = 256;
/** Room for what arrives while the load is kept from running. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** Which of the packets that arrive are looked at. The others are counted and nothing else. */
export interface Sampler {
  /** The next one to look at is the so-manieth from here, 1 or more. */
  stride(): number;
  /** @param ordinal how many the client has received with this one. @param arrivedAtMs by the clock of `realTimeMs`. */
  take(client: number, packet: Uint8Array, ordinal: number, arrivedAtMs: number): void;
}

/** Milliseconds since 1970, to the microsecond: the clock that the kernel stamps packets by. */
export function realTimeMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Each client has an address of its own: mumble-server tells clients apart by that first. */
export function clientAddress(client: number): string {
  return `127.10.${Math.floor(client / 250)}.${(client % 250) + 1}`;
}

/**
 * The UDP sockets of many clients of one server. They are read when asked, all at once: nobody is woken up by a packet, for
 * the sender would pay for that. The kernel says when each arrived.
 */
export class ClientSockets implements Disposable {
  /** What `send` sends is written here. */
  readonly outgoing = Buffer.allocUnsafeSlow(PLACE_BYTES);
  readonly #libc: Libc;
  readonly #fds: number[] = [];
  readonly #serverName: Buffer;
  readonly #ownNames: Buffer[] = [];
  readonly #sendHeader = Buffer.allocUnsafeSlow(HEADER_BYTES).fill(0);
  readonly #sendHeaderAddress: number;
  readonly #sendName = Buffer.allocUnsafeSlow(NAME_BYTES);
  readonly #sendPiece = Buffer.allocUnsafeSlow(IOV_BYTES).fill(0);

  readonly #pieces = Buffer.allocUnsafeSlow(BATCH * IOV_BYTES);
  readonly #places = Buffer.allocUnsafeSlow(BATCH * PLACE_BYTES);
  readonly #headers = Buffer.allocUnsafeSlow(BATCH * HEADER_BYTES).fill(0);
  readonly #headersAddress: number;
  readonly #headerWords: Int32Array;
  readonly #controls = Buffer.allocUnsafeSlow(BATCH * CONTROL_BYTES);
  /** `struct pollfd` of each client, and the same as words: the descriptor, then what is asked for and what happened. */
  readonly #polled: Buffer;
  readonly #polledAddress: number;
  readonly #polledWords: Int32Array;

  readonly #received: Uint32Array;
  #receivedInAll = 0;
  #untilSample = 1;

  /** @throws Error the system's, with nothing left open. */
  constructor(libc: Libc, clients: number, host: string, port: number) {
    this.#libc = libc;
    this.#received = new Uint32Array(clients);

    this.#serverName = socketName(host, port);
    writePointer(this.#sendPiece, 0, libc.addressOf(this.outgoing));
    this.#sendHeaderAddress = libc.addressOf(this.#sendHeader);
    writePointer(this.#sendHeader, NAME_OFFSET, libc.addressOf(this.#sendName));
    this.#sendHeader.writeUInt32LE(NAME_BYTES, NAME_LENGTH_OFFSET);
    writePointer(this.#sendHeader, IOV_OFFSET, libc.addressOf(this.#sendPiece));
    this.#sendHeader.writeUInt32LE(1, IOV_COUNT_OFFSET);

    this.#headersAddress = libc.addressOf(this.#headers);
    this.#headerWords = wordsOf(this.#headers);
    this.#layOutBatch();

    this.#polled = Buffer.allocUnsafeSlow(clients * POLLFD_BYTES).fill(0);
    this.#polledAddress = libc.addressOf(this.#polled);
    this.#polledWords = wordsOf(this.#polled);
    try {
      for (let client = 0; client < clients; client++) this.#open(client);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  get clients(): number {
    return this.#received.length;
  }

  /** Packets of all clients so far. */
  get received(): number {
    return this.#receivedInAll;
  }

  /** Sends the first bytes of `outgoing` from a client to the server. @throws Error if the system does not take them. */
  send(client: number, length: number): void {
    this.#sendTo(this.#serverName, client, length);
  }

  /** The same to another client, with nobody in between. */
  sendDirectly(client: number, length: number, to: number): void {
    this.#sendTo(itemAt(this.#ownNames, to), client, length);
  }

  /** Takes everything that has arrived, without waiting. */
  drain(sampler: Sampler): void {
    if (this.#libc.poll(this.#polledAddress, this.clients, 0) <= 0) return;
    for (let client = 0; client < this.clients; client++) {
      if ((this.#polledWords[client * 2 + 1] ?? 0) >>> 16 !== 0) this.#receive(client, sampler);
    }
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds.splice(0)) this.#libc.close(fd);
  }

  #open(client: number): void {
    const libc = this.#libc;
    const fd = libc.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) throw lastError(libc, 'socket');
    this.#fds.push(fd);
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, int32(RECEIVE_BUFFER_BYTES), 4);
    if (libc.setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, int32(1), 4) < 0) throw lastError(libc, 'setsockopt');
    const name = socketName(clientAddress(client), 0);
    if (libc.bind(fd, name, name.length) < 0) throw lastError(libc, 'bind');
    if (libc.getsockname(fd, name, int32(name.length)) < 0) throw lastError(libc, 'getsockname');
    this.#ownNames.push(name);
    this.#polled.writeInt32LE(fd, client * POLLFD_BYTES);
    this.#polled.writeInt16LE(POLLIN, client * POLLFD_BYTES + WORD_BYTES);
  }

  #layOutBatch(): void {
    const [places, controls, pieces] = [this.#places, this.#controls, this.#pieces].map((buffer) =>
      this.#libc.addressOf(buffer),
    ) as [number, number, number];
    for (let index = 0; index < BATCH; index++) {
      const header = this.#headers.subarray(index * HEADER_BYTES);
      const piece = this.#pieces.subarray(index * IOV_BYTES);
      writePointer(piece, 0, places + index * PLACE_BYTES);
      writePointer(piece, 8, PLACE_BYTES);
      writePointer(header, IOV_OFFSET, pieces + index * IOV_BYTES);
      header.writeUInt32LE(1, IOV_COUNT_OFFSET);
      writePointer(header, CONTROL_OFFSET, controls + index * CONTROL_BYTES);
      header.writeUInt32LE(CONTROL_BYTES, CONTROL_LENGTH_OFFSET);
    }
  }

  #sendTo(name: Buffer, client: number, length: number): void {
    name.copy(this.#sendName);
    this.#sendPiece.writeUInt32LE(length, 8);
    if (this.#libc.sendmmsg(itemAt(this.#fds, client), this.#sendHeaderAddress, 1, MSG_DONTWAIT) !== 1) {
      throw lastError(this.#libc, 'sendmmsg');
    }
  }

  #receive(client: number, sampler: Sampler): void {
    const fd = itemAt(this.#fds, client);
    for (;;) {
      const count = this.#libc.recvmmsg(fd, this.#headersAddress, BATCH, MSG_DONTWAIT, 0);
      if (count < 0) {
        if (this.#libc.errno() !== EAGAIN) throw lastError(this.#libc, 'recvmmsg');
        return;
      }
      while (this.#untilSample <= count) {
        this.#sample(client, this.#untilSample - 1, sampler);
        this.#untilSample += sampler.stride();
      }
      this.#untilSample -= count;
      this.#received[client] = (this.#received[client] ?? 0) + count;
      this.#receivedInAll += count;
      // The kernel wrote how much it used where it reads how much there is.
      for (let index = 0; index < count; index++) {
        this.#headerWords[(index * HEADER_BYTES + CONTROL_LENGTH_OFFSET) / WORD_BYTES] = CONTROL_BYTES;
      }
      if (count < BATCH) return;
    }
  }

  #sample(client: number, index: number, sampler: Sampler): void {
    const length = this.#headerWords[(index * HEADER_BYTES + LENGTH_OFFSET) / WORD_BYTES] ?? 0;
    const place = index * PLACE_BYTES;
    const control = index * CONTROL_BYTES;
    const arrivedAtMs =
      Number(this.#controls.readBigInt64LE(control + SECONDS_OFFSET)) * 1e3 +
      Number(this.#controls.readBigInt64LE(control + NANOSECONDS_OFFSET)) / 1e6;
    const packet = this.#places.subarray(place, place + length);
    sampler.take(client, packet, (this.#received[client] ?? 0) + index + 1, arrivedAtMs);
  }
}

function socketName(host: string, port: number): Buffer {
  const name = Buffer.allocUnsafeSlow(NAME_BYTES).fill(0);
  name.writeUInt16LE(AF_INET, 0);
  name.writeUInt16BE(port, 2);
  name.set(host.split('.').map(Number), 4);
  return name;
}

function writePointer(buffer: Buffer, offset: number, value: number): void {
  buffer.writeBigUInt64LE(BigInt(value), offset);
}

function wordsOf(buffer: Buffer): Int32Array {
  return new Int32Array(buffer.buffer, buffer.byteOffset, buffer.length / WORD_BYTES);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(WORD_BYTES);
  bytes.writeInt32LE(value);
  return bytes;
}
