import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { Brackets, Repository } from 'typeorm';
import { AccessService } from '../access/access.service.ts';
import { accountActor, type Actor } from '../access/actor.ts';
import { RoleDirectory } from '../access/role-directory.ts';
import { RolesService } from '../access/roles.service.ts';
import { pageOf, type Page } from '../api/page.ts';
import { AuditService } from '../audit/audit.service.ts';
import { AccountsService } from '../auth/accounts/accounts.service.ts';
import { containing } from '../common/search-text.ts';
import { nicknameKey } from '../presence/nickname-key.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { AccountNames } from './account-names.ts';
import { User } from './user.entity.ts';
import type { UserChanges, UserQuery, UserView } from './user.schemas.ts';
import { UsersService, type Account } from './users.service.ts';

/** Accounts as administrators see and change them. */
@Injectable()
export class UsersAdminService {
  readonly #rows: Repository<User>;
  readonly #users: UsersService;
  readonly #names: AccountNames;
  readonly #accounts: AccountsService;
  readonly #directory: RoleDirectory;
  readonly #roles: RolesService;
  readonly #access: AccessService;
  readonly #sessions: SessionsService;
  readonly #audit: AuditService;

  constructor(
    @InjectRepository(User) rows: Repository<User>,
    users: UsersService,
    names: AccountNames,
    accounts: AccountsService,
    directory: RoleDirectory,
    roles: RolesService,
    access: AccessService,
    sessions: SessionsService,
    audit: AuditService,
  ) {
    this.#rows = rows;
    this.#users = users;
    this.#names = names;
    this.#accounts = accounts;
    this.#directory = directory;
    this.#roles = roles;
    this.#access = access;
    this.#sessions = sessions;
    this.#audit = audit;
  }

  /** By user name. */
  async list({ search, role, limit, after }: UserQuery): Promise<Page<UserView>> {
    const query = this.#rows.createQueryBuilder('user').where('user.usernameKey IS NOT NULL');
    if (after !== undefined) query.andWhere('user.usernameKey > :after', { after: after[0] });
    if (search !== undefined && search !== '') {
      const matches = new Brackets((where) => {
        where
          .where(String.raw`user.usernameKey LIKE :key ESCAPE '\'`, { key: containing(nicknameKey(search)) })
          .orWhere(String.raw`user.nickname LIKE :nickname ESCAPE '\'`, { nickname: containing(search) });
      });
      query.andWhere(matches);
    }
    if (role !== undefined && this.#directory.get(role).builtIn !== 'member') {
      query.andWhere('user.id IN (SELECT "userId" FROM "user_role" WHERE "roleId" = :role)', { role });
    }
    const rows = await query
      .orderBy('user.usernameKey', 'ASC')
      .limit(limit + 1)
      .getMany();
    const online = this.#online();
    return pageOf(
      rows,
      limit,
      ({ usernameKey }) => [usernameKey ?? ''],
      (row) => this.#viewOf(row, online),
    );
  }

  /** @throws SwitchboardError `user.not_found` */
  async get(userId: string): Promise<UserView> {
    return this.#viewOf(await this.#account(userId), this.#online());
  }

  /** @throws SwitchboardError `user.not_found`, `auth.nickname_taken`, `access.*`, `role.*` */
  async update(actor: Actor, userId: string, { nickname, roleIds }: UserChanges): Promise<UserView> {
    const account = await this.#account(userId);
    const isRenamed = nickname !== undefined && nickname !== account.nickname;
    if (isRenamed) {
      this.#demandChange(actor, account);
      this.#names.refuseAnothers(userId, nickname, 'nickname');
    }
    // First what may still be refused.
    if (roleIds !== undefined) await this.#roles.assign(actor, account, roleIds);
    if (isRenamed) {
      const detail = { nickname: [account.nickname, nickname] };
      await this.#accounts.rename(userId, nickname, async (manager) => {
        this.#demandChange(actor, account);
        await this.#audit.record({ actor, action: 'user.rename', target: targetOf(account), detail }, manager);
      });
    }
    return this.get(userId);
  }

  /**
   * Gives an account another password; its log-ins end. One's own is changed with the present one at hand. Whether one may is asked before the
   * time that a hash takes, and at the act.
   * @throws SwitchboardError `user.not_found`, `access.*`, `auth.password_weak`
   */
  async resetPassword(actor: Actor, userId: string, password: string): Promise<void> {
    const account = await this.#account(userId);
    refuseOneself(actor, userId, 'Change your own password in your account: that takes the present one.');
    this.#demandChange(actor, account);
    await this.#accounts.setPassword(userId, password, async (manager) => {
      this.#demandChange(actor, account);
      await this.#audit.record({ actor, action: 'user.password', target: targetOf(account) }, manager);
    });
  }

  /**
   * The account with its log-ins, keys and invitations; what it wrote stays.
   * @throws SwitchboardError `user.not_found`, `access.denied`, `access.rank`, `access.last_admin`
   */
  async delete(actor: Actor, userId: string): Promise<void> {
    const account = await this.#account(userId);
    refuseOneself(actor, userId, 'Delete your own account in its settings: that takes the password.');
    this.#demandLowerRank(actor, account);
    await this.#accounts.remove(userId, async (manager) => {
      this.#demandLowerRank(actor, account);
      await this.#audit.record({ actor, action: 'user.delete', target: targetOf(account) }, manager);
    });
  }

  async #account(userId: string): Promise<Account> {
    const account = await this.#users.account(userId);
    if (account === undefined) throw new SwitchboardError('user.not_found');
    return account;
  }

  #demandChange(actor: Actor, { id, nickname }: Account): void {
    this.#demandToManage(actor);
    if (actor.userId !== id) this.#roles.refuseChange(actor, accountActor(id, nickname));
  }

  #demandToManage(actor: Actor): void {
    if (!this.#access.may(actor, 'user.manage')) throw new SwitchboardError('access.denied');
  }

  #demandLowerRank(actor: Actor, { id, nickname }: Account): void {
    this.#demandToManage(actor);
    if (!this.#access.mayActOn(actor, accountActor(id, nickname))) throw new SwitchboardError('access.rank');
  }

  #online(): ReadonlySet<string> {
    return new Set([...this.#sessions.all].map(({ identity }) => identity.userId));
  }

  #viewOf(user: User, online: ReadonlySet<string>): UserView {
    const roles = this.#directory.rolesOf(user.id);
    return {
      id: user.id,
      username: user.username ?? '',
      nickname: user.nickname,
      roles: roles.map(({ id, name, rank, colour }) => ({ id, name, rank, colour })),
      rank: this.#access.rankOf(accountActor(user.id, user.nickname)),
      serverMuted: user.serverMuted,
      serverDeafened: user.serverDeafened,
      createdAt: user.createdAt,
      lastSeenAt: user.lastSeenAt,
      online: online.has(user.id),
    };
  }
}

function targetOf({ id, username }: Account): { id: string; name: string } {
  return { id, name: username };
}

function refuseOneself(actor: Actor, userId: string, sentence: string): void {
  if (actor.userId === userId) throw new SwitchboardError('access.denied', sentence);
}
