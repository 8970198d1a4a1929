import { Delete, Get } from '@nestjs/common';
import { id } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { RequiresAccount } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { ValidParam, ValidQuery } from '../api/valid.ts';
import { MessageDeletion } from './message-deletion.ts';
import { MessageSearchService } from './message-search.service.ts';
import { messageQuery, storedMessage, type MessageQuery, type MessageView } from './message.schemas.ts';
import { ReadableChannels } from './readable-channels.ts';

const EXAMPLE: MessageView = {
  id: '01977b2e-4444-7aaa-8bbb-0c0c0c0c0c0c',
  channelId: '01977b2e-5555-7aaa-8bbb-0c0c0c0c0c0c',
  author: { userId: '01977b2e-0000-7aaa-8bbb-0c0c0c0c0c0c', nickname: 'Ada' },
  text: 'Good morning',
  code: null,
  plugin: null,
  createdAt: 1_764_000_000_000,
  editedAt: null,
};

/** What was written. Writing itself is for those in the room, on the control lane. */
@ApiController('messages', 'Messages')
export class MessagesController {
  readonly #search: MessageSearchService;
  readonly #readable: ReadableChannels;
  readonly #deletion: MessageDeletion;
  readonly #access: AccessService;

  constructor(
    search: MessageSearchService,
    readable: ReadableChannels,
    deletion: MessageDeletion,
    access: AccessService,
  ) {
    this.#search = search;
    this.#readable = readable;
    this.#deletion = deletion;
    this.#access = access;
  }

  @Get()
  @RequiresAccount({ orKey: true })
  @Answers(paged(storedMessage), {
    summary: 'Search the messages, the newest first',
    description:
      'Of the channels that one may read: where one may delete messages, and where one could go in without a password. ' +
      'A page may have fewer messages than `limit`, even none, though there are more: go on as long as there is a `next`.',
    errors: ['channel.not_found'],
    example: { items: [EXAMPLE], next: null },
  })
  listMessages(
    @ValidQuery(messageQuery) query: MessageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<MessageView>> {
    return this.#search.find(query, this.#readable.of(caller, query.channelId));
  }

  @Delete(':id')
  @RequiresAccount({ orKey: true })
  @AnswersNothing({
    summary: 'Delete a message',
    description: 'One’s own, or with `chat.delete` in its channel. Who is in the channel sees it go at once.',
    errors: ['message.not_found', 'message.not_author'],
  })
  async deleteMessage(@ValidParam('id', id) messageId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#deletion.delete(this.#access.actorOf(caller), messageId);
  }
}
