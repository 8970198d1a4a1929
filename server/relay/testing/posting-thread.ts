import { workerData, type MessagePort } from 'node:worker_threads';
import { accessLibc } from '../sockets/libc.ts';
import { ThreadWaker, type WakeAddress } from '../sockets/socket-waiter.ts';

/*
 * A thread that posts to one that waits for its socket, in a test of `SocketWaiter`: numbers, counted from 0, each when the one
 * before has been taken. A wake that is missed is then not made up for by the next.
 */

export interface PostingThreadSetup {
  readonly port: MessagePort;
  readonly wake: WakeAddress;
  /** An int32: how many have been taken. */
  readonly taken: SharedArrayBuffer;
  readonly count: number;
  /** `waits`: it posts as soon as the other waits. `any`: whatever the other does, each time after another pause. */
  readonly when: 'waits' | 'any';
  /** Whether the datagrams that wake up are lost. */
  readonly losesWakes: boolean;
}

const WAITING = 1;
const MAX_LOOKS = 307;

if (workerData !== null) post(workerData as PostingThreadSetup);

function post({ port, wake, taken: shared, count, when, losesWakes }: PostingThreadSetup): void {
  const access = accessLibc();
  if ('unavailable' in access) throw new Error(access.unavailable);
  const { libc } = access;
  const waker = new ThreadWaker(losesWakes ? { ...libc, write: (_fd, _bytes, written) => written } : libc, wake);
  const state = new Int32Array(wake.state);
  const taken = new Int32Array(shared);
  for (let number = 0; number < count; number++) {
    while (Atomics.load(taken, 0) < number);
    if (when === 'waits') while (Atomics.load(state, 0) !== WAITING);
    else for (let look = (number * 7_919) % MAX_LOOKS; look > 0; look--) Atomics.load(state, 0);
    port.postMessage(number);
    waker.wake();
  }
}
