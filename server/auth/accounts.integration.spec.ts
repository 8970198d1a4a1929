import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BansService } from '../moderation/bans.service.ts';
import { AccountsService } from './accounts/accounts.service.ts';
import { AuthService } from './auth.service.ts';
import type { Revocation } from './log-ins/revocations.ts';
import { AuthApp, inside, PASSWORD, refusal } from './testing/auth-app.ts';

const OTHER_PASSWORD = 'another long password';

describe('accounts', () => {
  let at: AuthApp;
  const revoked: Revocation[] = [];

  beforeAll(async () => {
    at = await AuthApp.start();
    at.app.get(AuthService, { strict: false }).onRevoked((revocation) => revoked.push(revocation));
  });
  afterAll(() => at[Symbol.asyncDispose]());

  function changePassword(token: string, current: string, next = OTHER_PASSWORD): ReturnType<AuthApp['send']> {
    return at.send('POST', '/auth/password', { token, body: { current, next } });
  }

  function remove(token: string, password = PASSWORD): ReturnType<AuthApp['send']> {
    return at.send('DELETE', '/auth/me', { token, body: { password } });
  }

  async function actions(targetId: string): Promise<string[]> {
    const rows = await at.database.query<{ action: string }[]>(
      'SELECT "action" FROM "audit_entry" WHERE "targetId" = ? ORDER BY "id"',
      [targetId],
    );
    return rows.map(({ action }) => action);
  }

  it('have a name that others see', async () => {
    const { accessToken: token } = await at.account('renamed', { nickname: ' Ada ' });
    expect((await at.me(token)).body).toMatchObject({ username: 'renamed', nickname: 'Ada' });
    const changed = await at.send('PATCH', '/auth/me', { token, body: { nickname: 'Countess' } });
    expect(changed.body).toMatchObject({ nickname: 'Countess' });
    expect((await at.me(token)).body).toMatchObject({ nickname: 'Countess' });
    const more = { nickname: 'Ada', username: 'other', rank: 1_000 };
    expect(refusal(await at.send('PATCH', '/auth/me', { token, body: more }))).toBe('400 protocol.invalid username');
  });

  describe('a change of the password', () => {
    it('ends the other log-ins', async () => {
      const here = await at.account('changed');
      const there = inside(await at.logIn('changed'));
      revoked.length = 0;
      expect((await changePassword(here.accessToken, PASSWORD)).status).toBe(204);
      expect((await at.me(here.accessToken)).status).toBe(200);
      expect((await at.refresh(here.refreshToken)).status).toBe(200);
      expect(refusal(await at.me(there.accessToken))).toBe('401 auth.token_invalid');
      expect(refusal(await at.refresh(there.refreshToken))).toBe('401 auth.log_in_ended');
      expect(revoked).toEqual([{ userId: here.user.id, logInIds: [expect.any(String)] }]);
      expect(refusal(await at.logIn('changed'))).toBe('401 auth.credentials_invalid');
      expect((await at.logIn('changed', OTHER_PASSWORD)).status).toBe(200);
    });

    it('needs the one before', async () => {
      const { accessToken } = await at.account('unchanged');
      expect(refusal(await changePassword(accessToken, 'not it'))).toBe('403 auth.password_wrong current');
      expect((await at.logIn('unchanged')).status).toBe(200);
    });

    it.each([
      ['short', 'seven77'],
      ['the name', 'Weak.Name'],
      ['common', 'Password1'],
      ['one character', 'xxxxxxxxxxx'],
      ['too long', 'long'.repeat(33)],
    ])('takes no weak one: %s', async (what, next) => {
      const { accessToken } = inside(what === 'short' ? await at.register('weak.name') : await at.logIn('weak.name'));
      expect(refusal(await changePassword(accessToken, PASSWORD, next))).toBe('400 auth.password_weak next');
    });

    it('lets nobody in by the old one who is just logging in', async () => {
      const { user } = await at.account('overtaken');
      const { promise: changed, resolve } = Promise.withResolvers<null>();
      const { promise: compared, resolve: hasCompared } = Promise.withResolvers<null>();
      at.afterVerify = async () => {
        hasCompared(null);
        await changed;
      };
      const overtaken = at.logIn('overtaken');
      await compared;
      at.afterVerify = undefined;
      await at.app.get(AccountsService, { strict: false }).setPassword(user.id, OTHER_PASSWORD);
      resolve(null);
      expect(refusal(await overtaken)).toBe('401 auth.credentials_invalid');
      expect(await at.database.query('SELECT 1 FROM "log_in" WHERE "userId" = ?', [user.id])).toEqual([]);
      expect((await at.logIn('overtaken', OTHER_PASSWORD)).status).toBe(200);
    });

    it('is made by one of two at once', async () => {
      const { accessToken } = await at.account('twice');
      const nexts = ['the first of two', 'the second of two'];
      const answers = await Promise.all(nexts.map((next) => changePassword(accessToken, PASSWORD, next)));
      expect(answers.map(refusal).sort()).toEqual(['204', '403 auth.password_wrong current']);
    });
  });

  describe('the end of one', () => {
    it('takes its log-ins along, and its name is free', async () => {
      const gone = await at.account('gone');
      const elsewhere = inside(await at.logIn('gone'));
      revoked.length = 0;
      expect(refusal(await remove(gone.accessToken, 'not it'))).toBe('403 auth.password_wrong password');
      expect((await remove(gone.accessToken)).status).toBe(204);
      expect(revoked).toEqual([{ userId: gone.user.id }]);
      for (const { accessToken, refreshToken } of [gone, elsewhere]) {
        expect(refusal(await at.me(accessToken))).toBe('401 auth.token_invalid');
        expect(refusal(await at.refresh(refreshToken))).toBe('401 auth.log_in_ended');
      }
      expect(await actions(gone.user.id)).toEqual(['user.register', 'user.delete']);
      expect((await at.account('gone')).user.id).not.toBe(gone.user.id);
    });
  });

  describe('the first administrator', () => {
    it('is made by who has the code, once', async () => {
      expect((await at.send('GET', '/auth/setup')).body).toEqual({ open: false });
      const wrong = { code: 'guessed', username: 'intruder', password: PASSWORD };
      expect(refusal(await at.send('POST', '/auth/setup', { body: wrong }))).toBe('409 auth.setup_closed');
      const admin = await at.admin();
      expect(admin.user).toMatchObject({ rank: 1_000, roles: [{ name: 'Admin' }] });
      expect(admin.user.permissions).toContain('server.manage');
      expect(await actions(admin.user.id)).toEqual(['server.setup']);
      await expect(at.admin('another')).rejects.toThrow('auth.setup_closed');
      expect((await at.send('GET', '/auth/setup')).body).toEqual({ open: false });
    });

    it('cannot go while it is the last', async () => {
      const admin = inside(await at.logIn('admin'));
      expect(refusal(await remove(admin.accessToken))).toBe('409 access.last_admin');
      expect((await at.me(admin.accessToken)).status).toBe(200);
    });

    it('is no other than the code says, and nobody has it who guesses', async () => {
      await using fresh = await AuthApp.start();
      const code = fresh.open();
      expect((await fresh.send('GET', '/auth/setup')).body).toEqual({ open: true });
      const setUp = (username: string, given = code) =>
        fresh.send('POST', '/auth/setup', { body: { code: given, username, password: PASSWORD, cookie: false } });
      expect(refusal(await setUp('intruder', 'guessed'))).toBe('403 auth.setup_code_wrong code');
      expect(refusal(await setUp('x'))).toBe('400 auth.username_invalid username');
      await fresh.account('taken');
      expect(refusal(await setUp('taken'))).toBe('409 auth.username_taken username');
      const answers = await Promise.all([setUp('one'), setUp('two'), setUp('three')]);
      expect(answers.map(refusal).sort()).toEqual(['201', '409 auth.setup_closed', '409 auth.setup_closed']);
      expect((await fresh.send('GET', '/auth/setup')).body).toEqual({ open: false });
      expect(fresh.open()).toBeUndefined();
    });

    it('is not lost when two go at once', async () => {
      await using fresh = await AuthApp.start();
      const one = await fresh.admin('one');
      const invited = await fresh.invite(one.accessToken, { roleIds: [fresh.roleId('admin')] });
      const two = await fresh.account('two', { invite: invited.code });
      expect(two.user.rank).toBe(1_000);
      const leave = (token: string) => fresh.send('DELETE', '/auth/me', { token, body: { password: PASSWORD } });
      const answers = await Promise.all([leave(one.accessToken), leave(two.accessToken)]);
      expect(answers.map(refusal).sort()).toEqual(['204', '409 access.last_admin']);
    });
  });

  it('of who is banned do nothing while the ban lasts, and are as before after it', async () => {
    const { user, accessToken, refreshToken } = await at.account('banned');
    const until = at.clock.epochMs() + 60_000;
    const ban = {
      nickname: 'banned',
      address: null,
      reason: 'Noise',
      createdBy: 'x',
      createdByName: 'x',
      createdAt: 0,
    };
    at.app.get(BansService, { strict: false }).keep({ id: 'ban', userId: user.id, until, ...ban });
    expect(refusal(await at.me(accessToken))).toBe('403 access.banned');
    expect(refusal(await at.logIn('banned'))).toBe('403 access.banned');
    expect(refusal(await at.logIn('banned', 'not it'))).toBe('401 auth.credentials_invalid');
    expect(refusal(await at.refresh(refreshToken))).toBe('403 access.banned');
    at.clock.advance(60_000);
    expect((await at.me(accessToken)).status).toBe(200);
    expect((await at.refresh(refreshToken)).status).toBe(200);
  });

  describe('whoever guesses passwords', () => {
    it('waits longer and longer, and is told how long', async () => {
      await at.account('target');
      for (let i = 0; i < 5; i++) {
        expect(refusal(await at.logIn('target', `guess ${i}`))).toBe('401 auth.credentials_invalid');
      }
      for (const waitS of [1, 2, 4, 8]) {
        const refused = await at.logIn('Target', PASSWORD);
        expect(refusal(refused)).toBe('429 auth.too_many_attempts');
        expect(refused.headers.get('retry-after')).toBe(String(waitS));
        at.clock.advance(waitS * 1_000);
        expect(refusal(await at.logIn('target', 'guess'))).toBe('401 auth.credentials_invalid');
      }
      at.clock.advance(16_000);
      expect((await at.logIn('target')).status).toBe(200);
      expect(refusal(await at.logIn('target', 'slip'))).toBe('401 auth.credentials_invalid');
      expect((await at.logIn('target')).status).toBe(200);
    });

    it('gains nothing by many attempts at once', async () => {
      await at.account('rushed');
      const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => at.logIn('rushed', `guess ${i}`)));
      const tested = answers.filter(({ status }) => status === 401);
      expect(tested).toHaveLength(5);
    });

    it('does not learn by the waiting which names there are', async () => {
      await at.account('existing');
      const spellings = (name: string) => [
        name,
        name.toUpperCase(),
        ` ${name}`,
        `${name}\u200b`,
        name.normalize('NFD'),
        name,
      ];
      for (const name of ['existing', 'missing']) {
        const said: string[] = [];
        for (const spelling of spellings(name)) said.push(refusal(await at.logIn(spelling, 'guess')));
        expect(said.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => '401 auth.credentials_invalid'));
        expect(said[5]).toBe('429 auth.too_many_attempts');
      }
    });

    it('keeps nobody out who is logged in', async () => {
      const mine = await at.account('besieged');
      for (let i = 0; i < 8; i++) await at.logIn('besieged', `guess ${i}`);
      expect(refusal(await at.logIn('besieged'))).toBe('429 auth.too_many_attempts');
      const next = inside(await at.refresh(mine.refreshToken));
      expect((await at.me(next.accessToken)).status).toBe(200);
      expect((await changePassword(next.accessToken, PASSWORD)).status).toBe(204);
    });

    it('at many accounts from one address waits too; other addresses do not', async () => {
      await at.account('bystander');
      for (let i = 0; i < 20; i++) await at.logIn(`victim ${i}`, 'spray', '192.0.2.66');
      expect(refusal(await at.logIn('bystander', PASSWORD, '192.0.2.66'))).toBe('429 auth.too_many_attempts');
      expect((await at.logIn('bystander', PASSWORD, '192.0.2.67')).status).toBe(200);
    });

    it('of who is logged in, as a thief of the device is, waits as well', async () => {
      const { accessToken } = await at.account('device.thief');
      for (let i = 0; i < 5; i++) await remove(accessToken, `guess ${i}`);
      expect(refusal(await remove(accessToken))).toBe('429 auth.too_many_attempts');
      expect(refusal(await changePassword(accessToken, PASSWORD))).toBe('429 auth.too_many_attempts');
    });
  });
});
