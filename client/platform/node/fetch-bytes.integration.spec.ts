import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchBytes } from './fetch-bytes.ts';
import { fetchForPlugin } from './fetch-for-plugin.ts';

const FILE = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);

describe('files of a web server', () => {
  let server: Server;
  let asked: string[];
  let sent: number;
  const urlOf = (path: string) => new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  const answer: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/file') response.end(FILE);
    else if (request.url === '/redirect') response.writeHead(302, { location: '/file' }).end();
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '9' }).write('four', () => response.destroy());
    else if (request.url === '/endless') {
      const send = () => {
        sent += FILE.length;
        response.write(FILE, () => !response.destroyed && send());
      };
      send();
    } else response.writeHead(request.url === '/broken' ? 500 : 404).end('<html>');
  };

  beforeEach(async () => {
    asked = [];
    sent = 0;
    server = createServer(answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });

  it('are read whole', async () => {
    expect(await fetchBytes(urlOf('/file'), FILE.length)).toEqual(FILE);
  });

  it('are not read beyond what is allowed', async () => {
    await expect(fetchBytes(urlOf('/file'), FILE.length - 1)).rejects.toMatchObject({
      code: 'plugin.package_too_large',
    });
    await expect(fetchBytes(urlOf('/endless'), 1_000_000)).rejects.toMatchObject({ code: 'plugin.package_too_large' });
    expect(sent).toBeLessThan(20_000_000);
  });

  it.each([
    ['/nothing', 'plugin.not_found'],
    ['/broken', 'client.unreachable'],
    ['/redirect', 'client.unreachable'],
    ['/cut', 'client.unreachable'],
  ])('are not what comes from %s', async (path, code) => {
    await expect(fetchBytes(urlOf(path), 1_000)).rejects.toMatchObject({ code });
    expect(asked).toEqual([path]);
  });

  it('can be asked for by plugins, without following a redirect', async () => {
    const request = { method: 'GET', headers: {}, body: '' } as const;
    const { status, body } = await fetchForPlugin({ ...request, url: urlOf('/nothing').href });
    expect([status, body]).toEqual([404, '<html>']);
    asked = [];
    await expect(fetchForPlugin({ ...request, url: urlOf('/redirect').href })).rejects.toThrow();
    expect(asked).toEqual(['/redirect']);
  });
});
