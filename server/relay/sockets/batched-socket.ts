import { MAX_PACKET_BYTES } from '@switchboard/protocol';
import { Datagram } from '../datagram.ts';
import { UdpAddress } from '../udp-address.ts';
import type { DatagramSender, ListenAddress, Train } from '../voice-socket.ts';
import {
  EAGAIN,
  EINTR,
  EINVAL,
  EIO,
  EOPNOTSUPP,
  IPPROTO_UDP,
  MSG_DONTWAIT,
  MSG_WAITFORONE,
  POLLOUT,
  UDP_SEGMENT,
  type Libc,
} from './libc.ts';
import { IOVEC_BYTES, IovecBlock, MessageBlock } from './message-block.ts';
import { boundPort, int32, openSocket, setPatience } from './open-socket.ts';

/** What one call receives at most. */
const BATCH = 128;
/** Places for what comes from other lanes, and for pongs, between two `flush`. */
const PLACES = 256;
/** What one call sends at most. */
const SEND_BATCH = 1024;
const SEND_PIECES = 8 * 1024;
/** A packet, and one byte more, so that what is too long shows. A multiple of the cache's line. */
const PLACE_BYTES = Math.ceil((MAX_PACKET_BYTES + 1) / 64) * 64;

/** UDP_MAX_SEGMENTS of older kernels is 64, and what is sent together has to fit into one datagram of IP. */
const MAX_SEGMENTS = 60;
const MAX_SEGMENTED_BYTES = 60_000;

/** The least that every way of IPv4 carries (RFC 791): of a longer segment, some kernels say EINVAL where one way is too narrow. */
const SURELY_FITS_BYTES = 548;
/** How long receiving waits if it was not told otherwise. */
const FIRST_PATIENCE_MS = 250;
/** A full buffer of the system gets this long, once in a batch, to have room again. */
const ROOM_TIMEOUT_MS = 1;

export interface BatchedSocketOptions {
  /** Another socket, of another thread, has the same port: the kernel spreads the senders over them. */
  readonly sharesPort: boolean;
  /** A datagram that was not sent: unreachable, not permitted, or no room in the system's buffer. */
  readonly onSendFailed: () => void;
}

/**
 * A UDP socket that receives and sends many datagrams with one system call: recvmmsg and sendmmsg of Linux, with every array
 * that they take made once. What goes to one listener together leaves as one message that the kernel cuts (UDP_SEGMENT:
 * generic segmentation offload), where the kernel does that.
 *
 * It is read when its owner asks. Waiting in the same call that receives saves a packet the call of `poll`, which is a third
 * of its cost where packets come one by one (docs/benchmarks.md).
 */
export class BatchedSocket implements DatagramSender {
  readonly fd: number;
  readonly port: number;
  readonly #libc: Libc;
  readonly #onSendFailed: () => void;

  /** The first so many as `receive` said. */
  readonly received: readonly Datagram[];
  readonly #inbound: MessageBlock;
  /** The kernel reads them at each `receive`: nothing else keeps this memory. */
  readonly #inboundPieces: IovecBlock;
  #patienceMs = FIRST_PATIENCE_MS;

  readonly #placed: readonly Datagram[];
  #placedCount = 0;

  readonly #outbound: MessageBlock;
  readonly #pieces: IovecBlock;
  #queued = 0;
  #segments: boolean;

  /** A `struct pollfd`. */
  readonly #roomWanted = Buffer.allocUnsafeSlow(8);

  #trainAt = 0;
  #trainCount = 0;
  #trainLength = 0;

  /** Throws the system's error when the address cannot be bound. */
  static open(libc: Libc, at: ListenAddress, options: BatchedSocketOptions): BatchedSocket {
    const fd = openSocket(libc, at, options.sharesPort, FIRST_PATIENCE_MS);
    return new BatchedSocket(libc, fd, at.family, options);
  }

  private constructor(libc: Libc, fd: number, family: 4 | 6, { onSendFailed }: BatchedSocketOptions) {
    this.#libc = libc;
    this.#onSendFailed = onSendFailed;
    this.fd = fd;
    this.port = boundPort(libc, fd);
    this.#segments = libc.setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, int32(0), 4) === 0;

    this.received = this.#makePlaces(BATCH);
    this.#placed = this.#makePlaces(PLACES);
    this.#inbound = new MessageBlock(libc, BATCH, family);
    this.#inboundPieces = new IovecBlock(libc, BATCH);
    for (const [index, datagram] of this.received.entries()) {
      this.#inboundPieces.add(datagram.address, PLACE_BYTES);
      this.#inbound.setPieces(index, this.#inboundPieces.addressOf(index), 1);
    }
    this.#outbound = new MessageBlock(libc, SEND_BATCH, family);
    this.#pieces = new IovecBlock(libc, SEND_PIECES);
  }

  get maxTrain(): number {
    return MAX_SEGMENTS;
  }

  /**
   * Takes what has arrived; says how many of `received` are new. Theirs before are gone. If there is nothing it waits up to
   * `patienceMs` (whole ms) for the first.
   */
  receive(patienceMs = 0): number {
    if (patienceMs > 0) this.#setPatience(patienceMs);
    const flags = patienceMs > 0 ? MSG_WAITFORONE : MSG_DONTWAIT;
    const count = this.#libc.recvmmsg(this.fd, this.#inbound.addressOf(0), BATCH, flags, 0);
    // Whatever went wrong, the packets are lost or wait: there is nothing to say about them.
    if (count <= 0) return 0;
    for (let index = 0; index < count; index++) {
      const datagram = this.received[index]!;
      const bytes = this.#inbound.read(index, datagram.from);
      datagram.length = bytes < 0 ? PLACE_BYTES : bytes;
    }
    return count;
  }

  place(bytes: Uint8Array): Datagram {
    if (this.#placedCount === PLACES) throw new RangeError('flush() frees the places');
    const datagram = this.#placed[this.#placedCount++]!;
    datagram.bytes.set(bytes);
    datagram.length = bytes.length;
    return datagram;
  }

  train(datagrams: readonly Datagram[], length: number): Train {
    if (this.#pieces.free < datagrams.length) {
      this.#submit();
      this.#pieces.clear();
    }
    this.#trainAt = this.#pieces.end;
    this.#trainCount = datagrams.length;
    this.#trainLength = length;
    for (const datagram of datagrams) this.#pieces.add(datagram.address, length);
    return this.#trainAt;
  }

  send(train: Train, to: UdpAddress): void {
    if (train !== this.#trainAt) throw new RangeError('another train was made since');
    if (to.port === 0) {
      for (let index = 0; index < this.#trainCount; index++) this.#onSendFailed();
    } else if (this.#trainCount > 1 && this.#segments && this.#trainCount * this.#trainLength <= MAX_SEGMENTED_BYTES) {
      this.#queue(train, this.#trainCount, this.#trainLength, to);
    } else {
      for (let index = 0; index < this.#trainCount; index++) this.#queue(train + index * IOVEC_BYTES, 1, 0, to);
    }
  }

  flush(): void {
    this.#submit();
    this.#pieces.clear();
    this.#placedCount = 0;
    this.#trainAt = 0;
  }

  close(): void {
    this.#libc.close(this.fd);
  }

  #setPatience(patienceMs: number): void {
    if (patienceMs === this.#patienceMs) return;
    this.#patienceMs = patienceMs;
    setPatience(this.#libc, this.fd, patienceMs);
  }

  #queue(piecesAddress: number, count: number, segmentBytes: number, to: UdpAddress): void {
    if (this.#queued === SEND_BATCH) this.#submit();
    const message = this.#queued++;
    this.#outbound.setName(message, to);
    this.#outbound.setPieces(message, piecesAddress, count);
    this.#outbound.setSegment(message, segmentBytes);
  }

  #submit(): void {
    const count = this.#queued;
    this.#queued = 0;
    let next = 0;
    let waited = false;
    while (next < count) {
      const sent = this.#libc.sendmmsg(this.fd, this.#outbound.addressOf(next), count - next, MSG_DONTWAIT);
      if (sent > 0) {
        next += sent;
        continue;
      }
      const errno = this.#libc.errno();
      if (errno === EINTR) continue;
      if (errno === EAGAIN) {
        // The system's buffer is full. What waits here is the oldest there is: newer packets are still to be received.
        if (waited) {
          this.#drop(next, count);
          return;
        }
        waited = true;
        this.#waitForRoom();
        continue;
      }
      // Only the first is refused: the ones after it have other listeners.
      if (this.#outbound.segment(next) === 0) this.#drop(next, next + 1);
      else this.#sendSingly(next, errno);
      next++;
    }
  }

  /** The kernel did not take a message in segments: not on this device, or one is too long for the way to this listener. */
  #sendSingly(message: number, errno: number): void {
    const alwaysFits = this.#outbound.segment(message) <= SURELY_FITS_BYTES;
    if (errno === EIO || errno === EOPNOTSUPP || (errno === EINVAL && alwaysFits)) this.#segments = false;
    const count = this.#outbound.pieces(message);
    const address = this.#outbound.piecesAddress(message);
    this.#outbound.setSegment(message, 0);
    for (let index = 0; index < count; index++) {
      this.#outbound.setPieces(message, address + index * IOVEC_BYTES, 1);
      if (this.#libc.sendmmsg(this.fd, this.#outbound.addressOf(message), 1, MSG_DONTWAIT) !== 1) this.#onSendFailed();
    }
  }

  #waitForRoom(): void {
    this.#roomWanted.writeInt32LE(this.fd, 0);
    this.#roomWanted.writeInt32LE(POLLOUT, 4);
    this.#libc.poll(this.#libc.addressOf(this.#roomWanted), 1, ROOM_TIMEOUT_MS);
  }

  #drop(from: number, to: number): void {
    for (let message = from; message < to; message++) {
      for (let piece = this.#outbound.pieces(message); piece > 0; piece--) this.#onSendFailed();
    }
  }

  #makePlaces(count: number): readonly Datagram[] {
    const buffer = Buffer.allocUnsafeSlow(count * PLACE_BYTES);
    const address = this.#libc.addressOf(buffer);
    return Array.from({ length: count }, (_, index) => {
      const from = index * PLACE_BYTES;
      return new Datagram(buffer.subarray(from, from + PLACE_BYTES), new UdpAddress(), 0, address + from);
    });
  }
}
