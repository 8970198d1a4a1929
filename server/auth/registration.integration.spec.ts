import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoggedInView } from './http/auth.schemas.ts';
import { AuthApp, PASSWORD, refusal } from './testing/auth-app.ts';

describe('registration', () => {
  let at: AuthApp;
  let admin: LoggedInView;
  let moderator: LoggedInView;

  beforeAll(async () => {
    at = await AuthApp.start();
    admin = await at.admin();
    const { code } = await at.invite(admin.accessToken, { roleIds: [at.roleId('moderator')] });
    moderator = await at.account('moderator', { invite: code });
  });
  afterEach(() => at.allow('open'));
  afterAll(() => at[Symbol.asyncDispose]());

  it('says who may come in', async () => {
    await at.allow('invite');
    const { body } = await at.send('GET', '/auth/registration');
    expect(body).toEqual({ mode: 'invite', guests: true, name: 'Switchboard' });
  });

  it('makes a Member where it is open', async () => {
    expect((await at.account('member')).user).toMatchObject({ roles: [], rank: 100 });
  });

  it('is in the audit log, under the name of who came', async () => {
    const { user } = await at.account('noted.person');
    expect(await at.audited('user.register', user.id)).toEqual([
      { actorId: user.id, actorName: 'noted.person', targetName: 'noted.person', detail: {} },
    ]);
  });

  it.each([
    ['x', 'too short'],
    ['x'.repeat(33), 'too long'],
    ['-x', 'a hyphen first'],
    ['a b', 'a space'],
    ['a\u200bb', 'something that nobody sees'],
    ['<script>', 'what is no letter'],
    ['\ufdfa'.repeat(8), 'letters that are many when compared'],
  ])('refuses the user name %j: %s', async (username) => {
    expect(refusal(await at.register(username))).toBe('400 auth.username_invalid username');
  });

  it.each(['taken.name', 'TAKEN.name', 'ｔａｋｅｎ.name'])(
    'gives nobody a name that looks like another’s: %s',
    async (name) => {
      await at.register('Taken.Name');
      expect(refusal(await at.register(name))).toBe('409 auth.username_taken username');
    },
  );

  it('takes no weak password', async () => {
    expect(refusal(await at.register('weak', { password: 'password1' }))).toBe('400 auth.password_weak password');
  });

  it('gives a name to one of many who want it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => at.register('wanted')));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(refusal))).toEqual(new Set(['201', '409 auth.username_taken username']));
  });

  it('is for nobody where it is closed, invited or not', async () => {
    const { code } = await at.invite(admin.accessToken);
    await at.allow('closed');
    expect(refusal(await at.register('late'))).toBe('403 auth.registration_closed');
    expect(refusal(await at.register('late', { invite: code }))).toBe('403 auth.registration_closed');
  });

  it('from one address has a limit', async () => {
    const register = (i: number) =>
      at.send('POST', '/auth/register', { body: { username: 'x.x', password: `${i}` }, from: '192.0.2.9' });
    const body = { username: 'script', password: PASSWORD, invite: 'none' };
    expect(refusal(await register(0))).toBe('400 auth.password_weak password');
    expect(refusal(await at.send('POST', '/auth/register', { body, from: '192.0.2.9' }))).toBe(
      '403 auth.invite_invalid invite',
    );
    const many = Array.from({ length: 21 }, () =>
      at.send('POST', '/auth/register', { body: { username: 'taken.name', password: PASSWORD }, from: '192.0.2.9' }),
    );
    const said = (await Promise.all(many)).map(refusal);
    expect(said.filter((text) => text === '429 server.rate_limited')).toHaveLength(1);
  });

  describe('by invitation', () => {
    it('needs a good code', async () => {
      await at.allow('invite');
      expect(refusal(await at.register('uninvited'))).toBe('403 auth.invite_required invite');
      expect(refusal(await at.register('uninvited', { invite: 'guessed' }))).toBe('403 auth.invite_invalid invite');
      const { code } = await at.invite(admin.accessToken);
      expect((await at.register('invited', { invite: code })).status).toBe(201);
    });

    it('lets no more in than it is for, however many come at once', async () => {
      await at.allow('invite');
      const { code, id } = await at.invite(admin.accessToken, { maxUses: 3 });
      const names = Array.from({ length: 12 }, (_, i) => `guest${i}`);
      const answers = await Promise.all(names.map((name) => at.register(name, { invite: code })));
      expect(answers.map(refusal).sort()).toEqual([
        ...Array.from({ length: 3 }, () => '201'),
        ...Array.from({ length: 9 }, () => '403 auth.invite_invalid invite'),
      ]);
      expect(await at.database.query('SELECT "uses" FROM "invite" WHERE "id" = ?', [id])).toEqual([{ uses: 3 }]);
    });

    it('costs no use where nothing came of it', async () => {
      const { code, id } = await at.invite(admin.accessToken, { maxUses: 5 });
      const answers = await Promise.all(Array.from({ length: 6 }, () => at.register('same.name', { invite: code })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(await at.database.query('SELECT "uses" FROM "invite" WHERE "id" = ?', [id])).toEqual([{ uses: 1 }]);
    });

    it('ends when it is said to, and when it is taken back', async () => {
      const expiresAt = at.clock.epochMs() + 60_000;
      const { code } = await at.invite(admin.accessToken, { expiresAt });
      const preview = () => at.send('GET', `/invites/${code}/preview`);
      expect((await preview()).body).toEqual({ name: 'Switchboard', expiresAt });
      at.clock.advance(60_000);
      expect(refusal(await preview())).toBe('403 auth.invite_invalid invite');
      expect(refusal(await at.register('too.late', { invite: code }))).toBe('403 auth.invite_invalid invite');
      const token = admin.accessToken;
      const back = await at.invite(token);
      expect((await at.send('DELETE', `/invites/${back.id}`, { token })).status).toBe(204);
      expect(refusal(await at.send('DELETE', `/invites/${back.id}`, { token }))).toBe('404 invite.not_found');
      expect(refusal(await at.register('taken.back', { invite: back.code }))).toBe('403 auth.invite_invalid invite');
    });

    it('is in the audit log with the invitation that it was, but for its code', async () => {
      const roleIds = [at.roleId('moderator')];
      const { code, id } = await at.invite(admin.accessToken, { note: 'Book club', roleIds });
      const { user } = await at.account('club.member', { invite: code });
      const [entry] = await at.audited('user.register', user.id);
      expect(entry?.detail).toEqual({ inviteId: id, note: 'Book club', roleIds });
    });

    it('is not in the audit log where nothing came of it', async () => {
      const { code } = await at.invite(admin.accessToken, { maxUses: 5 });
      await Promise.all(Array.from({ length: 4 }, () => at.register('one.of.four', { invite: code })));
      const entries = await at.audited('user.register');
      expect(entries.filter(({ targetName }) => targetName === 'one.of.four')).toHaveLength(1);
    });

    it('brings roles, of which a deleted one is passed over', async () => {
      expect(moderator.user.roles.map(({ name }) => name)).toEqual(['Moderator']);
      const made = await at.role(admin, { name: 'Guide', rank: 150, permissions: [] });
      const { code } = await at.invite(admin.accessToken, { roleIds: [made, at.roleId('moderator')] });
      await at.deleteRole(admin, made);
      const { user } = await at.account('guided', { invite: code });
      expect(user.roles.map(({ name }) => name)).toEqual(['Moderator']);
    });

    it.each([
      ['one’s own rank', 'moderator', 'access.rank'],
      ['a higher one', 'admin', 'access.rank'],
    ] as const)('gives no role of %s', async (_, builtIn, code) => {
      const answer = await at.send('POST', '/invites', {
        token: moderator.accessToken,
        body: { roleIds: [at.roleId(builtIn)] },
      });
      expect(refusal(answer)).toBe(`403 ${code}`);
    });

    it('gives no role with permissions that its maker has not', async () => {
      const roleId = await at.role(admin, { name: 'Keeper', rank: 200, permissions: ['server.manage'] });
      const answer = await at.send('POST', '/invites', { token: moderator.accessToken, body: { roleIds: [roleId] } });
      expect(refusal(answer)).toBe('403 access.not_yours_to_give');
    });

    it('is for who may invite', async () => {
      const { accessToken: token } = await at.account('plain');
      expect(refusal(await at.send('POST', '/invites', { token, body: {} }))).toBe('403 access.denied');
      expect(refusal(await at.send('GET', '/invites', { token }))).toBe('403 access.denied');
      expect(refusal(await at.send('POST', '/invites', { body: {} }))).toBe('401 auth.token_missing');
    });

    it('is listed without its code, which is stored nowhere', async () => {
      const { code, id } = await at.invite(moderator.accessToken, { note: 'for Bob' });
      const { body } = await at.send('GET', '/invites?limit=1', { token: moderator.accessToken });
      expect(body).toEqual({
        items: [expect.objectContaining({ id, note: 'for Bob', uses: 0, maxUses: 1, createdBy: moderator.user.id })],
        next: expect.any(String),
      });
      const stored = await at.database.query<unknown[]>('SELECT * FROM "invite"');
      expect(JSON.stringify([body, stored])).not.toContain(code);
    });
  });
});
