import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { namesOf } from '@switchboard/protocol';
import { accountActor } from '../../access/actor.ts';
import type { Caller, CallerVerifier } from '../../api/caller.ts';
import { BansService } from '../../moderation/bans.service.ts';
import { AccountsService } from '../accounts/accounts.service.ts';
import { ApiKeysService, isApiKey } from '../api-keys/api-keys.service.ts';
import { RequestOrigins } from '../http/request-origins.ts';
import { AccessTokenStrategy } from './access-token-strategy.ts';

/** Who makes a request of the REST API: an account by its access token, or an API key. */
@Injectable()
export class BearerVerifier implements CallerVerifier {
  readonly #strategy: AccessTokenStrategy;
  readonly #accounts: AccountsService;
  readonly #keys: ApiKeysService;
  readonly #bans: BansService;
  readonly #origins: RequestOrigins;

  constructor(
    strategy: AccessTokenStrategy,
    accounts: AccountsService,
    keys: ApiKeysService,
    bans: BansService,
    origins: RequestOrigins,
  ) {
    this.#strategy = strategy;
    this.#accounts = accounts;
    this.#keys = keys;
    this.#bans = bans;
    this.#origins = origins;
  }

  /** @throws SwitchboardError `auth.token_expired`, `auth.token_invalid`, `access.banned` */
  async verify(bearer: string, request: IncomingMessage): Promise<Caller> {
    const { network } = this.#origins.of(request);
    if (isApiKey(bearer)) {
      const { key, maker } = await this.#keys.use(bearer);
      this.#bans.check(accountActor(maker.id, maker.nickname), network);
      const permissions = namesOf(key.permissions);
      return { kind: 'key', userId: maker.id, nickname: key.name, keyId: key.id, permissions };
    }
    const claims = await this.#strategy.verify(bearer);
    const { id, nickname } = await this.#accounts.ofLogIn(claims);
    this.#bans.check(accountActor(id, nickname), network);
    return { kind: 'account', userId: id, nickname, sessionId: claims.logInId };
  }
}
