import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../users/user.entity.ts';
import { AuthApp, inside, PASSWORD, refusal } from './testing/auth-app.ts';
import { ServerSecrets } from './tokens/server-secrets.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DEFAULT_AGENT = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

describe('logging in', () => {
  let at: AuthApp;

  beforeAll(async () => {
    at = await AuthApp.start();
  });
  afterAll(() => at[Symbol.asyncDispose]());

  it('takes the name however it is written, and the password as it is', async () => {
    await at.account('Ada.Lovelace');
    expect(inside(await at.logIn('ada.LOVELACE')).user.username).toBe('Ada.Lovelace');
    expect(refusal(await at.logIn('ada.lovelace', PASSWORD.toUpperCase()))).toBe('401 auth.credentials_invalid');
    expect(refusal(await at.logIn('nobody.at.all'))).toBe('401 auth.credentials_invalid');
  });

  it('takes the same letters from another keyboard', async () => {
    await at.account('composed', { password: 'caf\u00e9 au lait' });
    expect((await at.logIn('composed', 'cafe\u0301 au lait')).status).toBe(200);
  });

  it('costs the same for a name that nobody has', async () => {
    await at.account('someone');
    const before = at.hashes.total;
    await at.logIn('someone', 'wrong password');
    const forOne = at.hashes.total - before;
    await at.logIn('no one', 'wrong password');
    expect(at.hashes.total - before).toBe(2 * forOne);
    expect(forOne).toBe(1);
  });

  it('keeps nothing that is secret as it is', async () => {
    const { refreshToken = '' } = await at.account('kept');
    const [user] = await at.database.query<object[]>('SELECT * FROM "user" WHERE "usernameKey" = \'kept\'');
    const [logIn] = await at.database.query<object[]>('SELECT * FROM "log_in" ORDER BY "id" DESC LIMIT 1');
    const stored = JSON.stringify([user, logIn]);
    expect(stored).toContain('$argon2id$v=19$m=65536,t=3,p=1$');
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(refreshToken);
  });

  it('makes a weaker hash of before a stronger one', async () => {
    const { user } = await at.account('older');
    // As libsodium makes it of 'old password', with 1 pass and 8 KiB.
    const weak = '$argon2id$v=19$m=8,t=1,p=1$UvXsOdam6DjUtiizV+XzTw$zQHsduYRhWu8rHVsIF3rHSGWA2SE4NQyuHsiOK6Qfxw';
    await at.database.getRepository(User).update({ id: user.id }, { passwordHash: weak });
    expect((await at.logIn('older', 'old password')).status).toBe(200);
    const { passwordHash } = await at.database.getRepository(User).findOneByOrFail({ id: user.id });
    expect(passwordHash).toContain('m=65536,t=3');
    expect((await at.logIn('older', 'old password')).status).toBe(200);
  });

  describe('many at once', () => {
    it('makes two hashes at a time, lets 32 wait and refuses the others', async () => {
      const names = Array.from({ length: 50 }, (_, i) => `crowd ${i}`);
      at.hashes.most = 0;
      const answers = await Promise.all(names.map((name) => at.logIn(name, 'wrong password')));
      const said = Map.groupBy(answers.map(refusal), (text) => text);
      expect(at.hashes.most).toBe(2);
      expect(said.get('401 auth.credentials_invalid')?.length).toBeGreaterThanOrEqual(34);
      expect([...said.keys()].sort()).toEqual(['401 auth.credentials_invalid', '429 server.rate_limited']);
    });
  });

  describe('an access token', () => {
    it('is good for a quarter of an hour', async () => {
      const { accessToken, expiresAt } = await at.account('quarter');
      expect(expiresAt - at.clock.epochMs()).toBe(15 * MINUTE_MS);
      at.clock.advance(15 * MINUTE_MS - 1_000);
      expect((await at.me(accessToken)).status).toBe(200);
      at.clock.advance(1_000);
      expect(refusal(await at.me(accessToken))).toBe('401 auth.token_expired');
    });

    it('says nothing of names and roles', async () => {
      const { accessToken, user } = await at.account('silent');
      const [, payload = ''] = accessToken.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      expect(claims).toEqual({
        sub: user.id,
        sid: expect.any(String),
        iat: expect.any(Number),
        exp: expect.any(Number),
        iss: 'switchboard',
        aud: 'access',
      });
    });

    describe('that was forged', () => {
      interface Forgery {
        readonly header?: { readonly alg: string; readonly typ: 'JWT' };
        readonly claims?: object;
        readonly key?: Buffer;
      }

      async function forged({ header, claims, key }: Forgery): Promise<string> {
        const { accessToken } = inside(await at.logIn('forger'));
        const [, payload = ''] = accessToken.split('.');
        const mine = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
        const isLonger = header?.alg === 'HS512';
        const text = [header ?? { alg: 'HS256', typ: 'JWT' }, { ...mine, ...claims }]
          .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .join('.');
        const secret = key ?? at.app.get(ServerSecrets, { strict: false }).of('access');
        const hash = isLonger ? 'sha512' : 'sha256';
        return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
      }

      beforeAll(() => at.account('forger'));

      it('is not what the next tests make without a fault', async () => {
        expect((await at.me(await forged({}))).status).toBe(200);
      });

      it.each<[string, Forgery]>([
        ['without a signature', { header: { alg: 'none', typ: 'JWT' } }],
        ['by another algorithm', { header: { alg: 'HS512', typ: 'JWT' } }],
        ['under another secret', { key: Buffer.alloc(32) }],
        ['for another audience', { claims: { aud: 'join' } }],
        ['by another issuer', { claims: { iss: 'elsewhere' } }],
        ['for a log-in that is none', { claims: { sid: '00000000-0000-7000-8000-000000000000' } }],
        ['for somebody else’s log-in', { claims: { sub: '00000000-0000-7000-8000-000000000000' } }],
        ['without an end', { claims: { exp: undefined } }],
        ['with an end that is no number', { claims: { exp: 'never' } }],
        ['without a log-in', { claims: { sid: undefined } }],
        ['with a log-in that is no id', { claims: { sid: { $ne: null } } }],
      ])('%s is refused', async (_, forgery) => {
        expect(refusal(await at.me(await forged(forgery)))).toBe('401 auth.token_invalid');
      });

      it('with its signature cut off is refused', async () => {
        const none = await forged({ header: { alg: 'none', typ: 'JWT' } });
        expect(refusal(await at.me(none.replace(/[^.]*$/, '')))).toBe('401 auth.token_invalid');
      });

      it('from the secret of join tokens is refused', async () => {
        const key = at.app.get(ServerSecrets, { strict: false }).of('join');
        expect(refusal(await at.me(await forged({ key })))).toBe('401 auth.token_invalid');
      });
    });
  });

  describe('a refresh token', () => {
    it('is good once, and brings the next', async () => {
      const first = await at.account('once');
      const second = inside(await at.refresh(first.refreshToken));
      const third = inside(await at.refresh(second.refreshToken));
      expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
      expect((await at.me(third.accessToken)).status).toBe(200);
    });

    it.each([
      ['one before', 1],
      ['ones long before', 3],
    ])('that was replaced ends the whole log-in once its successor was shown (%s)', async (_, times) => {
      const stolen = await at.account(`stolen${times}`);
      let mine = inside(await at.refresh(stolen.refreshToken));
      for (let i = 0; i < times; i++) mine = inside(await at.refresh(mine.refreshToken));
      // Within the time, too, in which two windows may show one token.
      expect(refusal(await at.refresh(stolen.refreshToken))).toBe('401 auth.log_in_ended');
      expect(refusal(await at.refresh(mine.refreshToken))).toBe('401 auth.log_in_ended');
      expect(refusal(await at.me(mine.accessToken))).toBe('401 auth.token_invalid');
      const entries = await at.audited('log_in.token_reused', mine.user.id);
      expect(entries.map(({ actorId }) => actorId)).toEqual([null]);
    });

    it('goes on where the answer with its successor was lost, however long ago, and time after time', async () => {
      const kept = await at.account('lost');
      await at.refresh(kept.refreshToken);
      expect(inside(await at.refresh(kept.refreshToken)).refreshToken).toBeUndefined();
      at.clock.advance(DAY_MS);
      await at.refresh(kept.refreshToken);
      at.clock.advance(10_001);
      const next = inside(await at.refresh(kept.refreshToken));
      expect(next.refreshToken).toEqual(expect.any(String));
      expect((await at.me(next.accessToken)).status).toBe(200);
      expect((await at.refresh(next.refreshToken)).status).toBe(200);
      expect(await at.audited('log_in.token_reused', kept.user.id)).toEqual([]);
      expect(refusal(await at.refresh(kept.refreshToken))).toBe('401 auth.log_in_ended');
    });

    it('that a thief shows first, though its owner has the successor, ends the log-in when the owner goes on', async () => {
      const stolen = await at.account('robbed');
      const mine = inside(await at.refresh(stolen.refreshToken));
      at.clock.advance(10_001);
      const theirs = inside(await at.refresh(stolen.refreshToken));
      expect(refusal(await at.refresh(mine.refreshToken))).toBe('401 auth.log_in_ended');
      expect(refusal(await at.me(theirs.accessToken))).toBe('401 auth.token_invalid');
      expect(refusal(await at.refresh(theirs.refreshToken))).toBe('401 auth.log_in_ended');
      expect(await at.audited('log_in.token_reused', mine.user.id)).toHaveLength(1);
    });

    it('that another window has just replaced still brings an access token, and no other', async () => {
      const { refreshToken } = await at.account('windows');
      const [one, two] = [await at.refresh(refreshToken), await at.refresh(refreshToken)].map(inside);
      expect(one?.refreshToken).toEqual(expect.any(String));
      expect(two?.refreshToken).toBeUndefined();
      expect((await at.me(two?.accessToken ?? '')).status).toBe(200);
      expect((await at.refresh(one?.refreshToken)).status).toBe(200);
    });

    it.each([
      ['it', 'race', 0],
      ['the one whose successor was lost', 'late.race', 1],
    ])('of many who show %s at once goes on for one', async (_, name, lost) => {
      const { refreshToken } = await at.account(name);
      for (let i = 0; i < lost; i++) await at.refresh(refreshToken);
      at.clock.advance(10_001);
      const answers = await Promise.all(Array.from({ length: 8 }, () => at.refresh(refreshToken)));
      const fresh = answers.map(inside).filter((answer) => answer.refreshToken !== undefined);
      expect(fresh).toHaveLength(1);
      expect((await at.refresh(fresh[0]?.refreshToken)).status).toBe(200);
    });

    it('ends after thirty days of not being used', async () => {
      const idle = await at.account('idle');
      at.clock.advance(30 * DAY_MS - 1);
      const used = inside(await at.refresh(idle.refreshToken));
      at.clock.advance(30 * DAY_MS);
      expect(refusal(await at.refresh(used.refreshToken))).toBe('401 auth.log_in_ended');
    });

    it('that was made up ends nothing, even with the id of a log-in', async () => {
      const { refreshToken = '', accessToken } = await at.account('made.up');
      const madeUp = Buffer.from(refreshToken, 'base64url');
      madeUp.fill(7, 16);
      expect(refusal(await at.refresh(madeUp.toString('base64url')))).toBe('401 auth.log_in_ended');
      expect(refusal(await at.refresh(`${refreshToken}=`))).toBe('401 auth.log_in_ended');
      expect((await at.me(accessToken)).status).toBe(200);
      expect((await at.refresh(refreshToken)).status).toBe(200);
    });

    it('is good after a restart', async () => {
      const first = await AuthApp.start();
      const { refreshToken } = await first.account('restarted');
      await first.stop();
      await using second = await AuthApp.start({}, first.dataDir);
      expect((await second.refresh(refreshToken)).status).toBe(200);
    });
  });

  describe('a browser', () => {
    const page = (): Record<string, string> => ({ origin: at.url });

    it('has the refresh token in a cookie that no script reads and no other site sends', async () => {
      await at.account('browser');
      const { headers, body } = await at.send('POST', '/auth/login', {
        body: { username: 'browser', password: PASSWORD },
      });
      expect(body).not.toHaveProperty('refreshToken');
      const rest = '; Path=/api/auth; Max-Age=$age; HttpOnly; SameSite=Strict$';
      expect(headers.getSetCookie()).toEqual([
        expect.stringMatching(new RegExp(`^switchboard_refresh=[\\w-]{86}${rest.replace('$age', '2592000')}`)),
        expect.stringMatching(new RegExp(`^switchboard_device=[\\w-]{43}${rest.replace('$age', '31536000')}`)),
      ]);
    });

    it('sends it over TLS alone where there is TLS', async () => {
      await using behindProxy = await AuthApp.start({ SWITCHBOARD_CONTROL_URL: 'wss://voice.example/control' });
      const { headers } = await behindProxy.register('tls', { cookie: true });
      for (const cookie of headers.getSetCookie()) expect(cookie).toMatch(/; Secure$/);
    });

    it('that was logged in before waits for no stranger, and is no key to the account', async () => {
      await at.account('besieged');
      const logIn = (password: string, cookie = '', from = '203.0.113.77') =>
        at.send('POST', '/auth/login', { body: { username: 'besieged', password }, from, headers: { cookie } });
      const device = (await logIn(PASSWORD)).headers.getSetCookie()[1]?.split(';', 1)[0] ?? '';
      for (let i = 0; i < 8; i++) await logIn('a wrong password', '', '198.51.100.1');
      expect(refusal(await logIn(PASSWORD))).toBe('429 auth.too_many_attempts');
      expect(refusal(await logIn(PASSWORD, device.replace('device=', 'device=A')))).toBe('429 auth.too_many_attempts');
      const back = await logIn(PASSWORD, device);
      expect(back.status).toBe(200);
      expect(back.headers.getSetCookie()[1]?.split(';', 1)[0]).toBe(device);
      // Its own failures count, and for itself.
      for (let i = 0; i < 5; i++) expect(refusal(await logIn('wrong', device))).toBe('401 auth.credentials_invalid');
      expect(refusal(await logIn(PASSWORD, device))).toBe('429 auth.too_many_attempts');
      // Nor does the device of another account help.
      await at.account('besieger');
      const body = { username: 'besieger', password: PASSWORD };
      const other = (await at.send('POST', '/auth/login', { body })).headers.getSetCookie()[1]?.split(';', 1)[0];
      expect(refusal(await logIn(PASSWORD, other))).toBe('429 auth.too_many_attempts');
    });

    it('refreshes and logs out by it', async () => {
      await at.account('jar');
      const started = await at.send('POST', '/auth/login', { body: { username: 'jar', password: PASSWORD } });
      const cookie = (answer: typeof started): string => answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
      const refreshed = await at.send('POST', '/auth/refresh', { headers: { ...page(), cookie: cookie(started) } });
      expect(inside(refreshed).refreshToken).toBeUndefined();
      expect(cookie(refreshed)).not.toBe(cookie(started));
      const headers = { ...page(), cookie: `other=1; ${cookie(refreshed)}` };
      const out = await at.send('POST', '/auth/logout', { headers });
      expect(out.status).toBe(204);
      expect(out.headers.get('set-cookie')).toMatch(/^switchboard_refresh=; .*Max-Age=0/);
      expect(refusal(await at.send('POST', '/auth/refresh', { headers }))).toBe('401 auth.log_in_ended');
      expect(refusal(await at.me(inside(refreshed).accessToken))).toBe('401 auth.token_invalid');
    });

    it.each(['/auth/refresh', '/auth/logout'])('is not led to %s by another page', async (path) => {
      const { refreshToken = '' } = await at.account(`csrf${path.length}`);
      const cookie = `switchboard_refresh=${refreshToken}`;
      for (const headers of [{ cookie }, { cookie, origin: 'https://evil.example' }]) {
        expect(refusal(await at.send('POST', path, { headers }))).toBe('403 auth.origin_refused');
      }
      expect((await at.refresh(refreshToken)).status).toBe(200);
    });
  });

  it('is told where one is logged in, and ends what one names', async () => {
    const here = await at.account('devices');
    const body = { username: 'devices', password: PASSWORD, cookie: false };
    const there = inside(await at.send('POST', '/auth/login', { body, headers: DEFAULT_AGENT, from: '192.0.2.7' }));
    const { body: listed } = await at.send('GET', '/auth/sessions', { token: here.accessToken });
    const { items } = listed as { items: { id: string; device: string; address: string; current: boolean }[] };
    expect(items.map(({ device, address, current }) => [device, address, current])).toEqual([
      ['Firefox on Linux', '192.0.2.7', false],
      ['node', '127.0.0.1', true],
    ]);
    const stranger = await at.account('stranger');
    const end = (id: string | undefined, token: string) => at.send('DELETE', `/auth/sessions/${id}`, { token });
    expect(refusal(await end(items[0]?.id, stranger.accessToken))).toBe('404 auth.log_in_not_found');
    expect((await at.me(there.accessToken)).status).toBe(200);
    expect((await end(items[0]?.id, here.accessToken)).status).toBe(204);
    expect(refusal(await at.me(there.accessToken))).toBe('401 auth.token_invalid');
    expect(refusal(await at.refresh(there.refreshToken))).toBe('401 auth.log_in_ended');
    expect((await at.me(here.accessToken)).status).toBe(200);
  });

  it('ends the log-in that was used longest ago where there are too many', async () => {
    const oldest = await at.account('hoarder');
    for (let i = 0; i < 50; i++) {
      at.clock.advance(1);
      await at.logIn('hoarder');
    }
    expect(refusal(await at.me(oldest.accessToken))).toBe('401 auth.token_invalid');
    const rows = await at.database.query<unknown[]>('SELECT 1 FROM "log_in" WHERE "userId" = ?', [oldest.user.id]);
    expect(rows).toHaveLength(50);
  });
});
