import { Injectable } from '@nestjs/common';
import type { Credentials } from '@switchboard/protocol';
import { UsersService } from '../users/users.service.ts';
import { AccountsService } from './accounts/accounts.service.ts';
import { CredentialsVerifier, type Identity } from './identity.ts';
import { AccessTokens } from './tokens/access-tokens.ts';

/** An account comes in by the access token of one of its log-ins, and stays as long as that goes on. */
@Injectable()
export class AccessVerifier extends CredentialsVerifier<'access'> {
  readonly type = 'access';
  readonly #tokens: AccessTokens;
  readonly #accounts: AccountsService;
  readonly #users: UsersService;

  constructor(tokens: AccessTokens, accounts: AccountsService, users: UsersService) {
    super();
    this.#tokens = tokens;
    this.#accounts = accounts;
    this.#users = users;
  }

  async verify({ token }: Extract<Credentials, { type: 'access' }>): Promise<Identity> {
    const claims = this.#tokens.read(token);
    await this.#users.seen(claims.userId);
    // Last, so that nothing is waited for between this and what is done upon it.
    const { id, nickname } = await this.#accounts.ofLogIn(claims);
    return { userId: id, nickname, guest: false, access: { type: 'account' }, logInId: claims.logInId };
  }
}
