import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { User } from './user.entity.ts';

@Injectable()
export class UsersService {
  readonly #users: Repository<User>;
  readonly #clock: Clock;

  constructor(@InjectRepository(User) users: Repository<User>, clock: Clock) {
    this.#users = users;
    this.#clock = clock;
  }

  /** The guest who shows this key; a new one at the first time. `key` is 32 bytes in hexadecimal. */
  async guestByKey(key: string, nickname: string): Promise<User> {
    const guestKeyHash = createHash('sha256').update(Buffer.from(key, 'hex')).digest('hex');
    const guest = { id: uuidv7(), guestKeyHash, nickname, createdAt: this.#clock.epochMs() };
    // Two connections may show a new key at once: whoever comes second finds the first.
    await this.#users.createQueryBuilder().insert().values(guest).orIgnore().execute();
    return this.#users.findOneByOrFail({ guestKeyHash });
  }
}
