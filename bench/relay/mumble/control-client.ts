import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as secure, type TLSSocket } from 'node:tls';
import { decodeMessage, encodeMessage } from './protobuf.ts';
import type { CryptSetup } from './voice-cipher.ts';

/** Of the message types of Mumble's protocol those that a client cannot do without. */
const VERSION = 0;
const AUTHENTICATE = 2;
const REJECT = 4;
const SERVER_SYNC = 5;
const CRYPT_SETUP = 15;

/** 1.3.4, which the server takes for a client of its own age. */
const CLIENT_VERSION = (1 << 16) | (3 << 8) | 4;

/** Type u16 and length u32, big-endian. */
const FRAME_HEADER_BYTES = 6;

/** What a client was given on coming in. */
export interface Admission {
  /** The number that others know its voice by. */
  readonly session: number;
  readonly crypt: CryptSetup;
}

/**
 * One client's connection to a Mumble server: TLS, which stays open for as long as the process lives and its voice is to be heard.
 * Who comes in is in the root channel, with everyone else.
 */
export class ControlClient {
  readonly #socket: TLSSocket;
  readonly #admitted = Promise.withResolvers<Admission>();
  #unread = Buffer.alloc(0);
  #crypt: CryptSetup | undefined;

  /** Connects from this address of the machine; resolves once admitted. @throws Error with the server's reason if it refuses. */
  static async enter(
    port: number,
    host: string,
    from: string,
    name: string,
  ): Promise<[client: ControlClient, admission: Admission]> {
    // Its certificate is of its own making, and it is this program's child on this machine.
    const socket = secure({ socket: connect({ port, host, localAddress: from }), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const client = new ControlClient(socket);
    client.#send(VERSION, [
      [1, CLIENT_VERSION],
      [2, 'switchboard-bench'],
    ]);
    client.#send(AUTHENTICATE, [
      [1, name],
      [5, 1], // speaks Opus
    ]);
    return [client, await client.#admitted.promise];
  }

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', (error) => this.#admitted.reject(error));
    socket.on('close', () => this.#admitted.reject(new Error('The Mumble server closed the connection')));
  }

  #send(type: number, fields: Parameters<typeof encodeMessage>[0]): void {
    const body = encodeMessage(fields);
    const header = Buffer.alloc(FRAME_HEADER_BYTES);
    header.writeUInt16BE(type, 0);
    header.writeUInt32BE(body.length, 2);
    this.#socket.write(Buffer.concat([header, body]));
  }

  #take(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + this.#unread.readUInt32BE(2);
      if (this.#unread.length < end) return;
      this.#takeMessage(this.#unread.readUInt16BE(0), this.#unread.subarray(FRAME_HEADER_BYTES, end));
      this.#unread = this.#unread.subarray(end);
    }
  }

  #takeMessage(type: number, body: Uint8Array): void {
    if (type !== CRYPT_SETUP && type !== SERVER_SYNC && type !== REJECT) return;
    const fields = decodeMessage(body);
    if (type === CRYPT_SETUP) {
      this.#crypt = { key: bytesOf(fields, 1), clientNonce: bytesOf(fields, 2), serverNonce: bytesOf(fields, 3) };
    } else if (type === REJECT) {
      this.#admitted.reject(new Error(`The Mumble server refuses: ${Buffer.from(bytesOf(fields, 2)).toString()}`));
    } else {
      const session = fields.get(1);
      if (typeof session !== 'number' || this.#crypt === undefined)
        throw new Error('The Mumble server left out a step');
      this.#admitted.resolve({ session, crypt: this.#crypt });
    }
  }
}

function bytesOf(fields: ReturnType<typeof decodeMessage>, id: number): Uint8Array {
  const value = fields.get(id);
  return value instanceof Uint8Array ? value : new Uint8Array();
}
