import type { IncomingMessage, ServerResponse } from 'node:http';
import { Get, Post, Req, Res } from '@nestjs/common';
import type * as v from 'valibot';
import { Public } from '../../api/access.ts';
import { ApiController } from '../../api/api-controller.ts';
import { Answers } from '../../api/api-response.ts';
import { ValidBody } from '../../api/valid.ts';
import { AccountsService } from '../accounts/accounts.service.ts';
import { loggedIn, setupBody, setupState, type LoggedInView, type SetupBody } from '../http/auth.schemas.ts';
import { LogInAnswers } from '../http/log-in-answers.ts';
import { RequestOrigins } from '../http/request-origins.ts';
import { SetupService } from './setup.service.ts';

/** The first administrator's way in. */
@ApiController('auth/setup', 'Log-in')
export class SetupController {
  readonly #setup: SetupService;
  readonly #accounts: AccountsService;
  readonly #answers: LogInAnswers;
  readonly #origins: RequestOrigins;

  constructor(setup: SetupService, accounts: AccountsService, answers: LogInAnswers, origins: RequestOrigins) {
    this.#setup = setup;
    this.#accounts = accounts;
    this.#answers = answers;
    this.#origins = origins;
  }

  @Get()
  @Public()
  @Answers(setupState, {
    summary: 'Tell whether the first administrator is still to be made',
    example: { open: false },
  })
  getSetup(): v.InferOutput<typeof setupState> {
    return { open: this.#setup.isOpen };
  }

  @Post()
  @Public()
  @Answers(loggedIn, {
    summary: 'Make the first administrator, and log in',
    status: 201,
    errors: [
      'auth.setup_closed',
      'auth.setup_code_wrong',
      'auth.username_invalid',
      'auth.username_taken',
      'auth.password_weak',
    ],
  })
  async setUp(
    @ValidBody(setupBody) { code, username, password, cookie }: SetupBody,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<LoggedInView> {
    const account = await this.#setup.makeAdmin(code, username, password);
    const origin = this.#origins.of(request);
    const begun = await this.#accounts.beginFirst(account, origin);
    return this.#answers.loggedIn(begun, cookie, response, origin);
  }
}
