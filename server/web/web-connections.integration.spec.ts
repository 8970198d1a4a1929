import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen, portOf } from '../common/listen.ts';
import { RunningServer } from '../testing/running-server.ts';
import { limitConnections } from './web-connections.ts';

const HEAD = 'GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n';

describe('limitConnections', () => {
  let server: Server;
  const sockets: Socket[] = [];

  beforeEach(() => {
    server = createServer((_, response) => response.end('hello'));
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(port = portOf(server)): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    // A cut connection may be reset.
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }
  const closed = (socket: Socket): Promise<unknown> =>
    new Promise((resolve) => {
      if (socket.closed) resolve(undefined);
      socket.once('close', resolve);
      socket.resume();
    });
  async function answered(socket: Socket): Promise<string> {
    socket.write(HEAD);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString().split('\r\n', 1)[0] ?? '';
  }

  it('has so many at a time that ask for nothing; those that ask do not count', async () => {
    limitConnections(server, { bindTimeoutMs: 600_000, perNetwork: 64, total: 2 });
    await listen(server, 0, '127.0.0.1', 'none');
    const asking = await open();
    expect(await answered(asking)).toBe('HTTP/1.1 200 OK');
    const [first, second] = [await open(), await open()];
    await closed(await open());
    expect(await answered(first)).toBe('HTTP/1.1 200 OK');
    expect(await answered(await open())).toBe('HTTP/1.1 200 OK');
    expect(await answered(asking)).toBe('HTTP/1.1 200 OK');
    expect(second.destroyed).toBe(false);
  });

  it('cuts those that ask for nothing, or for half of something', async () => {
    limitConnections(server, { bindTimeoutMs: 50, perNetwork: 64, total: 64 });
    await listen(server, 0, '127.0.0.1', 'none');
    const half = await open();
    half.write(HEAD.slice(0, 20));
    await Promise.all([closed(await open()), closed(half)]);
  });

  it('leaves a request that goes on its time', () => {
    limitConnections(server);
    expect([server.requestTimeout, server.headersTimeout]).toEqual([0, 10_000]);
  });

  it('holds on the whole server', async () => {
    await using at = await RunningServer.start();
    const first = await open(at.server.ports.web);
    // One after the other, as the system lets only so many wait to be accepted.
    for (let i = 1; i < 1_024; i++) await open(at.server.ports.web);
    await closed(await open(at.server.ports.web));
    expect(first.destroyed).toBe(false);
    expect(await answered(first)).toBe('HTTP/1.1 200 OK');
  });
});
