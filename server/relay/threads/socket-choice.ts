import { accessLibc, type Libc, type LibcAccess } from '../sockets/libc.ts';
import { SocketWaiter, ThreadWaker } from '../sockets/socket-waiter.ts';
import type { RelayOptions } from '../relay-options.ts';
import { UdpAddress } from '../udp-address.ts';

/** Loopback delivers within the call that sends, where it is the kernel's own. */
const TRIAL_MS = 50;

export type SocketChoice =
  | { readonly socket: 'batched'; readonly libc: Libc }
  /** With the reason if it was not chosen but had to be. */
  | { readonly socket: 'portable'; readonly because: string | undefined };

/** Which socket the relay uses. The batched one has to have carried a packet on this machine: sandboxes forbid its calls. */
export function chooseSocket(wanted: RelayOptions['socket'], toLibc: () => LibcAccess = accessLibc): SocketChoice {
  if (wanted === 'portable') return { socket: 'portable', because: undefined };
  const access = toLibc();
  if ('unavailable' in access) return { socket: 'portable', because: access.unavailable };
  const failure = trial(access.libc);
  return failure === undefined
    ? { socket: 'batched', libc: access.libc }
    : { socket: 'portable', because: `its system calls fail here: ${failure}` };
}

/** What is wrong with the system's calls; undefined if a packet came back, and what wakes a thread up that waits for one. */
function trial(libc: Libc): string | undefined {
  let failures = 0;
  try {
    const at = { host: '127.0.0.1', family: 4, port: 0 } as const;
    const waiter = SocketWaiter.open(libc, at, { sharesPort: false, onSendFailed: () => failures++ }, 0);
    const { socket } = waiter;
    try {
      socket.send(socket.train([socket.place(Uint8Array.of(1))], 1), UdpAddress.from(at.host, socket.port));
      socket.flush();
      if (failures > 0 || waiter.receive(TRIAL_MS) !== 1) return 'a packet to itself did not arrive';
      new ThreadWaker(libc, waiter.address).ring();
      const woken = waiter.receive(TRIAL_MS) === 1 && waiter.isWake(socket.received[0]!);
      return woken ? undefined : 'a thread that waits is not woken up';
    } finally {
      waiter.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
