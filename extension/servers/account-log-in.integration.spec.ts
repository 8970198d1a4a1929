import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccountLogIn } from './account-log-in.ts';
import { ServerSecrets } from './server-secrets.ts';
import { Keychain } from './testing/keychain.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

const LIFETIME_MS = 900_000;

describe('AccountLogIn', () => {
  let server: ScriptedServer;
  let keychain: Keychain;
  let secrets: ServerSecrets;
  let nowMs: number;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    keychain = new Keychain();
    secrets = new ServerSecrets(keychain);
    nowMs = 1_000_000;
    server.answer = (path) => (path === '/api/auth/logout' ? { status: 204 } : { json: tokens() });
  });

  afterEach(() => server[Symbol.asyncDispose]());

  const tokens = (nth = server.asked.length) => ({
    accessToken: `access-${nth}`,
    refreshToken: `refresh-${nth}`,
    expiresAt: nowMs + LIFETIME_MS,
  });
  const refusal = (code: string, status: number) => ({ status, json: { error: { code, message: `It is ${code}.` } } });
  /** As another window, or this one after it was loaded again. */
  const logIn = () => new AccountLogIn({ id: 'b1', address: server.url.origin }, secrets, () => nowMs);

  it('keeps the refresh token in the key chain, and is still logged in after the window was loaded again', async () => {
    await logIn().start('ada', 'secret');
    expect([...keychain.kept.values()]).toEqual(['refresh-1']);
    expect(await logIn().accessToken()).toBe('access-2');
    expect([...keychain.kept.values()]).toEqual(['refresh-2']);
    expect(server.asked.map(({ path, body }) => [path, body])).toEqual([
      ['/api/auth/login', { username: 'ada', password: 'secret', cookie: false }],
      ['/api/auth/refresh', { refreshToken: 'refresh-1' }],
    ]);
  });

  it('asks only when the token is about to end, and once for all who wait', async () => {
    const sut = logIn();
    await sut.start('ada', 'secret');
    expect(await sut.accessToken()).toBe('access-1');
    nowMs += LIFETIME_MS - 10_000;
    expect(await Promise.all([sut.accessToken(), sut.accessToken()])).toEqual(['access-2', 'access-2']);
    expect(server.asked).toHaveLength(2);
  });

  it('shows the token that another window has been given meanwhile', async () => {
    const [first, second] = [logIn(), logIn()];
    await first.start('ada', 'secret');
    await second.accessToken();
    nowMs += LIFETIME_MS;
    await first.accessToken();
    expect(server.asked.at(-1)?.body).toEqual({ refreshToken: 'refresh-2' });
  });

  it('keeps the token it has where the server gives no other', async () => {
    await logIn().start('ada', 'secret');
    server.answer = () => ({ json: { accessToken: 'again', expiresAt: nowMs + LIFETIME_MS } });
    expect(await logIn().accessToken()).toBe('again');
    expect([...keychain.kept.values()]).toEqual(['refresh-1']);
  });

  it('has to sign in again where the log-in has ended, and shows the dead token to nobody any more', async () => {
    await logIn().start('ada', 'secret');
    server.answer = () => refusal('auth.log_in_ended', 401);
    await expect(logIn().accessToken()).rejects.toMatchObject({ code: 'auth.log_in_ended' });
    expect(keychain.kept.size).toBe(0);
    await expect(logIn().accessToken()).rejects.toMatchObject({ code: 'auth.log_in_ended' });
    expect(server.asked).toHaveLength(2);
  });

  it('stays logged in while the server is away or busy', async () => {
    await logIn().start('ada', 'secret');
    server.answer = () => refusal('server.rate_limited', 429);
    await expect(logIn().accessToken()).rejects.toMatchObject({ code: 'server.rate_limited' });
    expect([...keychain.kept.values()]).toEqual(['refresh-1']);
  });

  it('does not forget the token that came while the one before was refused', async () => {
    await logIn().start('ada', 'secret');
    server.answer = async () => {
      await secrets.keepRefreshToken('b1', 'of-another-window');
      return refusal('auth.log_in_ended', 401);
    };
    await expect(logIn().accessToken()).rejects.toMatchObject({ code: 'auth.log_in_ended' });
    expect([...keychain.kept.values()]).toEqual(['of-another-window']);
  });

  it('makes an account', async () => {
    const account = { username: 'ada', password: 'secret', nickname: 'Ada', invite: 'code' };
    await logIn().register(account);
    expect(server.asked).toEqual([{ path: '/api/auth/register', body: { ...account, cookie: false } }]);
    expect([...keychain.kept.values()]).toEqual(['refresh-1']);
  });

  it('ends here and on the server, and here alone where that is away', async () => {
    const sut = logIn();
    await sut.start('ada', 'secret');
    await sut.end();
    expect(server.asked.at(-1)).toEqual({ path: '/api/auth/logout', body: { refreshToken: 'refresh-1' } });
    expect(keychain.kept.size).toBe(0);
    await sut.start('ada', 'secret');
    const away = new AccountLogIn({ id: 'b1', address: 'http://127.0.0.1:9' }, secrets);
    await away.end();
    expect(keychain.kept.size).toBe(0);
  });

  it('keeps nothing of who was refused', async () => {
    server.answer = () => refusal('auth.credentials_invalid', 401);
    await expect(logIn().start('ada', 'wrong')).rejects.toMatchObject({ code: 'auth.credentials_invalid' });
    expect(keychain.kept.size).toBe(0);
  });
});
