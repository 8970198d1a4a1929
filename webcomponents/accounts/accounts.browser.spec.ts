import { describe, expect, it } from 'vitest';
import { Accounts } from './accounts.ts';

const SERVER = new URL('https://voice.example.org/');
const ADA = { id: 'u1', username: 'ada', nickname: 'Ada', roles: [], rank: 100, permissions: [], createdAt: 1 };

interface Asked {
  readonly path: string;
  readonly method: string;
  readonly body: unknown;
  readonly authorization: string | null;
}

/** The server's side: what it was asked, and what it answers by path. */
function setUp() {
  const asked: Asked[] = [];
  let tokens = 0;
  const state = { lifetimeMs: 900_000, changes: 0 };
  const loggedIn = () => ({ accessToken: `token-${++tokens}`, expiresAt: Date.now() + state.lifetimeMs, user: ADA });
  const answers: Record<string, () => Response> = {
    '/api/auth/login': () => Response.json(loggedIn()),
    '/api/auth/register': () => Response.json(loggedIn(), { status: 201 }),
    '/api/auth/refresh': () => Response.json(loggedIn()),
    '/api/auth/logout': () => new Response(null, { status: 204 }),
    '/api/auth/password': () => new Response(null, { status: 204 }),
    '/api/auth/me': () => Response.json({ ...ADA, nickname: 'Countess' }),
    '/api/auth/registration': () => Response.json({ mode: 'invite', guests: true, name: 'Here' }),
  };
  const send = (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const path = (url as URL).pathname;
    const headers = new Headers(init.headers);
    asked.push({
      path,
      method: init.method ?? 'GET',
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      authorization: headers.get('authorization'),
    });
    return Promise.resolve(answers[path]!());
  };
  const sut = new Accounts(SERVER, () => state.changes++, send);
  return { sut, asked, answers, state };
}

const refusal = (code: string, status: number, headers = {}) =>
  Response.json({ error: { code, message: `It is ${code}.`, field: 'password' } }, { status, headers });

describe('Accounts', () => {
  it('signs in, and knows who one is', async () => {
    const { sut, asked, state } = setUp();
    expect(sut.me).toBeNull();
    await sut.signIn('ada', 'secret');
    expect(sut.me).toEqual({ username: 'ada', nickname: 'Ada' });
    expect(state.changes).toBe(1);
    expect(await sut.accessToken()).toBe('token-1');
    expect(asked).toEqual([
      { path: '/api/auth/login', method: 'POST', body: { username: 'ada', password: 'secret' }, authorization: null },
    ]);
  });

  it('replaces a token that is about to end, once for all who ask', async () => {
    const { sut, asked, state } = setUp();
    state.lifetimeMs = 10_000;
    await sut.signIn('ada', 'secret');
    state.lifetimeMs = 900_000;
    expect(await Promise.all([sut.accessToken(), sut.accessToken()])).toEqual(['token-2', 'token-2']);
    expect(asked.map(({ path }) => path)).toEqual(['/api/auth/login', '/api/auth/refresh']);
  });

  it('takes turns with the other windows of the browser', async () => {
    const { sut, asked } = setUp();
    const other = Promise.withResolvers<undefined>();
    const held = navigator.locks.request('switchboard-refresh', () => other.promise);
    const resumed = sut.resume();
    await navigator.locks.query();
    expect(asked).toEqual([]);
    other.resolve(undefined);
    await Promise.all([held, resumed]);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['refused', () => refusal('auth.token_invalid', 401), 'auth.token_invalid', false],
    ['not answered', () => Response.error(), 'client.not_a_switchboard', true],
    ['put off', () => refusal('server.rate_limited', 429), 'server.rate_limited', true],
  ])('on a refresh that is %s is signed out only where that is the answer', async (_, answer, code, stays) => {
    const { sut, answers } = setUp();
    await sut.signIn('ada', 'secret');
    answers['/api/auth/refresh'] = answer;
    await expect(sut.resume()).rejects.toMatchObject({ code });
    expect(sut.me !== null).toBe(stays);
  });

  it('tells the server’s refusal, with the time to wait', async () => {
    const { sut, answers } = setUp();
    answers['/api/auth/login'] = () => refusal('server.rate_limited', 429, { 'retry-after': '8' });
    await expect(sut.signIn('ada', 'x')).rejects.toMatchObject({
      code: 'server.rate_limited',
      message: 'It is server.rate_limited.',
      field: 'password',
      retryAfterMs: 8_000,
    });
  });

  it.each([
    ['another page', () => new Response('<!doctype html>', { status: 404 })],
    ['another API', () => Response.json({ mode: 'always' })],
  ])('takes %s for no server with accounts', async (_, answer) => {
    const { sut, answers } = setUp();
    answers['/api/auth/registration'] = answer;
    await expect(sut.registration()).rejects.toMatchObject({ code: 'client.not_a_switchboard' });
  });

  it('changes name and password as the one who is signed in, and leaves', async () => {
    const { sut, asked } = setUp();
    await sut.register({ username: 'ada', password: 'secret', invite: 'code' });
    await sut.rename('Countess');
    expect(sut.me?.nickname).toBe('Countess');
    await sut.changePassword('secret', 'better');
    await sut.signOut();
    expect(sut.me).toBeNull();
    expect(asked.map(({ method, path, body, authorization }) => [method, path, body, authorization])).toEqual([
      ['POST', '/api/auth/register', { username: 'ada', password: 'secret', invite: 'code' }, null],
      ['PATCH', '/api/auth/me', { nickname: 'Countess' }, 'Bearer token-1'],
      ['POST', '/api/auth/password', { current: 'secret', next: 'better' }, 'Bearer token-1'],
      ['POST', '/api/auth/logout', undefined, null],
    ]);
  });
});
