import type { Datagram } from '../datagram.ts';
import type { ListenAddress } from '../voice-socket.ts';
import { BatchedSocket, type BatchedSocketOptions } from './batched-socket.ts';
import type { Libc } from './libc.ts';
import { boundPort, openSocketTo } from './open-socket.ts';

/** What the state of a thread says, an int32 that all threads see. */
const AWAKE = 0;
/** It is about to block, or does. */
const WAITING = 1;
/** It has mail, whatever it does. */
const HAS_MAIL = 2;

/** How others wake up a thread that waits for its socket. */
export interface WakeAddress {
  /** A socket that sends to the thread's own; for whoever started the thread to close. */
  readonly fd: number;
  /** The number of the thread's socket among those that share its port, in the order in which they were bound. */
  readonly thread: number;
  readonly state: SharedArrayBuffer;
}

/**
 * Reads a socket as a thread does that has no event loop: waits in the system for packets, or for mail from another thread.
 *
 * A thread that blocks in recvmmsg is woken up by a datagram alone. It is sent only to a thread that waits: under load, mail
 * costs no system call. None is missed: the thread says that it is about to block in the same operation that looks for mail,
 * so whoever posts later sends the datagram, which then ends even a wait that begins after it. Where such datagrams do not
 * arrive, mail waits for the next packet or for the end of the thread's patience.
 */
export class SocketWaiter {
  readonly socket: BatchedSocket;
  readonly address: WakeAddress;
  readonly #libc: Libc;
  readonly #state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #wakePort: number;
  #hasMail = false;

  /** `thread` as in `WakeAddress`. @throws the system's error, and leaves nothing open then */
  static open(libc: Libc, at: ListenAddress, options: BatchedSocketOptions, thread: number): SocketWaiter {
    const socket = BatchedSocket.open(libc, at, options);
    try {
      return new SocketWaiter(libc, socket, openSocketTo(libc, socket.fd), thread);
    } catch (error) {
      // It would go on taking its share of the packets.
      socket.close();
      throw error;
    }
  }

  private constructor(libc: Libc, socket: BatchedSocket, wakeFd: number, thread: number) {
    this.#libc = libc;
    this.socket = socket;
    this.#wakePort = boundPort(libc, wakeFd);
    this.address = { fd: wakeFd, thread, state: this.#state.buffer };
  }

  /** Whether mail was posted before the last `receive` returned, and after the one before. */
  get hasMail(): boolean {
    return this.#hasMail;
  }

  /** As `BatchedSocket.receive`; waits up to `patienceMs` if there are neither packets nor mail. */
  receive(patienceMs: number): number {
    const waits = patienceMs > 0 && Atomics.compareExchange(this.#state, 0, AWAKE, WAITING) === AWAKE;
    const count = this.socket.receive(waits ? patienceMs : 0);
    this.#hasMail = Atomics.exchange(this.#state, 0, AWAKE) === HAS_MAIL;
    return count;
  }

  /** Whether this is no packet: it woke the thread up. A stranger's from the same port tells nothing either. */
  isWake({ length, from }: Datagram): boolean {
    return length === 1 && from.port === this.#wakePort;
  }

  close(): void {
    this.socket.close();
    this.#libc.close(this.address.fd);
  }
}

/** Wakes the thread of a `SocketWaiter` up, from any other. */
export class ThreadWaker {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #datagram: Buffer;
  readonly #state: Int32Array;

  constructor(libc: Libc, { fd, thread, state }: WakeAddress) {
    this.#libc = libc;
    this.#fd = fd;
    this.#datagram = Buffer.of(thread);
    this.#state = new Int32Array(state);
  }

  /** After its mail was posted. */
  wake(): void {
    if (Atomics.exchange(this.#state, 0, HAS_MAIL) === WAITING) this.ring();
  }

  /** Sends the datagram, whether the thread waits or not. */
  ring(): void {
    this.#libc.write(this.#fd, this.#datagram, 1);
  }
}
