import { setTimeout as sleep } from 'node:timers/promises';
import { itemAt } from '../item-at.ts';
import type { Member } from '../target.ts';
import type { Heard, LoadAdapter } from './adapter.ts';
import type { ClientSockets } from './client-sockets.ts';
import { isPong, readVoice, SwitchboardClient } from './switchboard-client.ts';

const JOIN_LIMIT_MS = 10_000;
const PING_INTERVAL_MS = 250;
const POLL_MS = 2;

/** The members of a room of the server's relay, or of what speaks its protocol. */
export class SwitchboardAdapter implements LoadAdapter {
  readonly #clients: readonly SwitchboardClient[];
  readonly #numberOf: ReadonlyMap<number, number>;

  constructor(members: readonly Member[]) {
    this.#clients = members.map((member) => new SwitchboardClient(member));
    this.#numberOf = new Map(members.map(({ token }, client) => [token, client]));
  }

  async join(sockets: ClientSockets): Promise<void> {
    const sampler = {
      stride: () => 1,
      take: (client: number, packet: Uint8Array) => itemAt(this.#clients, client).takePong(packet),
    };
    for (let elapsedMs = 0; this.#clients.some(({ bound }) => !bound); elapsedMs += PING_INTERVAL_MS) {
      if (elapsedMs > JOIN_LIMIT_MS) throw new Error('The relay does not bind its clients');
      for (const [client, { bound }] of this.#clients.entries()) {
        if (!bound) sockets.send(client, this.writePing(client, sockets.outgoing));
        // Many that come in at once are no reason for a full buffer.
        await sleep(POLL_MS);
        sockets.drain(sampler);
      }
      await sleep(PING_INTERVAL_MS);
      sockets.drain(sampler);
    }
  }

  writePing(client: number, out: Uint8Array): number {
    return itemAt(this.#clients, client).writePing(out);
  }

  writeVoice(client: number, sequence: number, payload: Uint8Array, out: Uint8Array): number {
    return itemAt(this.#clients, client).writeVoice(sequence, payload, out);
  }

  open(listener: number, packet: Uint8Array): Heard | undefined {
    if (isPong(packet)) {
      itemAt(this.#clients, listener).takePong(packet);
      return undefined;
    }
    const { token, payload } = readVoice(packet);
    const speaker = this.#numberOf.get(token);
    if (speaker === undefined) throw new Error('A packet is of nobody in the room');
    return { speaker, payload };
  }
}
