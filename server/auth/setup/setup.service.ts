import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { RoleDirectory } from '../../access/role-directory.ts';
import { RolesService } from '../../access/roles.service.ts';
import { AuditService } from '../../audit/audit.service.ts';
import { Randomness } from '../../common/randomness.ts';
import { AccountNames } from '../../users/account-names.ts';
import { usernameOf, type Username } from '../../users/username.ts';
import { UsersService, type Account } from '../../users/users.service.ts';
import { refuseWeakPassword } from '../passwords/password-rules.ts';
import { Passwords } from '../passwords/passwords.ts';

const CODE_BYTES = 24;

/**
 * How a server gets its first administrator: whoever opens the link that the start prints makes that account. Its code is new at each start, and void
 * once there is an administrator; there is no default password.
 */
@Injectable()
export class SetupService {
  readonly #users: UsersService;
  readonly #names: AccountNames;
  readonly #passwords: Passwords;
  readonly #directory: RoleDirectory;
  readonly #roles: RolesService;
  readonly #audit: AuditService;
  readonly #random: Randomness;
  #codeHash: Buffer | undefined;

  constructor(
    users: UsersService,
    names: AccountNames,
    passwords: Passwords,
    directory: RoleDirectory,
    roles: RolesService,
    audit: AuditService,
    random: Randomness,
  ) {
    this.#users = users;
    this.#names = names;
    this.#passwords = passwords;
    this.#directory = directory;
    this.#roles = roles;
    this.#audit = audit;
    this.#random = random;
  }

  get isOpen(): boolean {
    return this.#codeHash !== undefined && !this.#directory.hasAdmin;
  }

  /** The code, to be shown once; undefined if there is an administrator. Its hash is what is kept. */
  open(): string | undefined {
    if (this.#directory.hasAdmin) return undefined;
    const code = Buffer.from(this.#random.bytes(CODE_BYTES)).toString('base64url');
    this.#codeHash = hashOf(code);
    return code;
  }

  /** @throws SwitchboardError `auth.setup_closed`, `auth.setup_code_wrong`, `auth.username_*`, `auth.nickname_taken`, `auth.password_weak` */
  async makeAdmin(code: string, username: string, password: string): Promise<Account> {
    const codeHash = this.#codeHash;
    if (codeHash === undefined || !this.isOpen) throw new SwitchboardError('auth.setup_closed');
    if (!timingSafeEqual(hashOf(code), codeHash)) {
      throw new SwitchboardError('auth.setup_code_wrong', undefined, { field: 'code' });
    }
    const name = usernameOf(username);
    refuseWeakPassword(password, name.username, 'password');
    const passwordHash = await this.#passwords.hash(password);
    // Of two who have the code at once, one makes the account.
    if (this.#codeHash !== codeHash) throw new SwitchboardError('auth.setup_closed');
    this.#codeHash = undefined;
    try {
      return await this.#store(name, passwordHash);
    } catch (error) {
      this.#codeHash = codeHash;
      throw error;
    }
  }

  async #store(name: Username, passwordHash: string): Promise<Account> {
    const account = await this.#users.inTransaction(async (manager) => {
      const made = await this.#users.makeAccount(name, passwordHash, name.username, manager);
      this.#names.refuseAnothers(made.id, made.nickname, 'username');
      const actor = { userId: made.id, nickname: made.nickname };
      const target = { id: made.id, name: name.username };
      await this.#audit.record({ actor, action: 'server.setup', target }, manager);
      await this.#roles.makeAdmin(made.id, manager);
      return made;
    });
    await this.#names.reload(account.id);
    await this.#roles.reload(account.id);
    return account;
  }
}

function hashOf(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
