import { Delete, Get, Patch, Post } from '@nestjs/common';
import { id } from '@switchboard/protocol';
import type * as v from 'valibot';
import { AccessService } from '../access/access.service.ts';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { ValidBody, ValidParam, ValidQuery } from '../api/valid.ts';
import {
  passwordReset,
  user,
  userChanges,
  userQuery,
  type UserChanges,
  type UserQuery,
  type UserView,
} from './user.schemas.ts';
import { UsersAdminService } from './users-admin.service.ts';

const EXAMPLE: UserView = {
  id: '01977b2e-0000-7aaa-8bbb-0c0c0c0c0c0c',
  username: 'ada',
  nickname: 'Ada',
  roles: [{ id: '01977b2e-2222-7aaa-8bbb-0c0c0c0c0c0c', name: 'Host', rank: 300, colour: '#3366cc' }],
  rank: 300,
  serverMuted: false,
  serverDeafened: false,
  createdAt: 1_764_000_000_000,
  lastSeenAt: 1_764_003_600_000,
  online: true,
};

/** The accounts of other people. One's own is at `/api/auth/me`. */
@ApiController('users', 'Users')
export class UsersController {
  readonly #users: UsersAdminService;
  readonly #access: AccessService;

  constructor(users: UsersAdminService, access: AccessService) {
    this.#users = users;
    this.#access = access;
  }

  @Get()
  @Requires('user.manage')
  @Answers(paged(user), {
    summary: 'List and search the accounts, by user name',
    errors: ['role.not_found'],
    example: { items: [EXAMPLE], next: null },
  })
  listUsers(@ValidQuery(userQuery) query: UserQuery): Promise<Page<UserView>> {
    return this.#users.list(query);
  }

  @Get(':id')
  @Requires('user.manage')
  @Answers(user, { summary: 'Get an account', errors: ['user.not_found'], example: EXAMPLE })
  getUser(@ValidParam('id', id) userId: string): Promise<UserView> {
    return this.#users.get(userId);
  }

  @Patch(':id')
  @Requires('user.manage')
  @Answers(user, {
    summary: 'Change an account’s nickname and roles',
    description:
      'Roles are given and taken below one’s own rank only, and with no permission that one lacks; nor may the account have one.',
    errors: [
      'user.not_found',
      'role.not_found',
      'role.built_in',
      'auth.nickname_taken',
      'access.rank',
      'access.not_yours_to_give',
      'access.last_admin',
    ],
    example: EXAMPLE,
  })
  updateUser(
    @ValidParam('id', id) userId: string,
    @ValidBody(userChanges) body: UserChanges,
    @CurrentCaller() caller: Caller,
  ): Promise<UserView> {
    return this.#users.update(this.#access.actorOf(caller), userId, body);
  }

  @Delete(':id')
  @Requires('user.manage')
  @AnswersNothing({
    summary: 'Delete an account of a lower rank',
    description: 'Its log-ins end, its API keys and invitations go; its messages stay.',
    errors: ['user.not_found', 'access.rank', 'access.last_admin'],
  })
  async deleteUser(@ValidParam('id', id) userId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#users.delete(this.#access.actorOf(caller), userId);
  }

  @Post(':id/password')
  @Requires('user.manage')
  @AnswersNothing({
    summary: 'Give an account of a lower rank another password; its log-ins end',
    description: 'One that has a permission which one lacks oneself is refused.',
    errors: ['user.not_found', 'access.rank', 'auth.password_weak'],
  })
  async resetPassword(
    @ValidParam('id', id) userId: string,
    @ValidBody(passwordReset) { password }: v.InferOutput<typeof passwordReset>,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.#users.resetPassword(this.#access.actorOf(caller), userId, password);
  }
}
