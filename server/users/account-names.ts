import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { IsNull, Not, Repository } from 'typeorm';
import { Turns } from '../common/turns.ts';
import { nicknameKey } from '../presence/nickname-key.ts';
import { User } from './user.entity.ts';

/**
 * Which accounts there are, and what they are called, in memory: whether a nickname is an account's is asked at each hello, when there is
 * nothing to wait for. Who makes, renames or deletes an account has it read again.
 */
@Injectable()
export class AccountNames implements OnModuleInit {
  readonly #users: Repository<User>;
  /** The keys of nicknames, by user id. */
  readonly #keys = new Map<string, string>();
  /** Of one nickname more than one only from before that was refused. */
  readonly #owners = new Map<string, Set<string>>();
  readonly #turns = new Turns();

  constructor(@InjectRepository(User) users: Repository<User>) {
    this.#users = users;
  }

  async onModuleInit(): Promise<void> {
    const accounts = await this.#users.find({
      select: { id: true, nickname: true },
      where: { usernameKey: Not(IsNull()) },
    });
    for (const { id, nickname } of accounts) this.keep(id, nickname);
  }

  /** Whether there is such an account. */
  has(userId: string): boolean {
    return this.#keys.has(userId);
  }

  /** Whether this account is called so, however it is written. */
  isOf(userId: string, nickname: string): boolean {
    return this.#keys.get(userId) === nicknameKey(nickname);
  }

  /** Whether some account is called so, but for this person's own. */
  isAnothers(userId: string, nickname: string): boolean {
    const owners = this.#owners.get(nicknameKey(nickname));
    return owners !== undefined && !owners.has(userId);
  }

  /** @throws SwitchboardError `auth.nickname_taken` if another account than this is called so. */
  refuseAnothers(userId: string, nickname: string, field: string): void {
    if (this.isAnothers(userId, nickname)) {
      throw new SwitchboardError('auth.nickname_taken', 'Somebody else is called so. Choose another.', { field });
    }
  }

  /** After what was written to the database is stored. Each reading ends before the next begins, so that the newest counts. */
  reload(userId: string): Promise<void> {
    return this.#turns.take(async () => {
      const account = await this.#users.findOneBy({ id: userId, usernameKey: Not(IsNull()) });
      if (account === null) this.forget(userId);
      else this.keep(userId, account.nickname);
    });
  }

  keep(userId: string, nickname: string): void {
    this.forget(userId);
    const key = nicknameKey(nickname);
    this.#keys.set(userId, key);
    const owners = this.#owners.get(key);
    if (owners === undefined) this.#owners.set(key, new Set([userId]));
    else owners.add(userId);
  }

  forget(userId: string): void {
    const key = this.#keys.get(userId);
    if (key === undefined) return;
    this.#keys.delete(userId);
    const owners = this.#owners.get(key);
    if (owners?.delete(userId) === true && owners.size === 0) this.#owners.delete(key);
  }
}
