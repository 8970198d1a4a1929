import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, MAX_PACKET_BYTES, VOICE_PATH } from '@switchboard/protocol';
import { WebSocketServer, type RawData, type ServerOptions, type WebSocket } from 'ws';
import { UnboundConnections, type UnboundLimits } from '../common/unbound-connections.ts';
import type { StreamLane } from './relay-lane.ts';
import type { TlsMaterial } from './relay-options.ts';
import type { ListenAddress } from './voice-socket.ts';
import { MAX_QUEUED_BYTES, WebSocketLane } from './websocket-lane.ts';

/** How long a peer has to agree to a close before the connection is cut. */
const CLOSE_TIMEOUT_MS = 1_000;
export const UNBOUND_LIMITS: UnboundLimits = { bindTimeoutMs: 5_000, perNetwork: 64, total: 1_024 };
/** RFC 6455, section 7.4.1: the endpoint got data of a type that it does not take. */
const CLOSE_UNSUPPORTED_DATA = 1003;

/** `closeTimeout` is in ws, and not yet in its types. */
const OPTIONS: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  path: VOICE_PATH,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_PACKET_BYTES,
  autoPong: false,
  closeTimeout: CLOSE_TIMEOUT_MS,
};

export interface StreamEvents {
  onMessage(bytes: Uint8Array, from: StreamLane): void;
  /** A message was longer than any packet; its stream closes. */
  onTooLong(): void;
  onClosed(stream: StreamLane): void;
}

/**
 * The WebSocket lane's listener. Asks neither for a log-in nor for an origin: a hop tag proves more than both.
 * A connection that nobody says `bound` of soon is cut.
 */
export class WebSocketListener {
  readonly #server: Server;
  readonly #events: StreamEvents;
  readonly #unbound: UnboundConnections;
  /** Each stream with the connection under it. */
  readonly #lanes = new Map<StreamLane, { readonly socket: WebSocket; readonly connection: Socket }>();
  readonly #upgrades = new WebSocketServer(OPTIONS);

  /** Rejects with the system's error when the address cannot be bound, or OpenSSL's when the certificate cannot be used. */
  static async open(
    { host, port }: ListenAddress,
    tls: TlsMaterial | undefined,
    events: StreamEvents,
    limits: UnboundLimits = UNBOUND_LIMITS,
  ): Promise<WebSocketListener> {
    const server = tls === undefined ? createServer() : createTlsServer({ cert: tls.cert, key: tls.key });
    server.listen(port, host);
    // Rejects on 'error'.
    await once(server, 'listening');
    return new WebSocketListener(server, events, limits);
  }

  private constructor(server: Server, events: StreamEvents, limits: UnboundLimits) {
    this.#server = server;
    this.#events = events;
    this.#unbound = new UnboundConnections(limits);
    server.on('connection', (socket) => this.#unbound.add(socket));
    server.on('request', (_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    // A connection could not be accepted, as when file descriptors have run out: the next one may be.
    server.on('error', () => undefined);
  }

  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  /** Connections that belong to no session yet. */
  get unboundCount(): number {
    return this.#unbound.count;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#unbound.cutAll();
    for (const { socket } of this.#lanes.values()) socket.close(CLOSE_CODES.goingAway);
    await closed;
  }

  /** A message of the stream showed whose it is: it may stay. */
  bound(stream: StreamLane): void {
    const lane = this.#lanes.get(stream);
    if (lane !== undefined) this.#unbound.release(lane.connection);
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#upgrades.handleUpgrade(request, stream, head, (socket) => {
      const lane = new WebSocketLane(socket);
      this.#lanes.set(lane, { socket, connection: request.socket });
      socket.on('message', (data, isBinary) => {
        if (!isBinary) {
          socket.close(CLOSE_UNSUPPORTED_DATA);
          return;
        }
        this.#events.onMessage(toBytes(data), lane);
      });
      socket.on('ping', (data) => {
        // Answered by hand, so that who sends pings and reads nothing fills no memory.
        if (socket.bufferedAmount < MAX_QUEUED_BYTES) socket.pong(data);
      });
      socket.on('error', (error) => {
        // Whatever else a peer does wrong, the stream closes and that is all.
        if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#events.onTooLong();
      });
      socket.on('close', () => {
        this.#lanes.delete(lane);
        this.#events.onClosed(lane);
      });
    });
  }
}

/** `ws` gives one Buffer unless told otherwise. */
function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
