import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { getRepositoryToken } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AccessService } from '../access/access.service.ts';
import { accountActor, type Actor } from '../access/actor.ts';
import { RoleDirectory } from '../access/role-directory.ts';
import { RolesService } from '../access/roles.service.ts';
import { AuditService } from '../audit/audit.service.ts';
import { AccountsService } from '../auth/accounts/accounts.service.ts';
import type { LoggedInView } from '../auth/http/auth.schemas.ts';
import { AuthApp, PASSWORD } from '../auth/testing/auth-app.ts';
import type { SessionsService } from '../presence/sessions.service.ts';
import { AccountNames } from './account-names.ts';
import { User } from './user.entity.ts';
import { UsersAdminService } from './users-admin.service.ts';
import { UsersService } from './users.service.ts';

const NEW_PASSWORD = 'taken over by a manager';

describe('UsersAdminService', () => {
  let at: AuthApp;
  let sut: UsersAdminService;
  let admin: Actor;
  let manager: Actor;
  let managerRole: string;
  let target: LoggedInView;
  let made = 0;

  beforeAll(async () => {
    at = await AuthApp.start();
    const root = await at.admin();
    admin = actorOf(root);
    managerRole = await at.role(root, { name: 'Manager', rank: 600, permissions: ['user.manage'] });
    const { code } = await at.invite(root.accessToken, { roleIds: [managerRole] });
    manager = actorOf(await at.account('manager', { invite: code }));
    const nobodyHere = { all: [] } as unknown as SessionsService;
    sut = new UsersAdminService(
      at.app.get<Repository<User>>(getRepositoryToken(User), { strict: false }),
      at.app.get(UsersService, { strict: false }),
      at.app.get(AccountNames, { strict: false }),
      at.app.get(AccountsService, { strict: false }),
      at.app.get(RoleDirectory, { strict: false }),
      roles(),
      at.app.get(AccessService, { strict: false }),
      nobodyHere,
      at.app.get(AuditService, { strict: false }),
    );
  });
  beforeEach(async () => {
    target = await at.account(`target${++made}`);
  });
  afterAll(() => at[Symbol.asyncDispose]());

  const roles = (): RolesService => at.app.get(RolesService, { strict: false });
  const actorOf = ({ user: { id, nickname } }: LoggedInView): Actor => accountActor(id, nickname);

  const ACTS: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['a new password', () => sut.resetPassword(manager, target.user.id, NEW_PASSWORD)],
    ['a new nickname', () => sut.update(manager, target.user.id, { nickname: 'Fool' })],
    ['the end of the account', () => sut.delete(manager, target.user.id)],
  ];
  const CHANGES: readonly (readonly [string, string, () => Promise<void>])[] = [
    [
      'the person is made an Admin',
      'access.rank',
      () => roles().assign(admin, { id: target.user.id, nickname: '' }, [at.roleId('admin')]),
    ],
    [
      'the manager loses the role',
      'access.denied',
      () => roles().assign(admin, { id: manager.userId, nickname: '' }, []),
    ],
  ];

  describe.each(ACTS)('%s', (_what, act) => {
    it.each(CHANGES)('is refused where %s after it was asked for: %s', async (_change, code, change) => {
      const asked = Promise.withResolvers<undefined>();
      const access = at.app.get(AccessService, { strict: false });
      const { mayActOn } = access;
      const spy = vi.spyOn(access, 'mayActOn').mockImplementation((...who) => {
        asked.resolve(undefined);
        return mayActOn.apply(access, who);
      });
      // The change has its turn before the act, and the act is asked for before that.
      const held = roles().exclusively(() => asked.promise);
      const changed = change();
      try {
        await expect(act()).rejects.toMatchObject({ code });
        await Promise.all([held, changed]);
        expect(await actions()).not.toMatch(/user\.(password|rename|delete)/);
        expect((await at.logIn(target.user.username)).status).toBe(200);
        expect((await at.logIn(target.user.username, NEW_PASSWORD)).status).toBe(401);
        expect((await at.me(target.accessToken)).body).toMatchObject({ nickname: target.user.nickname });
      } finally {
        spy.mockRestore();
        await roles().assign(admin, { id: manager.userId, nickname: '' }, [managerRole]);
      }
    });
  });

  async function actions(): Promise<string> {
    const entries = await at.database.query<{ action: string }[]>(
      'SELECT "action" FROM "audit_entry" WHERE "targetId" = ?',
      [target.user.id],
    );
    return entries.map(({ action }) => action).join();
  }

  it('gives an account another password where nothing of that has changed', async () => {
    await sut.resetPassword(manager, target.user.id, NEW_PASSWORD);
    expect((await at.logIn(target.user.username, PASSWORD)).status).toBe(401);
    expect((await at.logIn(target.user.username, NEW_PASSWORD)).status).toBe(200);
  });
});
