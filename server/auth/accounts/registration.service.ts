import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { RolesService } from '../../access/roles.service.ts';
import { AuditService, type AuditedAct } from '../../audit/audit.service.ts';
import { Clock } from '../../common/clock.ts';
import { NetworkLimits } from '../../common/network-limits.ts';
import type { Invite } from '../../invites/invite.entity.ts';
import { InvitesService } from '../../invites/invites.service.ts';
import { AccountNames } from '../../users/account-names.ts';
import { usernameOf } from '../../users/username.ts';
import { BansService } from '../../moderation/bans.service.ts';
import { SettingsService } from '../../settings/settings.service.ts';
import { UsersService, type Account } from '../../users/users.service.ts';
import { refuseWeakPassword } from '../passwords/password-rules.ts';
import { Passwords } from '../passwords/passwords.ts';

/** From one address: a class in one room, not a script. */
const PER_MINUTE = 20;

export interface Registration {
  readonly username: string;
  readonly password: string;
  /** The user name if absent. */
  readonly nickname?: string | undefined;
  /** The code of an invitation. */
  readonly invite?: string | undefined;
}

/** Makes accounts, for whom the server lets have one. */
@Injectable()
export class RegistrationService {
  readonly #settings: SettingsService;
  readonly #bans: BansService;
  readonly #users: UsersService;
  readonly #names: AccountNames;
  readonly #invites: InvitesService;
  readonly #passwords: Passwords;
  readonly #roles: RolesService;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #limits = new NetworkLimits(PER_MINUTE);

  constructor(
    settings: SettingsService,
    bans: BansService,
    users: UsersService,
    names: AccountNames,
    invites: InvitesService,
    passwords: Passwords,
    roles: RolesService,
    audit: AuditService,
    clock: Clock,
  ) {
    this.#settings = settings;
    this.#bans = bans;
    this.#users = users;
    this.#names = names;
    this.#invites = invites;
    this.#passwords = passwords;
    this.#roles = roles;
    this.#audit = audit;
    this.#clock = clock;
  }

  /**
   * The use of the invitation, the account, its roles and the audit of it are stored together, or not at all.
   * @throws SwitchboardError `auth.registration_closed`, `auth.invite_required`, `auth.invite_invalid`, `auth.username_*`, `auth.nickname_taken`,
   * `auth.password_weak`, `server.rate_limited`, `access.banned`
   */
  async register(wanted: Registration, network: string | undefined): Promise<Account> {
    const { password, invite } = wanted;
    this.#bans.check(undefined, network);
    await this.#refuse(invite);
    const name = usernameOf(wanted.username);
    refuseWeakPassword(password, name.username, 'password');
    if (network !== undefined && !this.#limits.take(network, this.#clock.nowMs())) {
      throw new SwitchboardError('server.rate_limited', undefined, { retryAfterMs: 60_000 / PER_MINUTE });
    }
    // Told before the hash is made; whether it is so then is decided by the database.
    if ((await this.#users.accountNamed(name.username)) !== undefined) {
      throw new SwitchboardError('auth.username_taken', undefined, { field: 'username' });
    }
    const passwordHash = await this.#passwords.hash(password);
    // No role changes meanwhile, nor what the maker of the invitation may; of two who want a name at once, one gets it.
    return this.#roles.exclusively(async () => {
      const account = await this.#users.inTransaction(async (manager) => {
        const redeemed = invite === undefined ? undefined : await this.#invites.redeem(invite, manager);
        const made = await this.#users.makeAccount(name, passwordHash, wanted.nickname ?? name.username, manager);
        this.#names.refuseAnothers(made.id, made.nickname, 'nickname');
        const roleIds = redeemed === undefined ? [] : this.#invites.rolesOf(redeemed);
        await this.#roles.giveAtRegistration(made.id, roleIds, manager);
        await this.#audit.record(registered(made, name.username, redeemed, roleIds), manager);
        return made;
      });
      await this.#names.reload(account.id);
      await this.#roles.reload(account.id);
      return account;
    });
  }

  async #refuse(invite: string | undefined): Promise<void> {
    const mode = this.#settings.get().registration;
    if (mode === 'closed') throw new SwitchboardError('auth.registration_closed');
    if (mode === 'invite' && invite === undefined)
      throw new SwitchboardError('auth.invite_required', undefined, { field: 'invite' });
    if (invite !== undefined) await this.#invites.preview(invite);
  }
}

/** With the invitation that it was, its code left out: that is a secret. */
function registered(
  { id, nickname }: Account,
  username: string,
  invite: Invite | undefined,
  roleIds: readonly string[],
): AuditedAct {
  const detail = invite === undefined ? {} : { inviteId: invite.id, note: invite.note, roleIds };
  return { actor: { userId: id, nickname }, action: 'user.register', target: { id, name: username }, detail };
}
