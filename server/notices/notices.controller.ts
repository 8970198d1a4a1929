import { Post } from '@nestjs/common';
import { MAX_NOTICE_LENGTH } from '@switchboard/protocol';
import * as v from 'valibot';
import { AccessService } from '../access/access.service.ts';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { named } from '../api/named.ts';
import { ValidBody } from '../api/valid.ts';
import { NoticesService } from './notices.service.ts';

const notice = named(
  'Notice',
  v.strictObject({
    text: v.pipe(
      v.string(),
      v.trim(),
      v.minLength(1, 'not empty'),
      v.maxLength(MAX_NOTICE_LENGTH, `at most ${MAX_NOTICE_LENGTH} characters`),
    ),
  }),
);

/** A word to everyone. */
@ApiController('notices', 'Operation')
export class NoticesController {
  readonly #notices: NoticesService;
  readonly #access: AccessService;

  constructor(notices: NoticesService, access: AccessService) {
    this.#notices = notices;
    this.#access = access;
  }

  @Post()
  @Requires('server.manage')
  @AnswersNothing({
    summary: 'Tell everyone something',
    description: 'Shown at once to whoever is connected, and stored nowhere but in the audit log.',
  })
  async tellEveryone(
    @ValidBody(notice) { text }: v.InferOutput<typeof notice>,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.#notices.tellEveryone(this.#access.actorOf(caller), text);
  }
}
