import {
  answerPing,
  FLAG_CONTROL,
  FLAGS_OFFSET,
  HOP_TAG_BYTES,
  MAX_PACKET_BYTES,
  readSequence,
  readToken,
  sipHashKey,
  sipHashMatches,
  type LaneKind,
  type SipHashKey,
} from '@switchboard/protocol';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { WebSocketServer, type WebSocket } from 'ws';
import { hopKeyOf } from './grants.ts';

/** Where one can be reached; `===` for the same WebSocket, `key` for the same UDP address. */
interface Address {
  readonly kind: LaneKind;
  readonly key: string;
  send(bytes: Uint8Array): void;
}

interface TestSession {
  readonly hopKey: SipHashKey;
  at: Address | undefined;
  checked: string | undefined;
  newest: number;
  received: number;
  sent: number;
}

/**
 * As much of a relay as the engine can tell from a real one, on real sockets of loopback: hop tags, pongs, binding by the rules of
 * `docs/protocol.md`, forwarding to everyone else. UDP can be cut, as by a firewall.
 */
export class TestRelay implements AsyncDisposable {
  readonly #udp: Socket;
  readonly #websockets: WebSocketServer;
  readonly #sessions = new Map<number, TestSession>();
  #connections = 0;
  udpOpen = true;
  /** Voice datagrams as listeners get them. */
  readonly forwarded: Uint8Array[] = [];

  private constructor(udp: Socket, websockets: WebSocketServer) {
    this.#udp = udp;
    this.#websockets = websockets;
    udp.on('message', (bytes, from) => {
      if (!this.udpOpen) return;
      this.#take(bytes, {
        kind: 'udp',
        key: `${from.address}:${from.port}`,
        send: (answer) => {
          if (this.udpOpen) udp.send(answer, from.port, from.address);
        },
      });
    });
    websockets.on('connection', (socket) => this.#connected(socket));
  }

  static async start(): Promise<TestRelay> {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const websockets = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      path: '/voice',
      maxPayload: MAX_PACKET_BYTES,
    });
    await once(websockets, 'listening');
    return new TestRelay(udp, websockets);
  }

  get udpPort(): number {
    return this.#udp.address().port;
  }

  get websocketPort(): number {
    const address = this.#websockets.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  open(token: number): void {
    const hopKey = sipHashKey(hopKeyOf(token));
    this.#sessions.set(token, { hopKey, at: undefined, checked: undefined, newest: -1, received: 0, sent: 0 });
  }

  laneOf(token: number): LaneKind | undefined {
    return this.#sessions.get(token)?.at?.kind;
  }

  /** To one listener, as it is. */
  inject(token: number, bytes: Uint8Array): void {
    this.#sessions.get(token)?.at?.send(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#websockets.clients) client.terminate();
    const closed = [once(this.#udp, 'close'), once(this.#websockets, 'close')];
    this.#udp.close();
    this.#websockets.close();
    await Promise.all(closed);
  }

  #connected(socket: WebSocket): void {
    const address: Address = {
      kind: 'websocket',
      key: `websocket ${this.#connections++}`,
      send: (bytes) => socket.send(bytes),
    };
    socket.on('message', (bytes) => {
      if (Buffer.isBuffer(bytes)) this.#take(bytes, address);
    });
    socket.on('close', () => {
      for (const session of this.#sessions.values()) if (session.at === address) session.at = undefined;
    });
  }

  #take(bytes: Uint8Array, from: Address): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const session = this.#sessions.get(readToken(view));
    const end = bytes.length - HOP_TAG_BYTES;
    if (session === undefined || !sipHashMatches(session.hopKey, bytes, 0, end, end)) return;
    if (((bytes[FLAGS_OFFSET] ?? 0) & FLAG_CONTROL) === 0) {
      session.received++;
      this.#forward(session, bytes.slice(0, end));
      return;
    }
    const sequence = readSequence(view);
    if (sequence > session.newest) {
      session.newest = sequence;
      this.#bind(session, from);
    }
    from.send(answerPing(bytes, session.received, session.sent, session.hopKey));
  }

  #bind(session: TestSession, from: Address): void {
    if (session.at?.kind === 'websocket' && from.kind === 'udp' && session.checked !== from.key) {
      session.checked = from.key;
      return;
    }
    session.checked = undefined;
    session.at = from;
  }

  #forward(from: TestSession, bytes: Uint8Array): void {
    this.forwarded.push(bytes);
    for (const session of this.#sessions.values()) {
      if (session === from || session.at === undefined) continue;
      session.sent++;
      session.at.send(bytes);
    }
  }
}
