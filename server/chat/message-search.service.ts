import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { cursorOf, pageOf, type Page } from '../api/page.ts';
import { containing } from '../common/search-text.ts';
import { StoredMessage } from './message.entity.ts';
import type { MessageQuery, MessageView } from './message.schemas.ts';

/** One page looks at so many messages at most: what is sent meanwhile waits for the same connection to the database. */
const MAX_LOOKED_AT = 20_000;

/** Finds messages that are stored. */
@Injectable()
export class MessageSearchService {
  readonly #messages: Repository<StoredMessage>;

  constructor(@InjectRepository(StoredMessage) messages: Repository<StoredMessage>) {
    this.#messages = messages;
  }

  /**
   * The newest first, of these channels, or of all. A page may have fewer than `limit`, even none, though there are more: it has
   * looked at its share then, and its `next` goes on where it stopped.
   */
  async find(
    { search, authorId, before, limit, after }: Omit<MessageQuery, 'channelId'>,
    channelIds: readonly string[] | 'all',
  ): Promise<Page<MessageView>> {
    if (channelIds.length === 0) return { items: [], next: null };
    const floor = await this.#floor(after?.[0]);
    const query = this.#messages.createQueryBuilder('message').where('message.deletedAt IS NULL');
    if (after !== undefined) query.andWhere('message.id < :after', { after: after[0] });
    if (floor !== undefined) query.andWhere('message.id >= :floor', { floor });
    if (channelIds !== 'all') query.andWhere('message.channelId IN (:...channelIds)', { channelIds });
    if (authorId !== undefined) query.andWhere('message.authorId = :authorId', { authorId });
    if (before !== undefined) query.andWhere('message.createdAt < :before', { before });
    if (search !== undefined && search !== '') {
      query.andWhere(String.raw`message.text LIKE :search ESCAPE '\'`, { search: containing(search) });
    }
    const rows = await query
      .orderBy('message.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const page = pageOf(rows, limit, ({ id }) => [id], viewOf);
    return page.next === null && floor !== undefined ? { ...page, next: cursorOf([floor]) } : page;
  }

  /** The oldest message that this page looks at; undefined if there are no older ones. */
  async #floor(after: string | undefined): Promise<string | undefined> {
    const query = this.#messages.createQueryBuilder('message').select('message.id', 'id');
    if (after !== undefined) query.where('message.id < :after', { after });
    const row = await query
      .orderBy('message.id', 'DESC')
      .offset(MAX_LOOKED_AT - 1)
      .limit(1)
      .getRawOne<{ id: string }>();
    return row?.id;
  }
}

function viewOf(stored: StoredMessage): MessageView {
  const { id, channelId, authorId, authorNickname, text, code, plugin, createdAt, editedAt } = stored;
  const author = { userId: authorId, nickname: authorNickname };
  return { id, channelId, author, text, code, plugin, createdAt, editedAt };
}
