import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import type { EntityManager } from 'typeorm';
import { accountActor } from '../../access/actor.ts';
import { RolesService } from '../../access/roles.service.ts';
import { AuditService } from '../../audit/audit.service.ts';
import { Clock } from '../../common/clock.ts';
import { BansService } from '../../moderation/bans.service.ts';
import { nicknameKey } from '../../presence/nickname-key.ts';
import { AccountNames } from '../../users/account-names.ts';
import { UsersService, type Account } from '../../users/users.service.ts';
import { KnownDevices } from '../log-ins/known-devices.ts';
import { LogInAttempts } from '../log-ins/log-in-attempts.ts';
import { LogInsService, type Continued, type Origin } from '../log-ins/log-ins.service.ts';
import { Revocations } from '../log-ins/revocations.ts';
import { refuseWeakPassword } from '../passwords/password-rules.ts';
import { Passwords } from '../passwords/passwords.ts';
import type { AccessClaims } from '../tokens/access-tokens.ts';

/** Where a request comes from. */
export interface RequestOrigin extends Origin {
  /** As limits per address count it; undefined where none applies. */
  readonly network: string | undefined;
  /** What it shows of the accounts that it was logged in to before, if anything. */
  readonly knownDevices: string | undefined;
}

/**
 * Done in the transaction of an act, when no role changes beside it: asks whether it may be done now, and writes its audit entry. What it
 * throws undoes the act.
 */
export type Alongside = (manager: EntityManager) => Promise<void>;

/** Accounts: who logs in to them, their passwords, their end. */
@Injectable()
export class AccountsService {
  readonly #users: UsersService;
  readonly #names: AccountNames;
  readonly #passwords: Passwords;
  readonly #logIns: LogInsService;
  readonly #roles: RolesService;
  readonly #bans: BansService;
  readonly #audit: AuditService;
  readonly #revocations: Revocations;
  readonly #clock: Clock;
  readonly #devices: KnownDevices;
  readonly #attempts = new LogInAttempts();

  constructor(
    users: UsersService,
    names: AccountNames,
    passwords: Passwords,
    logIns: LogInsService,
    roles: RolesService,
    bans: BansService,
    audit: AuditService,
    revocations: Revocations,
    clock: Clock,
    devices: KnownDevices,
  ) {
    this.#users = users;
    this.#names = names;
    this.#passwords = passwords;
    this.#logIns = logIns;
    this.#roles = roles;
    this.#bans = bans;
    this.#audit = audit;
    this.#revocations = revocations;
    this.#clock = clock;
    this.#devices = devices;
  }

  /** @throws SwitchboardError `auth.log_in_ended` where the account is gone. */
  async get(userId: string): Promise<Account> {
    const account = await this.#users.account(userId);
    if (account === undefined) throw new SwitchboardError('auth.log_in_ended');
    return account;
  }

  /**
   * The account that an access token speaks for, while its log-in goes on.
   * @throws SwitchboardError `auth.token_invalid`
   */
  async ofLogIn({ userId, logInId }: AccessClaims): Promise<Account> {
    const account = await this.#users.account(userId);
    // Last, so that nothing is waited for between this and what is done upon it.
    const goesOn = await this.#logIns.goesOn(userId, logInId);
    if (account === undefined || !goesOn) throw new SwitchboardError('auth.token_invalid');
    return account;
  }

  /** @throws SwitchboardError `auth.credentials_invalid`, `auth.too_many_attempts`, `server.rate_limited`, `access.banned` */
  async logIn(username: string, password: string, origin: RequestOrigin): Promise<Continued> {
    const account = await this.#users.accountNamed(username);
    const device = account && this.#devices.deviceOf(origin.knownDevices, account.id);
    // The same for a name that nobody has: how failures are counted must not tell which ones there are.
    const key = device === undefined ? `name ${nicknameKey(username)}` : `device ${device}`;
    const fits = await this.#attempt(key, origin.network, password, account?.passwordHash);
    if (account === undefined || !fits) throw new SwitchboardError('auth.credentials_invalid');
    this.#bans.check(accountActor(account.id, account.nickname), origin.network);
    return this.#begin(await this.#rehashed(account, password), origin);
  }

  /** Goes on with a log-in. @throws SwitchboardError `auth.log_in_ended`, `access.banned` */
  async continue(refreshToken: string, { network }: RequestOrigin): Promise<Continued> {
    const userId = await this.#logIns.ownerOf(refreshToken);
    // Before the token is replaced: a ban may end sooner than the log-in.
    if (userId !== undefined) this.#bans.check(accountActor(userId, ''), network);
    return this.#logIns.continue(refreshToken);
  }

  /** For an account that was just made. */
  async beginFirst(account: Account, origin: Origin): Promise<Continued> {
    return this.#begin(account, origin);
  }

  /**
   * Ends all log-ins but the one it is asked from.
   * @throws SwitchboardError `auth.password_wrong`, `auth.password_weak`, `auth.too_many_attempts`, `server.rate_limited`
   */
  async changePassword(userId: string, keepLogInId: string, current: string, next: string): Promise<void> {
    const account = await this.get(userId);
    refuseWeakPassword(next, account.username, 'next');
    await this.#confirm(account, current, 'current');
    const nextHash = await this.#passwords.hash(next);
    const changed = await this.#users.replacePassword(userId, account.passwordHash, nextHash);
    if (!changed) throw new SwitchboardError('auth.password_wrong', undefined, { field: 'current' });
    await this.#logIns.endAll(userId, keepLogInId);
  }

  /**
   * Gives an account another password and ends its log-ins. Whether the caller may is the caller's to see to: in `alongside`, as the hash
   * takes its time.
   * @throws SwitchboardError `user.not_found`, `auth.password_weak`, `server.rate_limited`
   */
  async setPassword(userId: string, next: string, alongside?: Alongside): Promise<void> {
    const account = await this.#users.account(userId);
    if (account === undefined) throw new SwitchboardError('user.not_found');
    refuseWeakPassword(next, account.username, 'password');
    const passwordHash = await this.#passwords.hash(next);
    await this.#roles.exclusively(() =>
      this.#users.inTransaction(async (manager) => {
        await alongside?.(manager);
        await this.#users.setPassword(userId, passwordHash, manager);
      }),
    );
    await this.#logIns.endAll(userId);
  }

  /**
   * @param alongside as in `setPassword`.
   * @throws SwitchboardError `auth.nickname_taken`
   */
  rename(userId: string, nickname: string, alongside?: Alongside): Promise<void> {
    // Of two who want a name at once, one gets it.
    return this.#roles.exclusively(async () => {
      this.#names.refuseAnothers(userId, nickname, 'nickname');
      await this.#users.inTransaction(async (manager) => {
        await alongside?.(manager);
        await this.#users.rename(userId, nickname, manager);
      });
      await this.#names.reload(userId);
    });
  }

  /** One's own account. @throws SwitchboardError as `changePassword`; `access.last_admin` */
  async removeOwn(userId: string, password: string): Promise<void> {
    const account = await this.get(userId);
    await this.#confirm(account, password, 'password');
    const actor = { userId, nickname: account.nickname };
    const target = { id: userId, name: account.username };
    await this.remove(userId, (manager) => this.#audit.record({ actor, action: 'user.delete', target }, manager));
  }

  /**
   * With all that is its own; its sessions end.
   * @param alongside as in `setPassword`.
   * @throws SwitchboardError `access.last_admin`
   */
  async remove(userId: string, alongside?: Alongside): Promise<void> {
    // Of the last two administrators who go at once, one stays.
    await this.#roles.exclusively(async () => {
      this.#roles.refuseLastAdmin(userId);
      await this.#users.inTransaction(async (manager) => {
        await alongside?.(manager);
        await this.#users.remove(userId, manager);
      });
      await this.#names.reload(userId);
      await this.#roles.reload(userId);
    });
    this.#revocations.tell({ userId });
  }

  /** A stranger's failures are counted elsewhere: they keep nobody from this who is logged in. */
  async #confirm(account: Account, password: string, field: string): Promise<void> {
    const fits = await this.#attempt(`own ${account.id}`, undefined, password, account.passwordHash);
    if (!fits) throw new SwitchboardError('auth.password_wrong', undefined, { field });
  }

  async #attempt(
    key: string,
    network: string | undefined,
    password: string,
    hash: string | undefined,
  ): Promise<boolean> {
    const attempt = this.#attempts.begin(key, network, this.#clock.nowMs());
    try {
      const fits = await this.#passwords.verify(password, hash);
      if (fits) attempt.succeeded();
      return fits;
    } catch (error) {
      attempt.withdrawn();
      throw error;
    }
  }

  async #begin(account: Account, origin: Origin): Promise<Continued> {
    const begun = await this.#logIns.begin(account.id, origin);
    // A password that was changed meanwhile has ended the log-ins that it found; this one came after.
    const now = await this.#users.account(account.id);
    if (now?.passwordHash !== account.passwordHash) {
      await this.#logIns.end(account.id, begun.logInId);
      throw new SwitchboardError('auth.credentials_invalid');
    }
    return begun;
  }

  /** The chance to make an old hash a stronger one is when the password is at hand. */
  async #rehashed(account: Account, password: string): Promise<Account> {
    if (!this.#passwords.isOutdated(account.passwordHash)) return account;
    const passwordHash = await this.#passwords.hash(password);
    const replaced = await this.#users.replacePassword(account.id, account.passwordHash, passwordHash);
    return replaced ? Object.assign(account, { passwordHash }) : account;
  }
}
