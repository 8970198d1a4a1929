import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { IsNull, Not, Repository, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { nicknameKey } from '../presence/nickname-key.ts';
import { User } from './user.entity.ts';
import type { Username } from './username.ts';

const DAY_MS = 24 * 3_600_000;

/** Someone with a user name and a password. */
export type Account = User & { readonly username: string; readonly passwordHash: string };

/** The people that the server knows, as they are stored. */
@Injectable()
export class UsersService {
  readonly #users: Repository<User>;
  readonly #clock: Clock;

  constructor(@InjectRepository(User) users: Repository<User>, clock: Clock) {
    this.#users = users;
    this.#clock = clock;
  }

  /** @param work writes by the manager that it is given, and by nothing else: all of it is stored, or nothing. */
  inTransaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#users.manager.transaction(work);
  }

  /** The guest who shows this key; a new one at the first time. `key` is 32 bytes in hexadecimal. */
  async guestByKey(key: string, nickname: string): Promise<User> {
    const guestKeyHash = createHash('sha256').update(Buffer.from(key, 'hex')).digest('hex');
    const now = this.#clock.epochMs();
    const guest = { id: uuidv7(), guestKeyHash, nickname, createdAt: now, lastSeenAt: now };
    // Two connections may show a new key at once: whoever comes second finds the first.
    await this.#users.createQueryBuilder().insert().values(guest).orIgnore().execute();
    const found = await this.#users.findOneByOrFail({ guestKeyHash });
    // Who is not seen for long is forgotten; to the day is near enough, as each time is a write to the disk.
    if (now - (found.lastSeenAt ?? 0) > DAY_MS) await this.seen(found.id);
    return found;
  }

  /**
   * Makes an account, in a transaction. Of those who want a name at once, one gets it.
   * @throws SwitchboardError `auth.username_taken`
   */
  async makeAccount(name: Username, passwordHash: string, nickname: string, manager: EntityManager): Promise<Account> {
    const made = { id: uuidv7(), ...name, passwordHash, nickname, createdAt: this.#clock.epochMs() };
    await manager.createQueryBuilder().insert().into(User).values(made).orIgnore().execute();
    const account = accountOf(await manager.findOneBy(User, { id: made.id }));
    if (account === undefined) throw new SwitchboardError('auth.username_taken', undefined, { field: 'username' });
    return account;
  }

  /** However the name is written. */
  async accountNamed(username: string): Promise<Account | undefined> {
    return accountOf(await this.#users.findOneBy({ usernameKey: nicknameKey(username) }));
  }

  async account(id: string): Promise<Account | undefined> {
    return accountOf(await this.#users.findOneBy({ id, usernameKey: Not(IsNull()) }));
  }

  /** Replaces a password, if it still is the one that was read: of two changes at once, one is made. */
  async replacePassword(id: string, beforeHash: string, passwordHash: string): Promise<boolean> {
    const { affected } = await this.#users.update({ id, passwordHash: beforeHash }, { passwordHash });
    return affected === 1;
  }

  async setPassword(id: string, passwordHash: string, manager: EntityManager): Promise<void> {
    await manager.update(User, { id }, { passwordHash });
  }

  async rename(id: string, nickname: string, manager: EntityManager): Promise<void> {
    await manager.update(User, { id }, { nickname });
  }

  async seen(id: string): Promise<void> {
    await this.#users.update({ id }, { lastSeenAt: this.#clock.epochMs() });
  }

  /** With all that is the account's: log-ins, roles, API keys, invitations. What it wrote stays, under its name at the time. */
  async remove(id: string, manager: EntityManager): Promise<void> {
    await manager.delete(User, { id });
  }
}

function accountOf(user: User | null): Account | undefined {
  if (user === null) return undefined;
  const { username, passwordHash } = user;
  return username === null || passwordHash === null ? undefined : Object.assign(user, { username, passwordHash });
}
