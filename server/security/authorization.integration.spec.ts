import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_PERMISSIONS, type Permission } from '@switchboard/protocol';
import { SystemRandomness } from '../common/randomness.ts';
import { ServerSecrets } from '../auth/tokens/server-secrets.ts';
import type { Answer, RestClient } from './testing/rest-client.ts';
import { documentedRoutes, knock, type DocumentedRoute, type Requirement } from './testing/routes.ts';
import { allBut, forged, partsOf, World, type Person } from './testing/world.ts';

/** What every route tells who is not let in, before it looks at anything else. */
const REFUSALS = [
  'auth.token_missing',
  'auth.token_invalid',
  'auth.token_expired',
  'auth.log_in_ended',
  'access.denied',
];

/** They hand out or replace the whole database, and so all that anybody may do: the permission alone is not enough. */
const ALSO_ADMIN: ReadonlySet<string> = new Set(['GET /backups/current', 'POST /backups/restore']);
/** Nor is the key of an administrator. */
const ALSO_IN_PERSON: ReadonlySet<string> = new Set(['POST /backups/restore']);

/** Each route of the document, asked for by each kind of caller. A new route is in it as soon as it is in the document. */
describe('who is let in', () => {
  let world: World;
  let routes: DocumentedRoute[];
  /** Not to be deleted: there are others below it. */
  let channelId: string;

  beforeAll(async () => {
    world = await World.start();
    routes = await documentedRoutes(world.nobody);
    channelId = await world.channelId('Pair programming');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** Each route with what it answered, where that is not what it should. */
  async function wrong(
    rest: RestClient,
    chosen: (route: DocumentedRoute) => boolean,
    fits: (answer: Answer, route: DocumentedRoute) => boolean,
  ): Promise<string[]> {
    const asked = routes.filter(chosen);
    expect(asked.length).toBeGreaterThan(0);
    const findings: string[] = [];
    for (const route of asked) {
      const answer = await knock(rest, route, channelId);
      if (!fits(answer, route)) findings.push(`${route.method} ${route.path}: ${answer.said}`);
    }
    return findings;
  }

  const isLetIn = (answer: Answer): boolean => answer.status !== 500 && !REFUSALS.includes(answer.code ?? '');
  const isDenied = (answer: Answer): boolean => answer.said === '403 access.denied';
  const isClosed = ({ requirement }: DocumentedRoute): boolean => requirement.kind !== 'public';

  it('knows the routes there are', () => {
    expect(routes.length).toBeGreaterThan(40);
    expect(new Set(routes.map(({ requirement }) => requirement.kind))).toEqual(
      new Set(['public', 'account', 'caller', 'permission']),
    );
  });

  it('keeps out who shows nothing', async () => {
    expect(await wrong(world.nobody, isClosed, ({ said }) => said === '401 auth.token_missing')).toEqual([]);
  });

  it('lets everyone in where a route is public, whatever they show', async () => {
    for (const bearer of [undefined, 'nonsense', forged({ sub: 'x' }, 'none')]) {
      const isPublic = (route: DocumentedRoute): boolean => !isClosed(route);
      // That there is no refresh token, and no cookie, is what these two say themselves.
      const own = (answer: Answer): boolean => isLetIn(answer) || answer.code === 'auth.log_in_ended';
      expect(await wrong(world.nobody.as(bearer), isPublic, own)).toEqual([]);
    }
  });

  describe('tokens that are none', () => {
    let person: Person;
    let claims: Record<string, unknown>;
    let secrets: ServerSecrets;

    beforeAll(async () => {
      person = await world.person(world.builtIn('admin').id);
      ({ claims } = partsOf(person.token));
      secrets = await ServerSecrets.load(world.at.dataDir, new SystemRandomness());
    });

    async function expectRefused(token: string, code: string): Promise<void> {
      expect(await wrong(world.nobody.as(token), isClosed, ({ said }) => said === `401 ${code}`)).toEqual([]);
    }

    it('are told from one that is made like them', async () => {
      const again = forged(claims, 'HS256', secrets.of('access'));
      expect((await world.nobody.as(again).get('/auth/me')).status).toBe(200);
    });

    it('are refused when they have expired', async () => {
      const past = { ...claims, iat: Number(claims.iat) - 7_200, exp: Number(claims.iat) - 3_600 };
      await expectRefused(forged(past, 'HS256', secrets.of('access')), 'auth.token_expired');
    });

    it('are refused without a signature', async () => {
      await expectRefused(forged(claims, 'none'), 'auth.token_invalid');
    });

    it('are refused under another secret', async () => {
      await expectRefused(forged(claims), 'auth.token_invalid');
    });

    it.each([
      ['another audience', { aud: 'join' }],
      ['another issuer', { iss: 'somebody else' }],
      ['no log-in', { sid: undefined }],
      ['the log-in of somebody else', { sub: '01977b2e-0000-7aaa-8bbb-0c0c0c0c0c0c' }],
    ])('are refused with %s', async (_what, changes) => {
      await expectRefused(forged({ ...claims, ...changes }, 'HS256', secrets.of('access')), 'auth.token_invalid');
    });

    it('are refused without an end', async () => {
      const endless = forged({ ...claims, exp: undefined }, 'HS256', secrets.of('access'));
      await expectRefused(endless, 'auth.token_invalid');
    });

    it('are refused when they are join tokens', async () => {
      const minted = world.admin.rest.post(`/channels/${channelId}/tokens`, {});
      const { token } = await world.nobody.made<{ token: string }>(minted);
      await expectRefused(token, 'auth.token_invalid');
    });

    it('are refused when they are a guest’s', async () => {
      const { welcome } = await world.at.guest();
      await expectRefused(welcome.session.secret, 'auth.token_invalid');
    });

    it('are refused when they are refresh tokens', async () => {
      const body = { username: person.username, password: 'plum-staple-harbour-42', cookie: false };
      const logIn = world.nobody.post('/auth/login', body);
      const { refreshToken } = await world.nobody.made<{ refreshToken: string }>(logIn);
      await expectRefused(refreshToken, 'auth.token_invalid');
    });

    it('are refused when they look like an API key', async () => {
      await expectRefused(`sbk_${'A'.repeat(43)}`, 'auth.token_invalid');
    });

    it('are refused once the log-in has ended', async () => {
      const left = await world.again(person);
      const { sid } = partsOf(left.token).claims;
      expect((await left.rest.get('/auth/me')).status).toBe(200);
      await world.nobody.made(person.rest.delete(`/auth/sessions/${String(sid)}`));
      await expectRefused(left.token, 'auth.token_invalid');
    });

    it('are refused once the account is gone', async () => {
      const gone = await world.person();
      await world.nobody.made(world.admin.rest.delete(`/users/${gone.id}`));
      await expectRefused(gone.token, 'auth.token_invalid');
    });
  });

  describe('accounts', () => {
    const has = (permissions: readonly Permission[], requirement: Requirement): boolean =>
      requirement.kind !== 'permission' || permissions.includes(requirement.permission);

    async function expectJust(permissions: readonly Permission[], rest: RestClient, isAdmin = false): Promise<void> {
      const fits = (answer: Answer, { requirement, method, path }: DocumentedRoute): boolean => {
        const isAllowed = has(permissions, requirement) && (isAdmin || !ALSO_ADMIN.has(`${method} ${path}`));
        return isAllowed ? isLetIn(answer) : isDenied(answer);
      };
      expect(await wrong(rest, isClosed, fits)).toEqual([]);
    }

    it('of Members are let in where Member allows it', async () => {
      const { rest } = await world.person();
      await expectJust(world.builtIn('member').permissions, rest);
    });

    it('of Moderators are let in where Moderator or Member allows it', async () => {
      const { rest } = await world.moderator();
      const { permissions } = world.builtIn('moderator');
      expect(permissions).toContain('member.ban');
      await expectJust([...permissions, ...world.builtIn('member').permissions], rest);
    });

    it('of Admins are let in everywhere', async () => {
      const { rest } = await world.person(world.builtIn('admin').id);
      await expectJust(ALL_PERMISSIONS, rest, true);
    });

    it('with a role of their own are let in but where it lacks the permission, as soon as it does', async () => {
      const role = await world.role(300, []);
      const { rest } = await world.person(role.id);
      const member = world.builtIn('member').permissions;
      for (const lacking of allBut(...member)) {
        await world.nobody.made(world.admin.rest.patch(`/roles/${role.id}`, { permissions: allBut(lacking) }));
        await expectJust(allBut(lacking), rest);
      }
    });
  });

  describe('API keys', () => {
    async function expectJust(permissions: readonly Permission[], key: RestClient): Promise<void> {
      const fits = (answer: Answer, { requirement, method, path }: DocumentedRoute): boolean => {
        if (requirement.kind === 'account' || ALSO_IN_PERSON.has(`${method} ${path}`)) return isDenied(answer);
        const isAllowed = requirement.kind === 'caller' || has(requirement, permissions);
        return isAllowed ? isLetIn(answer) : isDenied(answer);
      };
      expect(await wrong(key, isClosed, fits)).toEqual([]);
    }

    const has = (requirement: Requirement, permissions: readonly Permission[]): boolean =>
      requirement.kind === 'permission' && permissions.includes(requirement.permission);

    it('are let in but where they lack the permission, and never where somebody has to log in', async () => {
      const required = routes.flatMap(({ requirement }) =>
        requirement.kind === 'permission' ? [requirement.permission] : [],
      );
      for (const permission of new Set(required)) {
        await expectJust(allBut(permission), await world.key(allBut(permission)));
        await expectJust([permission], await world.key([permission]));
      }
    });

    it('are refused once they are deleted', async () => {
      const made = world.admin.rest.post('/api-keys', { name: 'short-lived', permissions: ['user.manage'] });
      const { key, apiKey } = await world.nobody.made<{ key: string; apiKey: { id: string } }>(made);
      expect((await world.nobody.as(key).get('/users')).status).toBe(200);
      await world.nobody.made(world.admin.rest.delete(`/api-keys/${apiKey.id}`));
      expect(await wrong(world.nobody.as(key), isClosed, ({ said }) => said === '401 auth.token_invalid')).toEqual([]);
    });
  });
});
