import { WebSocket } from 'ws';
import type { ControlSocket, ControlSocketEvents } from '../platform.ts';
import { trustedConnections, type ServerTrust } from './server-trust.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** RFC 6455, section 7.4.1: a close without a code of one's own. */
const NO_STATUS = 1005;
/** What a server may say at once: a welcome to a server with many people, or a replay. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export function openControlSocket(url: URL, events: ControlSocketEvents, trust?: ServerTrust): ControlSocket {
  const socket = new WebSocket(url, {
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    ...(url.protocol === 'wss:' ? trustedConnections(trust) : {}),
  });
  socket.on('open', () => events.opened());
  socket.on('message', (data, isBinary) => {
    if (!isBinary && Buffer.isBuffer(data)) events.message(data.toString('utf8'));
  });
  socket.on('close', (code) => events.closed(code));
  // A close follows, and says so.
  socket.on('error', () => undefined);
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close(code) {
      if (code === NO_STATUS) socket.close();
      else socket.close(code);
    },
  };
}
