import { Injectable } from '@nestjs/common';
import { SwitchboardError, type Credentials } from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import { ServerConfig } from '../config/server-config.ts';
import { UsersService } from '../users/users.service.ts';
import { CredentialsVerifier, type Identity } from './identity.ts';

/** A guest is who holds its key; without one, a new guest each time. */
@Injectable()
export class GuestVerifier extends CredentialsVerifier<'guest'> {
  readonly type = 'guest';
  readonly #config: ServerConfig;
  readonly #users: UsersService;

  constructor(config: ServerConfig, users: UsersService) {
    super();
    this.#config = config;
    this.#users = users;
  }

  async verify({ nickname, key }: Extract<Credentials, { type: 'guest' }>): Promise<Identity> {
    if (!this.#config.guests) throw new SwitchboardError('auth.guests_disabled');
    const userId = key === undefined ? uuidv7() : (await this.#users.guestByKey(key, nickname)).id;
    return { userId, nickname, guest: true };
  }
}
