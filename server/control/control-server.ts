import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CLOSE_CODES, CONTROL_PATH, MAX_CONTROL_MESSAGE_BYTES, type ControlEvent } from '@switchboard/protocol';
import { WebSocketServer, type ServerOptions } from 'ws';
import { callerNetwork } from '../api/caller-address.ts';
import { AuthService } from '../auth/auth.service.ts';
import { Clock } from '../common/clock.ts';
import { listen, portOf } from '../common/listen.ts';
import { UnboundConnections, type UnboundLimits } from '../common/unbound-connections.ts';
import { ServerConfig } from '../config/server-config.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { ServerCertificate } from '../tls/server-certificate.ts';
import { OriginPolicy } from '../web/origin-policy.ts';
import { ControlConnection, type ControlServices } from './control-connection.ts';
import { ControlCounts } from './control-counts.ts';
import { NetworkLimits } from '../common/network-limits.ts';
import { RequestRouter } from './request-router.ts';

/** What clients are told to wait before they come back after a restart. */
const RETRY_AFTER_MS = 500;
/** After this, sockets that have not closed by themselves are cut when the server stops. */
const STOP_LIMIT_MS = 2_000;
/** The same at other times: a slow reader has up to 1 MiB to read before it comes to the close. */
const CLOSE_LIMIT_MS = 10_000;

/** The head of a request is there within this time, and looked at so often. */
const HTTP_LIMITS = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 };
/** Before the hello: that head, and then as long as a connection waits for it. */
const UNBOUND_LIMITS: UnboundLimits = { bindTimeoutMs: 20_000, perNetwork: 64, total: 1_024 };

/** `closeTimeout` is in ws, and not yet in its types. */
const OPTIONS: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  // What is too large gets its error reply; what is far too large is not even read to its end (1009).
  maxPayload: 16 * MAX_CONTROL_MESSAGE_BYTES,
  perMessageDeflate: false,
  autoPong: false,
  closeTimeout: CLOSE_LIMIT_MS,
};

/** The control port: accepts WebSockets at `/control` from allowed pages and native clients. */
@Injectable()
export class ControlServer implements BeforeApplicationShutdown {
  readonly #config: ServerConfig;
  readonly #origins: OriginPolicy;
  readonly #services: ControlServices;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer(OPTIONS);
  readonly #connections = new Set<ControlConnection>();
  readonly #unbound = new UnboundConnections(UNBOUND_LIMITS);

  constructor(
    config: ServerConfig,
    certificate: ServerCertificate,
    origins: OriginPolicy,
    auth: AuthService,
    sessions: SessionsService,
    router: RequestRouter,
    clock: Clock,
    counts: ControlCounts,
  ) {
    this.#config = config;
    this.#origins = origins;
    this.#services = { auth, sessions, router, clock, counts, hellos: new NetworkLimits(config.maxSessionsPerAddress) };
    const { keyPair } = certificate;
    this.#server =
      keyPair === undefined ? createHttpServer(HTTP_LIMITS) : createHttpsServer({ ...HTTP_LIMITS, ...keyPair });
    this.#server.on('connection', (socket: Socket) => {
      this.#unbound.add(socket);
    });
    this.#server.on('request', (_request, response) => {
      response
        .writeHead(426, { upgrade: 'websocket', 'content-type': 'text/plain' })
        .end('This is the control lane.\n');
    });
    this.#server.on('upgrade', (request, socket: Socket, head) => {
      this.#upgrade(request, socket, head);
    });
  }

  get port(): number {
    return portOf(this.#server);
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  /** How many sockets there are, and what waits in them to be read. */
  get load(): { connections: number; unsentBytes: number } {
    let unsentBytes = 0;
    for (const { bufferedAmount } of this.#sockets.clients) unsentBytes += bufferedAmount;
    return { connections: this.#sockets.clients.size, unsentBytes };
  }

  /** @throws PortError */
  async start(): Promise<void> {
    await listen(this.#server, this.#config.controlPort, this.#config.host, 'SWITCHBOARD_CONTROL_PORT');
  }

  /** Tells everyone to come back soon, and closes: before the relay and the database do. */
  async beforeApplicationShutdown(): Promise<void> {
    if (!this.#server.listening) return;
    const draining: ControlEvent = { type: 'server.draining', data: { retryAfterMs: RETRY_AFTER_MS } };
    this.#services.sessions.broadcast(draining);
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets.clients) socket.close(CLOSE_CODES.goingAway);
    const cut = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#server.closeAllConnections();
    }, STOP_LIMIT_MS);
    await closed;
    clearTimeout(cut);
    // What is being stored is stored before the database goes.
    await Promise.all([...this.#connections].map(({ settled }) => settled));
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== CONTROL_PATH) refuse(socket, '404 Not Found');
    else if (!this.#origins.allows(request.headers.origin, request.headers.host)) refuse(socket, '403 Forbidden');
    else {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const network = callerNetwork(request, this.#config.trustedProxies);
        const onBegun = (): void => {
          this.#unbound.release(request.socket);
        };
        const connection = new ControlConnection(webSocket, network, this.#services, onBegun, socket);
        this.#connections.add(connection);
        webSocket.once('close', () => {
          void connection.settled.then(() => this.#connections.delete(connection));
        });
      });
    }
  }
}

function refuse(socket: Socket, status: string): void {
  // Whoever hung up meanwhile misses nothing, and nobody else listens for the error.
  socket.on('error', () => socket.destroy());
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  // Not just ended: a peer that keeps its half open would hold the socket for ever, and the server's stop with it.
  socket.destroySoon();
}
