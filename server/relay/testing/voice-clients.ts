import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { VOICE_PATH } from '@switchboard/protocol';

/** Messages in the order they came, for whoever asks first. */
class Inbox {
  readonly #arrived: Uint8Array[] = [];
  readonly #waiting: ((bytes: Uint8Array) => void)[] = [];

  put(bytes: Uint8Array): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(bytes);
    else waiting(bytes);
  }

  next(): Promise<Uint8Array> {
    const arrived = this.#arrived.shift();
    return arrived === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(arrived);
  }

  get size(): number {
    return this.#arrived.length;
  }
}

/** One end of a voice lane: sends any bytes, and keeps what arrives. */
export interface VoiceClient {
  readonly inbox: Inbox;
  send(bytes: Uint8Array): void;
  close(): Promise<void>;
}

export class UdpClient implements VoiceClient {
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
