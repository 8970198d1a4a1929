import type { MessagePort, Worker } from 'node:worker_threads';
import type { Libc } from '../sockets/libc.ts';
import { ThreadWaker } from '../sockets/socket-waiter.ts';

/** Sends mail to another thread, and wakes it up if it waits in the system. */
export class ThreadPost<Mail> {
  readonly #port: Pick<MessagePort | Worker, 'postMessage'>;
  readonly #waker: ThreadWaker | undefined;

  /** `wakeFd` as in `ThreadAddress`. */
  constructor(port: Pick<MessagePort | Worker, 'postMessage'>, wakeFd: number | undefined, libc: Libc | undefined) {
    this.#port = port;
    this.#waker = wakeFd === undefined || libc === undefined ? undefined : new ThreadWaker(libc, wakeFd);
  }

  send(mail: Mail, transfer: readonly MessagePort[] = []): void {
    this.#port.postMessage(mail, [...transfer]);
    this.#waker?.wake();
  }
}
