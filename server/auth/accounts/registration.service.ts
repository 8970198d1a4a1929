import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { RolesService } from '../../access/roles.service.ts';
import { Clock } from '../../common/clock.ts';
import { HelloLimits } from '../../control/hello-limits.ts';
import { InvitesService } from '../../invites/invites.service.ts';
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
  readonly #invites: InvitesService;
  readonly #passwords: Passwords;
  readonly #roles: RolesService;
  readonly #clock: Clock;
  readonly #limits = new HelloLimits(PER_MINUTE);

  constructor(
    settings: SettingsService,
    bans: BansService,
    users: UsersService,
    invites: InvitesService,
    passwords: Passwords,
    roles: RolesService,
    clock: Clock,
  ) {
    this.#settings = settings;
    this.#bans = bans;
    this.#users = users;
    this.#invites = invites;
    this.#passwords = passwords;
    this.#roles = roles;
    this.#clock = clock;
  }

  /**
   * The use of the invitation, the account and its roles are stored together, or not at all.
   * @throws SwitchboardError `auth.registration_closed`, `auth.invite_required`, `auth.invite_invalid`, `auth.username_*`, `auth.password_weak`,
   * `server.rate_limited`, `access.banned`
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
    // No role that the invitation brings is deleted meanwhile.
    return this.#roles.exclusively(async () => {
      const account = await this.#users.inTransaction(async (manager) => {
        const invited = invite === undefined ? [] : await this.#invites.redeem(invite, manager);
        const made = await this.#users.makeAccount(name, passwordHash, wanted.nickname ?? name.username, manager);
        const roleIds = invited.filter((roleId) => this.#roles.all.some(({ id }) => id === roleId));
        await this.#roles.giveAtRegistration(made.id, roleIds, manager);
        return made;
      });
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
