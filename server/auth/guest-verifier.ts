import { Injectable } from '@nestjs/common';
import { SwitchboardError, type Credentials } from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import { SettingsService } from '../settings/settings.service.ts';
import { UsersService } from '../users/users.service.ts';
import { CredentialsVerifier, type Identity } from './identity.ts';

/** A guest is who holds its key; without one, a new guest each time. */
@Injectable()
export class GuestVerifier extends CredentialsVerifier<'guest'> {
  readonly type = 'guest';
  readonly #settings: SettingsService;
  readonly #users: UsersService;

  constructor(settings: SettingsService, users: UsersService) {
    super();
    this.#settings = settings;
    this.#users = users;
  }

  async verify({ nickname, key }: Extract<Credentials, { type: 'guest' }>): Promise<Identity> {
    if (!this.#settings.get().guests) throw new SwitchboardError('auth.guests_disabled');
    const userId = key === undefined ? uuidv7() : (await this.#users.guestByKey(key, nickname)).id;
    return { userId, nickname, guest: true, access: { type: 'guest' } };
  }
}
