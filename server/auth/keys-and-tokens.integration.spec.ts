import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setOf, type Credentials, type Permission } from '@switchboard/protocol';
import { ChannelsService } from '../channels/channels.service.ts';
import { AuthService } from './auth.service.ts';
import type { LoggedInView } from './http/auth.schemas.ts';
import type { Identity } from './identity.ts';
import { AuthApp, inside, refusal, type Answer } from './testing/auth-app.ts';
import { AccessTokens } from './tokens/access-tokens.ts';

interface Made {
  readonly key: string;
  readonly apiKey: { readonly id: string };
}

describe('keys and tokens', () => {
  let at: AuthApp;
  let admin: LoggedInView;
  let moderator: LoggedInView;
  let channelId: string;
  let channelName: string;

  beforeAll(async () => {
    at = await AuthApp.start();
    admin = await at.admin();
    const { code } = await at.invite(admin.accessToken, { roleIds: [at.roleId('moderator')] });
    moderator = await at.account('moderator', { invite: code });
    const [channel] = at.app.get(ChannelsService, { strict: false }).channels;
    ({ id: channelId, name: channelName } = channel!);
  });
  afterAll(() => at[Symbol.asyncDispose]());

  async function makeKey(permissions: readonly Permission[], more: object = {}): Promise<Made> {
    const body = { name: 'site', permissions, ...more };
    return (await at.send('POST', '/api-keys', { token: admin.accessToken, body })).body as Made;
  }

  /** Of who manages the server, and nothing else. */
  const limited = (): Promise<string> => at.role(admin, { name: 'Limited', rank: 900, permissions: ['server.manage'] });

  function mint(token: string, body: object = {}, at_ = channelId): Promise<Answer> {
    return at.send('POST', `/channels/${at_}/tokens`, { token, body });
  }

  function identify(credentials: Credentials): Promise<Identity> {
    return at.app.get(AuthService, { strict: false }).identify(credentials, undefined);
  }

  async function joinToken(body: object = {}): Promise<string> {
    return ((await mint(admin.accessToken, body)).body as { token: string }).token;
  }

  describe('an API key', () => {
    it('does what it was made for, and nothing else', async () => {
      const { key } = await makeKey(['invite.create']);
      expect(key).toMatch(/^sbk_[\w-]{43}$/);
      expect((await at.send('GET', '/invites', { token: key })).status).toBe(200);
      expect(refusal(await at.send('GET', '/api-keys', { token: key }))).toBe('403 access.denied');
      expect(refusal(await at.me(key))).toBe('403 access.denied');
    });

    it('is told once and stored as a hash; its list says when it was used', async () => {
      const { key, apiKey } = await makeKey(['invite.create']);
      await at.send('GET', '/invites', { token: key });
      const { body } = await at.send('GET', '/api-keys?limit=1', { token: admin.accessToken });
      const lastUsedAt = at.clock.epochMs();
      expect(body).toMatchObject({ items: [{ id: apiKey.id, permissions: ['invite.create'], lastUsedAt }] });
      const stored = await at.database.query<unknown[]>('SELECT * FROM "api_key"');
      expect(JSON.stringify([body, stored])).not.toContain(key.slice(4));
    });

    it('ends when it is said to, and when it is taken back', async () => {
      const short = await makeKey(['invite.create'], { expiresAt: at.clock.epochMs() + 1_000 });
      expect((await at.send('GET', '/invites', { token: short.key })).status).toBe(200);
      at.clock.advance(1_000);
      expect(refusal(await at.send('GET', '/invites', { token: short.key }))).toBe('401 auth.token_expired');
      const { key, apiKey } = await makeKey(['invite.create']);
      const revoke = () => at.send('DELETE', `/api-keys/${apiKey.id}`, { token: admin.accessToken });
      expect((await revoke()).status).toBe(204);
      expect(refusal(await at.send('GET', '/invites', { token: key }))).toBe('401 auth.token_invalid');
      expect(refusal(await revoke())).toBe('404 api_key.not_found');
    });

    it('is made by who manages the server, and gives no more than its maker has', async () => {
      const body = { name: 'more', permissions: ['user.manage'] };
      const denied = await at.send('POST', '/api-keys', { token: moderator.accessToken, body });
      expect(refusal(denied)).toBe('403 access.denied');
      const { key } = await makeKey(['server.manage']);
      const grown = await at.send('POST', '/api-keys', { token: key, body });
      expect(refusal(grown)).toBe('403 access.denied');
      const more = { name: 'more', permissions: ['user.manage'] };
      const { code } = await at.invite(admin.accessToken, { roleIds: [await limited()] });
      const maker = await at.account('limited', { invite: code });
      const given = await at.send('POST', '/api-keys', { token: maker.accessToken, body: more });
      expect(refusal(given)).toBe('403 access.not_yours_to_give permissions');
    });

    it('ends with the account that made it', async () => {
      const { code } = await at.invite(admin.accessToken, { roleIds: [at.roleId('admin')] });
      const maker = await at.account('maker', { invite: code });
      const body = { name: 'theirs', permissions: ['invite.create'] };
      const { key } = (await at.send('POST', '/api-keys', { token: maker.accessToken, body })).body as Made;
      expect((await at.send('GET', '/invites', { token: key })).status).toBe(200);
      const password = { password: 'correct horse battery' };
      await at.send('DELETE', '/auth/me', { token: maker.accessToken, body: password });
      expect(refusal(await at.send('GET', '/invites', { token: key }))).toBe('401 auth.token_invalid');
    });

    it.each(['sbk_', `sbk_${'A'.repeat(43)}`])('is none that was made up: %s', async (token) => {
      expect(refusal(await at.send('GET', '/invites', { token }))).toBe('401 auth.token_invalid');
    });
  });

  describe('a join token', () => {
    it('lets somebody into one channel, as a visitor', async () => {
      const { status, body } = await mint(admin.accessToken, { nickname: 'Visitor' });
      expect(status).toBe(201);
      const { token, expiresAt } = body as { token: string; expiresAt: number };
      expect(expiresAt - at.clock.epochMs()).toBe(3_600_000);
      const permissions = setOf(['see', 'join', 'speak', 'whisper', 'chat.send']);
      expect(await identify({ type: 'join', token })).toEqual({
        userId: expect.stringMatching(/^jt[0-9a-f]{32}$/),
        nickname: 'Visitor',
        guest: true,
        isNamed: true,
        access: { type: 'token', channelId, permissions, mintedBy: admin.user.id },
      });
    });

    it('is the same person each time, and another token is another', async () => {
      const [one, two] = [await joinToken(), await joinToken()];
      const idOf = async (token: string) => (await identify({ type: 'join', token, nickname: 'Bob' })).userId;
      expect(await idOf(one)).toBe(await idOf(one));
      expect(await idOf(two)).not.toBe(await idOf(one));
    });

    it('says the name, or lets the person choose', async () => {
      const named = await joinToken({ nickname: 'Named' });
      expect((await identify({ type: 'join', token: named, nickname: 'Other' })).nickname).toBe('Named');
      const open = await joinToken();
      expect((await identify({ type: 'join', token: open, nickname: 'Chosen' })).nickname).toBe('Chosen');
      await expect(identify({ type: 'join', token: open })).rejects.toMatchObject({ code: 'auth.nickname_invalid' });
    });

    it('brings what its minter names, and no more than its minter has', async () => {
      const listener = await joinToken({ permissions: ['see', 'join'], nickname: 'Ear' });
      const { access } = await identify({ type: 'join', token: listener });
      expect(access).toMatchObject({ permissions: setOf(['see', 'join']) });
      const beyond = await mint(moderator.accessToken, { permissions: ['see', 'channel.manage'] });
      expect(refusal(beyond)).toBe('403 access.not_yours_to_give');
      const server = await mint(admin.accessToken, { permissions: ['server.manage'] });
      expect(refusal(server)).toBe('400 protocol.invalid permissions.0');
    });

    it('is minted by who may in that channel, a key too', async () => {
      const { accessToken } = await at.account('plain');
      expect(refusal(await mint(accessToken))).toBe('403 access.denied');
      expect(refusal(await mint(admin.accessToken, {}, 'nowhere'))).toBe('404 channel.not_found');
      const { key } = await makeKey(['token.mint', 'see', 'join', 'speak']);
      const { token } = (await mint(key, { nickname: 'By key' })).body as { token: string };
      const { access } = await identify({ type: 'join', token });
      expect(access).toMatchObject({ permissions: setOf(['see', 'join', 'speak']) });
    });

    it('is not minted by who has nothing to give with it', async () => {
      const { key } = await makeKey(['token.mint']);
      const before = await at.audited('token.mint');
      expect(refusal(await mint(key))).toBe('403 access.not_yours_to_give');
      expect(refusal(await mint(key, { permissions: [] }))).toBe('400 protocol.invalid permissions');
      expect(await at.audited('token.mint')).toEqual(before);
    });

    it('is in the audit log by whom it lets in, but for itself', async () => {
      const body = { nickname: 'Noted', permissions: ['see', 'join'], expiresInS: 60 };
      const { token, expiresAt } = (await mint(moderator.accessToken, body)).body as {
        token: string;
        expiresAt: number;
      };
      const { userId: visitor } = await identify({ type: 'join', token });
      const entries = await at.audited('token.mint', channelId);
      const detail = { visitor, nickname: 'Noted', permissions: ['see', 'join'], expiresAt };
      const { id: actorId, nickname: actorName } = moderator.user;
      expect(entries.at(-1)).toEqual({ actorId, actorName, targetName: channelName, detail });
      await mint(moderator.accessToken, { permissions: ['channel.manage'] });
      expect(await at.audited('token.mint')).toHaveLength(entries.length);
    });

    it('expires', async () => {
      const token = await joinToken({ expiresInS: 60, nickname: 'Brief' });
      at.clock.advance(60_000);
      await expect(identify({ type: 'join', token })).rejects.toMatchObject({ code: 'auth.join_token_expired' });
      const tooLong = await mint(admin.accessToken, { expiresInS: 30 * 86_400 + 1 });
      expect(refusal(tooLong)).toBe('400 protocol.invalid expiresInS');
    });

    it('is no access token, nor the other way round', async () => {
      const token = await joinToken({ nickname: 'Mixed' });
      expect(refusal(await at.me(token))).toBe('401 auth.token_invalid');
      await expect(identify({ type: 'access', token })).rejects.toMatchObject({ code: 'auth.token_invalid' });
      const access = { type: 'join', token: admin.accessToken, nickname: 'Mixed' } as const;
      await expect(identify(access)).rejects.toMatchObject({ code: 'auth.token_invalid' });
    });

    it('of an account that is gone lets nobody in', async () => {
      const { code } = await at.invite(admin.accessToken, { roleIds: [at.roleId('moderator')] });
      const minter = await at.account('minter', { invite: code });
      const { token } = (await mint(minter.accessToken, { nickname: 'Orphan' })).body as { token: string };
      const body = { password: 'correct horse battery' };
      await at.send('DELETE', '/auth/me', { token: minter.accessToken, body });
      await expect(identify({ type: 'join', token })).rejects.toMatchObject({ code: 'auth.token_invalid' });
    });
  });

  describe('on the control lane, an access token', () => {
    it('is its account, by the log-in that may end', async () => {
      const { accessToken: token, user } = inside(await at.logIn('moderator'));
      const { logInId } = at.app.get(AccessTokens, { strict: false }).read(token);
      expect(await identify({ type: 'access', token })).toEqual({
        userId: user.id,
        nickname: 'moderator',
        guest: false,
        access: { type: 'account' },
        logInId,
      });
      await at.send('DELETE', `/auth/sessions/${logInId}`, { token });
      await expect(identify({ type: 'access', token })).rejects.toMatchObject({ code: 'auth.token_invalid' });
    });

    it('expires', async () => {
      const { accessToken: token } = inside(await at.logIn('moderator'));
      at.clock.advance(15 * 60_000);
      await expect(identify({ type: 'access', token })).rejects.toMatchObject({ code: 'auth.token_expired' });
    });
  });
});
