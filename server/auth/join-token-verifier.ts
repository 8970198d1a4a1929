import { Injectable } from '@nestjs/common';
import { SwitchboardError, type Credentials } from '@switchboard/protocol';
import { UsersService } from '../users/users.service.ts';
import { CredentialsVerifier, type Identity } from './identity.ts';
import { JoinTokens, visitorId } from './tokens/join-tokens.ts';

/** Somebody comes in by a token that says where to, and perhaps under which name. */
@Injectable()
export class JoinTokenVerifier extends CredentialsVerifier<'join'> {
  readonly type = 'join';
  readonly #tokens: JoinTokens;
  readonly #users: UsersService;

  constructor(tokens: JoinTokens, users: UsersService) {
    super();
    this.#tokens = tokens;
    this.#users = users;
  }

  async verify({ token, nickname: chosen }: Extract<Credentials, { type: 'join' }>): Promise<Identity> {
    const { tokenId, channelId, permissions, nickname: given, mintedBy } = this.#tokens.read(token);
    const nickname = given ?? chosen;
    if (nickname === undefined) {
      throw new SwitchboardError('auth.nickname_invalid', undefined, { field: 'credentials.nickname' });
    }
    // It lets in in somebody's name, who is gone with all that was theirs.
    if ((await this.#users.account(mintedBy)) === undefined) throw new SwitchboardError('auth.token_invalid');
    return {
      userId: visitorId(tokenId),
      nickname,
      guest: true,
      isNamed: given !== undefined,
      access: { type: 'token', channelId, permissions, mintedBy },
    };
  }
}
