import { BatchedSocket } from '../sockets/batched-socket.ts';
import { accessLibc, type Libc, type LibcAccess } from '../sockets/libc.ts';
import type { RelayOptions } from '../relay-options.ts';
import { UdpAddress } from '../udp-address.ts';

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

/** What is wrong with the system's calls; undefined if a packet came back. */
function trial(libc: Libc): string | undefined {
  let failures = 0;
  try {
    const socket = BatchedSocket.open(
      libc,
      { host: '127.0.0.1', family: 4, port: 0 },
      { sharesPort: false, onSendFailed: () => failures++ },
    );
    try {
      socket.send(socket.train([socket.place(Uint8Array.of(1))], 1), UdpAddress.from('127.0.0.1', socket.port));
      socket.flush();
      // Loopback delivers within the call.
      return failures === 0 && socket.receive() === 1 ? undefined : 'a packet to itself did not arrive';
    } finally {
      socket.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
