import { median } from '../../statistics.ts';
import { ClientSockets, realTimeMs } from './client-sockets.ts';
import { HOST } from '../target.ts';
import type { Libc } from '../../../server/relay/sockets/libc.ts';

const PACKETS = 300;
/** As long as a voice packet is. */
const PACKET_BYTES = 112;
/** Of both sockets: nothing is sent to a server here. */
const NO_PORT = 9;

/**
 * The way from one socket to another with nobody in between: what a system call and loopback take, and how far the two clocks
 * are apart that a delay is the difference of.
 */
export class DirectPath implements Disposable {
  readonly #sockets: ClientSockets;

  constructor(libc: Libc) {
    this.#sockets = new ClientSockets(libc, 2, HOST, NO_PORT);
  }

  /** The median, in ms. @throws Error if a packet gets lost here. */
  delayMs(): number {
    const delaysMs: number[] = [];
    for (let packet = 0; packet < PACKETS; packet++) {
      const sentAtMs = realTimeMs();
      this.#sockets.sendDirectly(0, PACKET_BYTES, 1);
      this.#sockets.drain({
        stride: () => 1,
        take: (_, __, ___, arrivedAtMs) => delaysMs.push(arrivedAtMs - sentAtMs),
      });
    }
    if (delaysMs.length !== PACKETS) throw new Error('Loopback loses packets');
    return median(delaysMs);
  }

  [Symbol.dispose](): void {
    this.#sockets[Symbol.dispose]();
  }
}
