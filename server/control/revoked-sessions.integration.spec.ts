import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SwitchboardError } from '@switchboard/protocol';
import type { ControlClient } from '../testing/control-client.ts';
import { RunningServer } from '../testing/running-server.ts';

const PASSWORD = 'correct horse battery';

interface LoggedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
}

describe('sessions of accounts', () => {
  let at: RunningServer;

  beforeAll(async () => {
    at = await RunningServer.start();
    const code = /#setup=(.+)$/.exec(at.server.setupUrl ?? '')?.[1];
    const { accessToken } = await post<LoggedIn>('/auth/setup', { code, username: 'admin', password: PASSWORD });
    await send('PATCH', '/settings', { registration: 'open' }, accessToken);
  });
  afterEach(() => at.closeClients());
  afterAll(() => at[Symbol.asyncDispose]());

  function send(method: string, path: string, body?: object, token?: string): Promise<Response> {
    return fetch(`${at.server.url}/api${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function post<T>(path: string, body: object): Promise<T> {
    return (await (await send('POST', path, body)).json()) as T;
  }

  function register(username: string): Promise<LoggedIn> {
    return post('/auth/register', { username, password: PASSWORD, cookie: false });
  }

  function logIn(username: string): Promise<LoggedIn> {
    return post('/auth/login', { username, password: PASSWORD, cookie: false });
  }

  async function enter(token: string): Promise<ControlClient> {
    const client = await at.connect();
    const { self } = await client.hello({ type: 'access', token });
    expect(self.guest).toBe(false);
    return client;
  }

  async function expectLoggedOut(client: ControlClient): Promise<void> {
    expect(await client.event('self.loggedOut')).toEqual({});
    expect(await client.closed).toBe(4004);
  }

  it('end when their log-in does, and no others', async () => {
    const here = await enter((await register('one.of.two')).accessToken);
    await here.request('self.update', { nickname: 'here' });
    const elsewhere = await logIn('one.of.two');
    const there = await enter(elsewhere.accessToken);
    await post('/auth/logout', { refreshToken: elsewhere.refreshToken }).catch(() => undefined);
    await expectLoggedOut(there);
    await here.settle();
    expect(here.eventsOf('self.loggedOut')).toEqual([]);
    const again = await at.connect();
    const refused = again.hello({ type: 'access', token: elsewhere.accessToken });
    await expect(refused).rejects.toThrow(new SwitchboardError('auth.token_invalid').message);
  });

  it('end when the password is changed elsewhere', async () => {
    const there = await enter((await register('changed')).accessToken);
    const { accessToken } = await logIn('changed');
    await send('POST', '/auth/password', { current: PASSWORD, next: 'another long password' }, accessToken);
    await expectLoggedOut(there);
  });

  it('end with the account', async () => {
    const { accessToken } = await register('gone');
    const client = await enter(accessToken);
    await send('DELETE', '/auth/me', { password: PASSWORD }, accessToken);
    await expectLoggedOut(client);
  });

  it('end when a refresh token is used a second time', async () => {
    const first = await register('stolen');
    const client = await enter(first.accessToken);
    const second = await post<LoggedIn>('/auth/refresh', { refreshToken: first.refreshToken });
    await post('/auth/refresh', { refreshToken: second.refreshToken });
    await post('/auth/refresh', { refreshToken: first.refreshToken });
    await expectLoggedOut(client);
  });
});
