import type { ServerResponse } from 'node:http';
import { Delete, Get, Patch, Post, Res } from '@nestjs/common';
import { id, SwitchboardError } from '@switchboard/protocol';
import { RequiresAccount } from '../../api/access.ts';
import { ApiController } from '../../api/api-controller.ts';
import { Answers, AnswersNothing } from '../../api/api-response.ts';
import { CurrentCaller, type Caller } from '../../api/caller.ts';
import { ValidBody, ValidParam } from '../../api/valid.ts';
import { AccountsService } from '../accounts/accounts.service.ts';
import { LogInsService } from '../log-ins/log-ins.service.ts';
import {
  confirmBody,
  me,
  meChanges,
  ownLogIns,
  passwordBody,
  type ConfirmBody,
  type MeChanges,
  type MeView,
  type OwnLogInsView,
  type PasswordBody,
} from './auth.schemas.ts';
import { LogInAnswers } from './log-in-answers.ts';

/** One's own account and log-ins. */
@ApiController('auth', 'Account')
export class AccountController {
  readonly #accounts: AccountsService;
  readonly #logIns: LogInsService;
  readonly #answers: LogInAnswers;

  constructor(accounts: AccountsService, logIns: LogInsService, answers: LogInAnswers) {
    this.#accounts = accounts;
    this.#logIns = logIns;
    this.#answers = answers;
  }

  @Get('me')
  @RequiresAccount()
  @Answers(me, { summary: 'Tell who one is, and what one may do' })
  async getMe(@CurrentCaller() { userId }: Caller): Promise<MeView> {
    return this.#answers.me(await this.#accounts.get(userId));
  }

  @Patch('me')
  @RequiresAccount()
  @Answers(me, {
    summary: 'Change what others see of one',
    description: 'From the next visit on. No two accounts have the same nickname.',
    errors: ['auth.nickname_taken'],
  })
  async updateMe(@CurrentCaller() { userId }: Caller, @ValidBody(meChanges) { nickname }: MeChanges): Promise<MeView> {
    await this.#accounts.rename(userId, nickname);
    return this.#answers.me(await this.#accounts.get(userId));
  }

  @Delete('me')
  @RequiresAccount()
  @AnswersNothing({
    summary: 'Delete one’s own account',
    errors: ['auth.password_wrong', 'auth.too_many_attempts', 'access.last_admin'],
  })
  async deleteMe(
    @CurrentCaller() { userId }: Caller,
    @ValidBody(confirmBody) { password }: ConfirmBody,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<void> {
    await this.#accounts.removeOwn(userId, password);
    this.#answers.loggedOut(response);
  }

  @Post('password')
  @RequiresAccount()
  @AnswersNothing({
    summary: 'Change one’s password',
    description: 'Ends all log-ins but this one.',
    errors: ['auth.password_wrong', 'auth.password_weak', 'auth.too_many_attempts'],
  })
  async changePassword(
    @CurrentCaller() caller: Caller,
    @ValidBody(passwordBody) { current, next }: PasswordBody,
  ): Promise<void> {
    await this.#accounts.changePassword(caller.userId, logInOf(caller), current, next);
  }

  @Get('sessions')
  @RequiresAccount()
  @Answers(ownLogIns, { summary: 'List where one is logged in', description: 'The one used last comes first.' })
  async listLogIns(@CurrentCaller() caller: Caller): Promise<OwnLogInsView> {
    const current = logInOf(caller);
    const logIns = await this.#logIns.of(caller.userId);
    const items = logIns.map(({ id: logInId, device, address, createdAt, rotatedAt }) => ({
      id: logInId,
      device,
      address,
      createdAt,
      lastUsedAt: rotatedAt,
      current: logInId === current,
    }));
    return { items, next: null };
  }

  @Delete('sessions/:id')
  @RequiresAccount()
  @AnswersNothing({ summary: 'Log out elsewhere', errors: ['auth.log_in_not_found'] })
  async endLogIn(@CurrentCaller() { userId }: Caller, @ValidParam('id', id) logInId: string): Promise<void> {
    const ended = await this.#logIns.end(userId, logInId);
    if (!ended) throw new SwitchboardError('auth.log_in_not_found');
  }
}

/** The guard has let an account in, and that has a log-in. */
function logInOf({ sessionId }: Caller): string {
  if (sessionId === undefined) throw new SwitchboardError('auth.token_invalid');
  return sessionId;
}
