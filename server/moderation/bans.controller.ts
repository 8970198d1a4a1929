import { Delete, Get, Post } from '@nestjs/common';
import { id } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { ValidBody, ValidParam, ValidQuery } from '../api/valid.ts';
import { BanListService } from './ban-list.service.ts';
import { ban, banQuery, newBan, type BanQuery, type BanView, type NewBan } from './moderation.schemas.ts';
import { ModerationService } from './moderation.service.ts';

const EXAMPLE: BanView = {
  id: '01977b2e-6666-7aaa-8bbb-0c0c0c0c0c0c',
  userId: '01977b2e-1111-7aaa-8bbb-0c0c0c0c0c0c',
  nickname: 'Mallory',
  address: '203.0.113.7',
  reason: 'Spam',
  createdBy: '01977b2e-0000-7aaa-8bbb-0c0c0c0c0c0c',
  createdByName: 'Ada',
  createdAt: 1_764_000_000_000,
  until: null,
};

/** Who is kept out. Someone who is here is banned at `/api/ban`. */
@ApiController('bans', 'Moderation')
export class BansController {
  readonly #list: BanListService;
  readonly #moderation: ModerationService;
  readonly #access: AccessService;

  constructor(list: BanListService, moderation: ModerationService, access: AccessService) {
    this.#list = list;
    this.#moderation = moderation;
    this.#access = access;
  }

  @Get()
  @Requires('member.ban')
  @Answers(paged(ban), {
    summary: 'List and search the bans in force, the newest first',
    example: { items: [EXAMPLE], next: null },
  })
  listBans(@ValidQuery(banQuery) query: BanQuery): Promise<Page<BanView>> {
    return this.#list.list(query);
  }

  @Post()
  @Requires('member.ban')
  @Answers(ban, {
    summary: 'Keep an account, an address, or both out',
    description: 'Who is here and falls under it is removed at once.',
    status: 201,
    errors: ['user.not_found', 'access.rank', 'access.last_admin'],
    example: EXAMPLE,
  })
  createBan(@ValidBody(newBan) body: NewBan, @CurrentCaller() caller: Caller): Promise<BanView> {
    return this.#moderation.createBan(this.#access.actorOf(caller), body);
  }

  @Delete(':id')
  @Requires('member.ban')
  @AnswersNothing({ summary: 'Lift a ban', errors: ['ban.not_found'] })
  async deleteBan(@ValidParam('id', id) banId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#moderation.liftBan(this.#access.actorOf(caller), banId);
  }
}
