import type { MessagePort, Worker } from 'node:worker_threads';
import type { Libc } from '../sockets/libc.ts';
import { ThreadWaker, type WakeAddress } from '../sockets/socket-waiter.ts';

/** Sends mail to another thread, and wakes it up if it waits in the system. */
export class ThreadPost<Mail> {
  readonly #port: Pick<MessagePort | Worker, 'postMessage'>;
  readonly #waker: ThreadWaker | undefined;

  /** `wake` as in `ThreadAddress`. */
  constructor(port: Pick<MessagePort | Worker, 'postMessage'>, wake: WakeAddress | undefined, libc: Libc | undefined) {
    this.#port = port;
    this.#waker = wake === undefined || libc === undefined ? undefined : new ThreadWaker(libc, wake);
  }

  send(mail: Mail, transfer: readonly MessagePort[] = []): void {
    this.#port.postMessage(mail, [...transfer]);
    this.#waker?.wake();
  }
}
