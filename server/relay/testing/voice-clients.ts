import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { decodePong, VOICE_PATH, type LaneKind, type Pong } from '@switchboard/protocol';
import { hopKeyOf, pingPacket } from './packets.ts';

/** Messages in the order they came, for whoever asks first. */
export class Inbox<T = Uint8Array> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((message: T) => void)[] = [];

  put(message: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(message);
    else waiting(message);
  }

  next(): Promise<T> {
    const arrived = this.#arrived.shift();
    return arrived === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(arrived);
  }

  async take(count: number): Promise<T[]> {
    const taken: T[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  get size(): number {
    return this.#arrived.length;
  }
}

/** One end of a voice lane: sends any bytes, and keeps what arrives. */
export interface VoiceClient {
  readonly kind: LaneKind;
  readonly inbox: Inbox;
  send(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** Pings once; the pong is the next that arrives. Undefined if something else does. */
export async function pingOnce(
  client: VoiceClient,
  token: number,
  sequence: number,
  cookie = 0,
): Promise<Pong | undefined> {
  client.send(pingPacket(token, sequence, { cookie }));
  return decodePong(await client.inbox.next(), hopKeyOf(token));
}

/** Binds the session to the client's lane as a client does: over UDP the first pong brings the cookie for the second ping. */
export async function bindLane(client: VoiceClient, token: number, sequence: number): Promise<Pong | undefined> {
  const first = await pingOnce(client, token, sequence);
  return client.kind === 'udp' ? pingOnce(client, token, sequence + 1, first?.cookie) : first;
}

export class UdpClient implements VoiceClient {
  readonly kind = 'udp';
  readonly inbox = new Inbox();
  readonly #socket: Socket;

  static async open(port: number, host = '127.0.0.1'): Promise<UdpClient> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.connect(port, host);
    await once(socket, 'connect');
    return new UdpClient(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => this.inbox.put(new Uint8Array(bytes)));
    // A relay that was killed for a test cannot be reached for a while.
    socket.on('error', () => {});
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

export class WebSocketClient implements VoiceClient {
  readonly kind = 'websocket';
  readonly inbox = new Inbox();
  readonly socket: WebSocket;
  /** The code that the connection was closed with. */
  readonly closed: Promise<number>;

  static async open(port: number, options: ClientOptions & { url?: string } = {}): Promise<WebSocketClient> {
    const { url = `ws://127.0.0.1:${port}${VOICE_PATH}`, ...rest } = options;
    const socket = new WebSocket(url, rest);
    const client = new WebSocketClient(socket);
    await once(socket, 'open');
    return client;
  }

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.inbox.put(new Uint8Array(data as Buffer)));
    this.closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
  }

  send(bytes: Uint8Array | string): void {
    this.socket.send(bytes);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
