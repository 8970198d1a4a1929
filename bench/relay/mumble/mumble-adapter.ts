import { setTimeout as sleep } from 'node:timers/promises';
import type { Heard, LoadAdapter } from '../load/adapter.ts';
import { clientAddress, type ClientSockets } from '../load/client-sockets.ts';
import { itemAt } from '../item-at.ts';
import { HOST } from '../target.ts';
import { ControlClient } from './control-client.ts';
import { readVarint, writeVarint } from './varint.ts';
import { VoiceCipher } from './voice-cipher.ts';

/** The first byte of a voice packet: its type in the upper three bits, where it goes to in the rest. */
const TYPE_SHIFT = 5;
const TYPE_PING = 1;
const TYPE_OPUS = 4;

/** With the length of what was said: the last packet of a spurt. */
const LENGTH_MASK = 0x1fff;
/** Mumble counts in frames of 10 ms. */
const FRAMES_PER_PACKET = 2;

const MAX_PLAIN_BYTES = 128;
/** How many come in at a time. */
const ENTERING = 8;
const PING_LIMIT_MS = 10_000;
const PING_INTERVAL_MS = 250;
const POLL_MS = 2;

interface Client {
  readonly control: ControlClient;
  readonly session: number;
  readonly cipher: VoiceCipher;
}

/** Speaks Mumble 1.3's protocol: TLS for coming in, UDP under OCB2-AES128 for voice. Everyone is in the root channel. */
export class MumbleAdapter implements LoadAdapter {
  readonly #port: number;
  readonly #clients: Client[] = [];
  readonly #numberOf = new Map<number, number>();
  readonly #plain = new Uint8Array(MAX_PLAIN_BYTES);

  constructor(port: number) {
    this.#port = port;
  }

  async join(sockets: ClientSockets): Promise<void> {
    for (let first = 0; first < sockets.clients; first += ENTERING) {
      const numbers = Array.from({ length: Math.min(ENTERING, sockets.clients - first) }, (_, at) => first + at);
      this.#clients.push(...(await Promise.all(numbers.map((number) => this.#enter(number)))));
    }
    for (const [number, { session }] of this.#clients.entries()) this.#numberOf.set(session, number);
    await this.#bind(sockets);
  }

  writePing(client: number, out: Uint8Array): number {
    this.#plain[0] = TYPE_PING << TYPE_SHIFT;
    const end = writeVarint(this.#plain, 1, 1);
    return this.#client(client).cipher.seal(this.#plain.subarray(0, end), out);
  }

  writeVoice(client: number, sequence: number, payload: Uint8Array, out: Uint8Array): number {
    this.#plain[0] = TYPE_OPUS << TYPE_SHIFT;
    const lengthAt = writeVarint(this.#plain, 1, sequence * FRAMES_PER_PACKET);
    const payloadAt = writeVarint(this.#plain, lengthAt, payload.length);
    this.#plain.set(payload, payloadAt);
    return this.#client(client).cipher.seal(this.#plain.subarray(0, payloadAt + payload.length), out);
  }

  open(listener: number, packet: Uint8Array, ordinal: number): Heard | undefined {
    const plain = this.#client(listener).cipher.open(packet, ordinal);
    const type = (plain[0] ?? 0) >> TYPE_SHIFT;
    if (type === TYPE_PING) return undefined;
    if (type !== TYPE_OPUS) throw new Error(`mumble-server sends voice of type ${type}`);
    const [session, sequenceAt] = readVarint(plain, 1);
    const [, lengthAt] = readVarint(plain, sequenceAt);
    const [length, payloadAt] = readVarint(plain, lengthAt);
    const speaker = this.#numberOf.get(session);
    if (speaker === undefined) throw new Error('A packet is of nobody in the room');
    if (plain.length !== payloadAt + (length & LENGTH_MASK)) throw new Error('A packet has more than was said');
    return { speaker, payload: plain.subarray(payloadAt) };
  }

  #client(number: number): Client {
    return itemAt(this.#clients, number);
  }

  async #enter(number: number): Promise<Client> {
    const [control, { session, crypt }] = await ControlClient.enter(
      this.#port,
      HOST,
      clientAddress(number),
      `client-${number}`,
    );
    return { control, session, cipher: new VoiceCipher(crypt) };
  }

  /** The server learns a client's address from the first packet that it can open, and sends voice there. */
  async #bind(sockets: ClientSockets): Promise<void> {
    const bound = new Set<number>();
    const sampler = {
      stride: () => 1,
      take: (client: number, packet: Uint8Array, ordinal: number) => {
        if (this.open(client, packet, ordinal) !== undefined) throw new Error('Someone speaks who was not told to');
        bound.add(client);
      },
    };
    for (let elapsedMs = 0; bound.size < sockets.clients; elapsedMs += POLL_MS) {
      if (elapsedMs > PING_LIMIT_MS) throw new Error('mumble-server does not answer pings over UDP');
      for (let client = 0; client < sockets.clients; client++) {
        if (elapsedMs % PING_INTERVAL_MS > 0 || bound.has(client)) continue;
        sockets.send(client, this.writePing(client, sockets.outgoing));
      }
      await sleep(POLL_MS);
      sockets.drain(sampler);
    }
    await sleep(PING_INTERVAL_MS);
    sockets.drain(sampler);
  }
}
