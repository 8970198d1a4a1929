import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogIn } from './log-in.ts';

const ADA = { username: 'ada', password: 'correct horse' };

describe('LogIn', () => {
  let server: Server;
  let url: URL;
  let asked: { readonly path: string; readonly body: unknown }[];
  let answer: (path: string) => { readonly status: number; readonly json: unknown };
  let nowMs: number;

  beforeEach(async () => {
    asked = [];
    nowMs = 1_000_000;
    answer = () => {
      const nth = asked.length;
      return {
        status: 200,
        json: { accessToken: `access-${nth}`, refreshToken: `refresh-${nth}`, expiresAt: nowMs + 900_000 },
      };
    };
    server = createServer((request, response) => {
      void bodyOf(request).then((text) => {
        const path = request.url ?? '';
        asked.push({ path, body: JSON.parse(text) });
        const { status, json } = answer(path);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });

  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  const start = () => LogIn.start(url, ADA, undefined, () => nowMs);

  it('asks for a new token only when the last is about to end, and once for all who wait', async () => {
    const sut = await start();
    expect(await sut.accessToken()).toBe('access-1');
    nowMs += 880_000;
    expect(await Promise.all([sut.accessToken(), sut.accessToken()])).toEqual(['access-2', 'access-2']);
    nowMs += 880_000;
    expect(await sut.accessToken()).toBe('access-3');
    expect(asked).toEqual([
      { path: '/api/auth/login', body: { ...ADA, cookie: false } },
      { path: '/api/auth/refresh', body: { refreshToken: 'refresh-1' } },
      { path: '/api/auth/refresh', body: { refreshToken: 'refresh-2' } },
    ]);
  });

  it('goes on with the refresh token it has where no other is given', async () => {
    const sut = await start();
    answer = () => ({ status: 200, json: { accessToken: 'again', expiresAt: nowMs } });
    nowMs += 900_000;
    await sut.accessToken();
    await sut.accessToken();
    expect(asked.slice(1).map(({ body }) => body)).toEqual(Array(2).fill({ refreshToken: 'refresh-1' }));
  });

  it('tells why it was refused, in the words of the server', async () => {
    const error = { code: 'auth.credentials_invalid', message: 'Not with that password.' };
    answer = () => ({ status: 401, json: { error } });
    await expect(start()).rejects.toMatchObject(error);
  });

  it.each([
    ['something else', { status: 200, json: { token: 1 } }, 'client.invalid_server_message'],
    ['not as a Switchboard does', { status: 404, json: { statusCode: 404 } }, 'client.not_a_switchboard'],
  ])('does not take %s for an answer', async (_, other, code) => {
    answer = () => other;
    await expect(start()).rejects.toMatchObject({ code });
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
