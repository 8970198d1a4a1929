import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { UnboundConnections, type UnboundLimits } from '../common/unbound-connections.ts';

/** The head of each request is there within this time. */
const HEADERS_LIMIT_MS = 10_000;
/** Until the first head, TLS included. A browser opens several at once, and many people may share an address. */
const LIMITS: UnboundLimits = { bindTimeoutMs: 20_000, perNetwork: 128, total: 1_024 };

/** Keeps those few and short who connect and ask for nothing. A request itself may take its time: a backup is large. */
export function limitConnections(server: Server, limits: UnboundLimits = LIMITS): void {
  // `BodyDeadlines` and the upload of a backup have limits that fit what is sent.
  server.requestTimeout = 0;
  server.headersTimeout = HEADERS_LIMIT_MS;
  const unbound = new UnboundConnections(limits);
  server.on('connection', (socket: Socket) => {
    unbound.add(socket);
  });
  server.on('request', ({ socket }) => {
    unbound.release(socket);
  });
}
