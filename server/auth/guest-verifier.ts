import { Injectable } from '@nestjs/common';
import { SwitchboardError, type Credentials } from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import { BansService } from '../moderation/bans.service.ts';
import { SettingsService } from '../settings/settings.service.ts';
import { UsersService } from '../users/users.service.ts';
import { CredentialsVerifier, type Identity } from './identity.ts';

/** Stands for guests who are not known yet. */
const NOBODY = '';

/** A guest is who holds its key; without one, a new guest each time. */
@Injectable()
export class GuestVerifier extends CredentialsVerifier<'guest'> {
  readonly type = 'guest';
  readonly #settings: SettingsService;
  readonly #users: UsersService;
  readonly #bans: BansService;

  constructor(settings: SettingsService, users: UsersService, bans: BansService) {
    super();
    this.#settings = settings;
    this.#users = users;
    this.#bans = bans;
  }

  async verify(
    { nickname, key }: Extract<Credentials, { type: 'guest' }>,
    network: string | undefined,
  ): Promise<Identity> {
    if (!this.#settings.get().guests) throw new SwitchboardError('auth.guests_disabled');
    // Before a new key is remembered: who is not let in leaves nothing here.
    this.#bans.check({ userId: NOBODY, access: { type: 'guest' } }, network);
    const userId = key === undefined ? uuidv7() : (await this.#users.guestByKey(key, nickname)).id;
    return { userId, nickname, guest: true, access: { type: 'guest' } };
  }
}
