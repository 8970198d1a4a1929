import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ServerConfig } from '../../config/server-config.ts';
import { UsersService, type Account } from '../../users/users.service.ts';
import { AccountRoles } from '../accounts/account-roles.ts';
import { AccountsService, type RequestOrigin } from '../accounts/accounts.service.ts';
import { KnownDevices } from '../log-ins/known-devices.ts';
import { LOG_IN_LIFETIME_MS, type Continued } from '../log-ins/log-ins.service.ts';
import { AccessTokens } from '../tokens/access-tokens.ts';
import type { LoggedInView, MeView } from './auth.schemas.ts';
import { deviceCookie } from './device-cookie.ts';
import { noRefreshCookie, refreshCookie } from './refresh-cookie.ts';

/** What someone is answered who has logged in, or is logged in still. */
@Injectable()
export class LogInAnswers {
  readonly #config: ServerConfig;
  readonly #accounts: AccountsService;
  readonly #users: UsersService;
  readonly #roles: AccountRoles;
  readonly #tokens: AccessTokens;
  readonly #devices: KnownDevices;

  constructor(
    config: ServerConfig,
    accounts: AccountsService,
    users: UsersService,
    roles: AccountRoles,
    tokens: AccessTokens,
    devices: KnownDevices,
  ) {
    this.#config = config;
    this.#accounts = accounts;
    this.#users = users;
    this.#roles = roles;
    this.#tokens = tokens;
    this.#devices = devices;
  }

  /** The refresh token goes into a cookie of the response, or into the answer. A browser is remembered by another cookie. */
  async loggedIn(
    { userId, logInId, refreshToken }: Continued,
    inCookie: boolean,
    response: ServerResponse,
    { knownDevices }: RequestOrigin,
  ): Promise<LoggedInView> {
    const user = this.me(await this.#accounts.get(userId));
    await this.#users.seen(userId);
    const { token, expiresAt } = this.#tokens.sign({ userId, logInId });
    if (refreshToken !== undefined && inCookie) {
      const refresh = refreshCookie(refreshToken, LOG_IN_LIFETIME_MS, this.#config);
      const device = deviceCookie(this.#devices.remember(knownDevices, userId), this.#config);
      response.setHeader('Set-Cookie', [refresh, device]);
    }
    const inAnswer = refreshToken === undefined || inCookie ? {} : { refreshToken };
    return { accessToken: token, expiresAt, ...inAnswer, user };
  }

  loggedOut(response: ServerResponse): void {
    response.setHeader('Set-Cookie', noRefreshCookie(this.#config));
  }

  me({ id, username, nickname, createdAt }: Account): MeView {
    return { id, username, nickname, ...this.#roles.standingOf(id, nickname), createdAt };
  }
}
