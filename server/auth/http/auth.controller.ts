import type { IncomingMessage, ServerResponse } from 'node:http';
import { Get, Post, Req, Res } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import type * as v from 'valibot';
import { Public } from '../../api/access.ts';
import { ApiController } from '../../api/api-controller.ts';
import { Answers, AnswersNothing } from '../../api/api-response.ts';
import { OwnOrigin } from '../../api/own-origin.guard.ts';
import { ValidBody } from '../../api/valid.ts';
import { SettingsService } from '../../settings/settings.service.ts';
import { AccountsService } from '../accounts/accounts.service.ts';
import { RegistrationService } from '../accounts/registration.service.ts';
import { LogInsService } from '../log-ins/log-ins.service.ts';
import {
  loggedIn,
  logInBody,
  refreshBody,
  registerBody,
  registrationInfo,
  type LoggedInView,
  type LogInBody,
  type RefreshBody,
  type RegisterBody,
} from './auth.schemas.ts';
import { LogInAnswers } from './log-in-answers.ts';
import { readRefreshCookie } from './refresh-cookie.ts';
import { RequestOrigins } from './request-origins.ts';

/** How one gets in, stays in and gets out. */
@ApiController('auth', 'Log-in')
export class AuthController {
  readonly #settings: SettingsService;
  readonly #accounts: AccountsService;
  readonly #registration: RegistrationService;
  readonly #logIns: LogInsService;
  readonly #answers: LogInAnswers;
  readonly #origins: RequestOrigins;

  constructor(
    settings: SettingsService,
    accounts: AccountsService,
    registration: RegistrationService,
    logIns: LogInsService,
    answers: LogInAnswers,
    origins: RequestOrigins,
  ) {
    this.#settings = settings;
    this.#accounts = accounts;
    this.#registration = registration;
    this.#logIns = logIns;
    this.#answers = answers;
    this.#origins = origins;
  }

  @Get('registration')
  @Public()
  @Answers(registrationInfo, {
    summary: 'Tell who may come in, and how',
    example: { mode: 'invite', guests: true, name: 'Switchboard' },
  })
  registrationInfo(): v.InferOutput<typeof registrationInfo> {
    const { registration, guests, name } = this.#settings.get();
    return { mode: registration, guests, name };
  }

  @Post('register')
  @Public()
  @Answers(loggedIn, {
    summary: 'Make an account, and log in',
    status: 201,
    errors: [
      'auth.registration_closed',
      'auth.invite_required',
      'auth.invite_invalid',
      'auth.username_invalid',
      'auth.username_taken',
      'auth.nickname_taken',
      'auth.password_weak',
      'access.banned',
    ],
  })
  async register(
    @ValidBody(registerBody) { cookie, ...wanted }: RegisterBody,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<LoggedInView> {
    const origin = this.#origins.of(request);
    const account = await this.#registration.register(wanted, origin.network);
    return this.#answers.loggedIn(await this.#accounts.beginFirst(account, origin), cookie, response, origin);
  }

  @Post('login')
  @Public()
  @Answers(loggedIn, {
    summary: 'Log in',
    description: 'After several failures one has to wait, longer each time: `Retry-After` says how long.',
    errors: ['auth.credentials_invalid', 'auth.too_many_attempts', 'access.banned'],
  })
  async logIn(
    @ValidBody(logInBody) { username, password, cookie }: LogInBody,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<LoggedInView> {
    const origin = this.#origins.of(request);
    const begun = await this.#accounts.logIn(username, password, origin);
    return this.#answers.loggedIn(begun, cookie, response, origin);
  }

  @Post('refresh')
  @Public()
  @OwnOrigin()
  @Answers(loggedIn, {
    summary: 'Stay logged in: a new access token, and a new refresh token',
    description: 'Each refresh token is good once. One that is used a second time ends the log-in.',
    errors: ['auth.log_in_ended', 'access.banned'],
  })
  async refresh(
    @ValidBody(refreshBody) { refreshToken }: RefreshBody,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<LoggedInView> {
    const inCookie = refreshToken === undefined;
    const shown = refreshToken ?? readRefreshCookie(request.headers.cookie);
    if (shown === undefined) throw new SwitchboardError('auth.log_in_ended');
    try {
      const origin = this.#origins.of(request);
      return await this.#answers.loggedIn(await this.#accounts.continue(shown, origin), inCookie, response, origin);
    } catch (error) {
      if (inCookie && SwitchboardError.is(error, 'auth.log_in_ended')) this.#answers.loggedOut(response);
      throw error;
    }
  }

  @Post('logout')
  @Public()
  @OwnOrigin()
  @AnswersNothing({ summary: 'Log out', description: 'Ends the log-in of the refresh token, and its sessions.' })
  async logOut(
    @ValidBody(refreshBody) { refreshToken }: RefreshBody,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<void> {
    const shown = refreshToken ?? readRefreshCookie(request.headers.cookie);
    if (shown !== undefined) await this.#logIns.endBy(shown);
    this.#answers.loggedOut(response);
  }
}
