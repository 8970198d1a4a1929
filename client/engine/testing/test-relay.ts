import {
  answerPing,
  FLAG_CONTROL,
  FLAGS_OFFSET,
  HOP_TAG_BYTES,
  MAX_PACKET_BYTES,
  readSequence,
  readTimestamp,
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

/** Above 2^31, so that a cookie that is taken for signed is found out. */
const COOKIE_BASE = 0xf000_0000;

/** Where one can be reached. */
interface Address {
  readonly kind: LaneKind;
  /** What a ping from there must carry; none over a stream. */
  readonly cookie: number | undefined;
  send(bytes: Uint8Array): void;
}

interface TestSession {
  readonly hopKey: SipHashKey;
  at: Address | undefined;
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
        cookie: COOKIE_BASE + from.port,
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
    this.#sessions.set(token, { hopKey, at: undefined, newest: -1, received: 0, sent: 0 });
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
      cookie: undefined,
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
      if (from.cookie === undefined || readTimestamp(view) === from.cookie) session.at = from;
    }
    from.send(answerPing(bytes, from.cookie ?? 0, session.received, session.sent, session.hopKey));
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
