import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/*
 * Below what systems hand out themselves, to outgoing connections (Linux: from 32,768; RFC 6335: from 49,152): while a server is
 * away for a restart, its port is given to nobody, not even to the client that tries to reach it there.
 */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A port of loopback that is free for TCP and UDP, for what must come back on the same one after a restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port;
  }
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const listener = createServer();
  listener.listen(port, '127.0.0.1');
  return closedAfter(listener, once(listener, 'listening'));
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  return closedAfter(socket, once(socket, 'listening'));
}

/** `once` rejects with what the socket says instead: the port is taken, or not for us. */
async function closedAfter(
  socket: { close(callback: () => void): unknown },
  listening: Promise<unknown>,
): Promise<boolean> {
  const isFree = await listening.then(
    () => true,
    () => false,
  );
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return isFree;
}
