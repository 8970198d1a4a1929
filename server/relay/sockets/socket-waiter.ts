import { EFD_CLOEXEC, EFD_NONBLOCK, lastError, POLLIN, type Libc } from './libc.ts';

/** `struct pollfd`: a descriptor (i32), the events asked for and those that happened (i16 each). */
const POLLFD_BYTES = 8;
const EVENTS_OFFSET = 4;
const HAPPENED_OFFSET = 6;
const WAKE_HAPPENED = (POLLFD_BYTES + HAPPENED_OFFSET) / 2;

/**
 * Waits in the system, as a thread does that has no event loop: for a socket to have something to receive, or for another
 * thread to wake it up.
 */
export class SocketWaiter {
  /** An eventfd, for its owner to close. Whoever writes the number 1 to it, as 8 bytes, wakes the thread: `ThreadWaker`. */
  readonly wakeFd: number;
  readonly #libc: Libc;
  readonly #descriptors = Buffer.allocUnsafeSlow(2 * POLLFD_BYTES).fill(0);
  readonly #shorts = new Int16Array(this.#descriptors.buffer, this.#descriptors.byteOffset, POLLFD_BYTES);
  readonly #address: number;
  readonly #count = Buffer.alloc(8);

  /** Throws the system's error when there are no more descriptors. */
  constructor(libc: Libc, socketFd: number) {
    this.#libc = libc;
    this.wakeFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.wakeFd < 0) throw lastError(libc, 'eventfd');
    this.#address = libc.addressOf(this.#descriptors);
    for (const [index, fd] of [socketFd, this.wakeFd].entries()) {
      this.#descriptors.writeInt32LE(fd, index * POLLFD_BYTES);
      this.#descriptors.writeInt16LE(POLLIN, index * POLLFD_BYTES + EVENTS_OFFSET);
    }
  }

  /** Waits up to `timeoutMs` (whole ms, rounded up); says whether it was woken up, which it is once for any number of wakes. */
  wait(timeoutMs: number): boolean {
    const ready = this.#libc.poll(this.#address, 2, Math.ceil(timeoutMs));
    if (ready <= 0 || this.#shorts[WAKE_HAPPENED] === 0) return false;
    this.#libc.read(this.wakeFd, this.#count, this.#count.length);
    return true;
  }
}

const ONE = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

/** Wakes the thread of a `SocketWaiter` up, from any other. */
export class ThreadWaker {
  readonly #libc: Libc;
  readonly #wakeFd: number;

  constructor(libc: Libc, wakeFd: number) {
    this.#libc = libc;
    this.#wakeFd = wakeFd;
  }

  wake(): void {
    this.#libc.write(this.#wakeFd, ONE, ONE.length);
  }
}
