import {
  MAX_PLUGIN_FETCHES,
  MAX_PLUGIN_RESPONSE_BYTES,
  PLUGIN_FETCH_TIMEOUT_MS,
  type PluginFetch,
} from '@switchboard/protocol';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../engine/testing/manual-clock.ts';
import { PluginHttp, sendPluginFetch, type FetchFunction } from './plugin-fetch.ts';

const GET: PluginFetch = { method: 'GET', url: 'https://api.example.org/', headers: {}, body: '' };

describe('HTTP of plugins', () => {
  let server: Server;
  let clock: ManualClock;
  let asked: IncomingMessage[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let sut: PluginHttp;

  beforeEach(async () => {
    asked = [];
    clock = new ManualClock();
    server = createServer((request, response) => {
      asked.push(request);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // The name leads here, and TLS is left out: all else is the real thing.
    const toLoopback: FetchFunction = (url, init) => {
      const { port } = server.address() as AddressInfo;
      return fetch(url.replace('https://api.example.org', `http://127.0.0.1:${port}`), init);
    };
    sut = new PluginHttp({
      manifest: { permissions: [{ name: 'log' }, { name: 'http', hosts: ['api.example.org'] }] },
      send: (request) => sendPluginFetch(toLoopback, clock, request),
    });
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('sends what was asked for, and reads the answer', async () => {
    let body = '';
    answer = (request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => response.writeHead(201).end('Größe'));
    };
    const request: PluginFetch = { method: 'POST', url: `${GET.url}a?b=c`, headers: { 'X-Key': 'k' }, body: 'höher' };
    expect(await sut.fetch(request)).toEqual({ status: 201, body: 'Größe', error: '' });
    expect([asked[0]!.method, asked[0]!.url, asked[0]!.headers['x-key'], body]).toEqual([
      'POST',
      '/a?b=c',
      'k',
      'höher',
    ]);
    expect(asked[0]!.headers).not.toHaveProperty('cookie');
    expect(asked[0]!.headers).not.toHaveProperty('referer');
  });

  it('is an answer too where the host says no', async () => {
    answer = (_, response) => response.writeHead(404).end('no');
    expect(await sut.fetch(GET)).toEqual({ status: 404, body: 'no', error: '' });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    answer = ({ url }, response) => response.writeHead(url === '/' ? status : 200, { location: '/elsewhere' }).end('x');
    expect(await sut.fetch(GET)).toMatchObject({
      status: null,
      body: '',
      error: expect.stringMatching(/\.$/) as string,
    });
    expect(asked).toHaveLength(1);
  });

  it('refuses a redirect also where the fetch that it was given lets it through', async () => {
    const lenient: FetchFunction = () => Promise.resolve({ status: 302, body: null });
    await expect(sendPluginFetch(lenient, clock, GET)).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('asks no host that the manifest does not name', async () => {
    expect(await sut.fetch({ ...GET, url: 'https://evil.example/' })).toEqual({
      status: null,
      body: '',
      error: 'The manifest does not name the host evil.example.',
    });
    expect(asked).toEqual([]);
  });

  it('reads 256 KiB and not a byte more, also of an answer without end', async () => {
    answer = (_, response) => response.end(Buffer.alloc(MAX_PLUGIN_RESPONSE_BYTES, 'x'));
    expect((await sut.fetch(GET)).body).toHaveLength(MAX_PLUGIN_RESPONSE_BYTES);
    answer = (_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(16_384, 'x')));
        response.once('drain', more);
      };
      more();
    };
    expect(await sut.fetch(GET)).toMatchObject({ status: null, error: 'The answer is larger than 256 KiB.' });
    await expect.poll(() => asked[1]!.socket.destroyed).toBe(true);
  });

  it.each([
    ['does not come', (): void => undefined],
    ['does not end', (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(200).write('x')],
  ])('gives up an answer that %s', async (_, answering) => {
    answer = answering;
    const result = sut.fetch(GET);
    await expect.poll(() => asked.length).toBe(1);
    clock.advance(PLUGIN_FETCH_TIMEOUT_MS);
    expect(await result).toMatchObject({ status: null, error: 'There was no whole answer within 10 s.' });
    await expect.poll(() => asked[0]!.socket.destroyed).toBe(true);
  });

  it('has four requests open at once', async () => {
    const waiting: ServerResponse[] = [];
    answer = (_, response) => void waiting.push(response);
    const open = Array.from({ length: MAX_PLUGIN_FETCHES }, () => sut.fetch(GET));
    expect(await sut.fetch(GET)).toMatchObject({ status: null, error: 'More than 4 requests at once.' });
    await expect.poll(() => waiting.length).toBe(MAX_PLUGIN_FETCHES);
    for (const response of waiting) response.end();
    expect((await Promise.all(open)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    answer = (_, response) => response.end('again');
    expect(await sut.fetch(GET)).toMatchObject({ body: 'again' });
  });

  it('says nothing of the network that people are in', async () => {
    answer = ({ socket }) => socket.destroy();
    expect(await sut.fetch(GET)).toEqual({ status: null, body: '', error: 'The host could not be reached.' });
  });
});
