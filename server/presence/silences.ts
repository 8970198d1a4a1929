import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Member } from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { User } from '../users/user.entity.ts';

/** What a moderator has taken from someone: to be heard, to hear. */
export type Silence = Pick<Member, 'serverMuted' | 'serverDeafened'>;

const NONE: Silence = { serverMuted: false, serverDeafened: false };

/** Who is muted or deafened by a moderator, here or not, so that it outlives leaving. Few at a time: all of them are in memory. */
@Injectable()
export class Silences implements OnModuleInit {
  readonly #users: Repository<User>;
  readonly #byUser = new Map<string, Silence>();

  constructor(@InjectRepository(User) users: Repository<User>) {
    this.#users = users;
  }

  async onModuleInit(): Promise<void> {
    const rows = await this.#users.find({ where: [{ serverMuted: true }, { serverDeafened: true }] });
    for (const { id, serverMuted, serverDeafened } of rows) this.set(id, { serverMuted, serverDeafened });
  }

  of(userId: string): Silence {
    return this.#byUser.get(userId) ?? NONE;
  }

  /** After it was written to the row of the user, if there is one. */
  set(userId: string, silence: Silence): void {
    if (silence.serverMuted || silence.serverDeafened) this.#byUser.set(userId, silence);
    else this.#byUser.delete(userId);
  }
}
