import type { Socket } from 'node:net';
import { remoteNetwork } from './remote-network.ts';

export interface UnboundLimits {
  /** A connection is bound within this time, TLS and upgrade included, or it is cut. */
  readonly bindTimeoutMs: number;
  /** Loopback is exempt: everyone behind a proxy on this machine comes from there. */
  readonly perNetwork: number;
  readonly total: number;
}

interface Pending {
  readonly network: string | undefined;
  readonly socket: Socket;
  readonly timer: NodeJS.Timeout;
}

/**
 * TCP connections that have not shown yet, by a hello or a ping that binds, whom they belong to.
 * Anyone may open those, so they are few and short; a bound one belongs to a session, and ends with it.
 */
export class UnboundConnections {
  readonly #limits: UnboundLimits;
  readonly #pending = new Map<string, Pending>();
  readonly #perNetwork = new Map<string, number>();

  constructor(limits: UnboundLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#pending.size;
  }

  /** Watches a connection from its first moment; cuts it at once when there are too many. */
  add(socket: Socket): void {
    const key = keyOf(socket);
    const network = remoteNetwork(socket.remoteAddress ?? '');
    const fromNetwork = network === undefined ? 0 : (this.#perNetwork.get(network) ?? 0);
    // Without a key the connection is gone already.
    if (key === undefined || this.#pending.size >= this.#limits.total || fromNetwork >= this.#limits.perNetwork) {
      socket.destroy();
      return;
    }
    const timer = setTimeout(() => socket.destroy(), this.#limits.bindTimeoutMs);
    this.#pending.set(key, { network, socket, timer });
    if (network !== undefined) this.#perNetwork.set(network, fromNetwork + 1);
    socket.once('close', () => this.#forget(key));
  }

  /** The connection is bound: it may stay. Finds it by its addresses, as TLS shows another object for the same connection. */
  release(socket: Socket): void {
    const key = keyOf(socket);
    if (key !== undefined) this.#forget(key);
  }

  cutAll(): void {
    for (const { socket } of this.#pending.values()) socket.destroy();
  }

  #forget(key: string): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending.delete(key);
    if (pending.network === undefined) return;
    const left = (this.#perNetwork.get(pending.network) ?? 1) - 1;
    if (left > 0) this.#perNetwork.set(pending.network, left);
    else this.#perNetwork.delete(pending.network);
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress === undefined || remotePort === undefined ? undefined : `${remoteAddress} ${remotePort}`;
}
