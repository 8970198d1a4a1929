import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { fetchJson } from './fetch-json.ts';
import { openControlSocket } from './node-control-socket.ts';

describe('a server with a certificate of its own', () => {
  let pems: { cert: string; private: string };
  let fingerprint: string;
  let server: Server;
  let requests: string[];
  let url: URL;

  beforeAll(async () => {
    pems = await generate([{ name: 'commonName', value: 'switchboard' }], { keySize: 2048 });
    fingerprint = new X509Certificate(pems.cert).fingerprint256;
  });

  beforeEach(async () => {
    requests = [];
    server = createServer({ cert: pems.cert, key: pems.private }, (request, response) => {
      requests.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(request.url === '/odd' ? 'not json' : '{"answer":42}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterEach(async () => {
    server.closeAllConnections();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });

  it('is not believed, and the error shows the fingerprint to compare', async () => {
    await expect(fetchJson(url)).rejects.toMatchObject({
      code: 'client.certificate_untrusted',
      message: expect.stringContaining(fingerprint),
    });
    expect(requests).toEqual([]);
  });

  it('is believed by its fingerprint, however that is written', async () => {
    expect(await fetchJson(url, { fingerprint })).toEqual({ answer: 42 });
    expect(await fetchJson(url, { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() })).toEqual({
      answer: 42,
    });
  });

  it('is sent nothing when the fingerprint is of another', async () => {
    const other = fingerprint.replace(/^../, fingerprint.startsWith('00') ? '11' : '00');
    await expect(fetchJson(url, { fingerprint: other })).rejects.toMatchObject({
      code: 'client.certificate_untrusted',
      message: expect.stringMatching(/another certificate.*Ask its operator/),
    });
    expect(requests).toEqual([]);
  });

  it('gives a hint when http and https are mixed up', async () => {
    const plain = new URL(url.href.replace('https:', 'http:'));
    await expect(fetchJson(plain)).rejects.toMatchObject({
      code: 'client.unreachable',
      message: expect.stringContaining('http or https'),
    });
  });

  it('carries the control lane with its fingerprint, and does not without', async () => {
    const websockets = new WebSocketServer({ server, path: '/control' });
    websockets.on('connection', (socket) => socket.send('hello'));
    const address = new URL(`wss://127.0.0.1:${url.port}/control`);
    const open = (trust?: { fingerprint: string }): Promise<string> =>
      new Promise((resolve) => {
        const socket = openControlSocket(
          address,
          {
            opened: () => undefined,
            message: (text) => {
              resolve(text);
              socket.close(1000);
            },
            closed: (code) => resolve(`closed ${code}`),
          },
          trust,
        );
      });
    expect(await open({ fingerprint })).toBe('hello');
    expect(await open()).toBe('closed 1006');
    websockets.close();
  });

  it('says what else is wrong: no JSON, nobody there', async () => {
    await expect(fetchJson(new URL('/odd', url), { fingerprint })).rejects.toMatchObject({
      code: 'client.not_a_switchboard',
    });
    await expect(fetchJson(new URL('http://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'client.unreachable' });
    await expect(fetchJson(new URL('http://no-such-host.invalid/'))).rejects.toMatchObject({
      code: 'client.unreachable',
    });
  });
});
