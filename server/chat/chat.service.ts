import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError, type Message } from '@switchboard/protocol';
import { LessThan, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { StoredMessage } from './message.entity.ts';

export interface Author {
  readonly userId: string;
  readonly nickname: string;
}

/** The chat as it is stored. What a method has returned is on the disk. */
@Injectable()
export class ChatService {
  readonly #messages: Repository<StoredMessage>;
  readonly #clock: Clock;

  constructor(@InjectRepository(StoredMessage) messages: Repository<StoredMessage>, clock: Clock) {
    this.#messages = messages;
    this.#clock = clock;
  }

  /**
   * Stores a message, once: the same nonce of the same author names the message that is there already.
   * @throws SwitchboardError `message.nonce_reused` if that one is another message.
   */
  async send(
    author: Author,
    channelId: string,
    nonce: string,
    text: string,
  ): Promise<{ message: Message; isNew: boolean }> {
    const stored: StoredMessage = {
      id: uuidv7(),
      channelId,
      authorId: author.userId,
      authorNickname: author.nickname,
      nonce,
      text,
      createdAt: this.#clock.epochMs(),
      editedAt: null,
      deletedAt: null,
    };
    await this.#messages.createQueryBuilder().insert().values(stored).orIgnore().execute();
    const kept = await this.#messages.findOneByOrFail({ authorId: author.userId, nonce });
    refuseOther(kept, channelId, text);
    return { message: messageOf(kept), isNew: kept.id === stored.id };
  }

  /**
   * The message that this nonce of the author names, if there is one already.
   * @throws SwitchboardError `message.nonce_reused` if that one is another message.
   */
  async sent(author: Author, channelId: string, nonce: string, text: string): Promise<Message | undefined> {
    const kept = await this.#messages.findOneBy({ authorId: author.userId, nonce });
    if (kept === null) return undefined;
    refuseOther(kept, channelId, text);
    return messageOf(kept);
  }

  /**
   * Of those who are in its channel, its author may edit a message.
   * @throws SwitchboardError `message.not_found`, `message.not_author`, `channel.not_joined`
   */
  async edit(author: Author, channelId: string | null, messageId: string, text: string): Promise<Message> {
    return this.#change(author, channelId, messageId, { text, editedAt: this.#clock.epochMs() });
  }

  /** As `edit`. The message stays, without its text. */
  async delete(author: Author, channelId: string | null, messageId: string): Promise<Message> {
    return this.#change(author, channelId, messageId, { text: '', deletedAt: this.#clock.epochMs() });
  }

  /** A page of a channel's messages, oldest first: the newest, or those before a message. */
  async history(
    channelId: string,
    before: string | undefined,
    limit: number,
  ): Promise<{ messages: Message[]; more: boolean }> {
    const found = await this.#messages.find({
      where: { channelId, ...(before === undefined ? {} : { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return { messages: found.slice(0, limit).reverse().map(messageOf), more: found.length > limit };
  }

  async #change(
    author: Author,
    channelId: string | null,
    messageId: string,
    changes: Pick<StoredMessage, 'text'> & Partial<StoredMessage>,
  ): Promise<Message> {
    const stored = await this.#messages.findOneBy({ id: messageId });
    if (stored?.deletedAt !== null) throw new SwitchboardError('message.not_found');
    if (stored.authorId !== author.userId) throw new SwitchboardError('message.not_author');
    // It is told to a room, so who changes it is in that room.
    if (stored.channelId !== channelId) throw new SwitchboardError('channel.not_joined');
    await this.#messages.update({ id: messageId }, changes);
    return messageOf(Object.assign(stored, changes));
  }
}

/** An edited or deleted message no longer has the text that was sent, and is still the same one. */
function refuseOther(kept: StoredMessage, channelId: string, text: string): void {
  const hasItsText = kept.editedAt === null && kept.deletedAt === null;
  if (kept.channelId !== channelId || (hasItsText && kept.text !== text)) {
    throw new SwitchboardError('message.nonce_reused', undefined, { field: 'nonce' });
  }
}

function messageOf(stored: StoredMessage): Message {
  return {
    id: stored.id,
    channelId: stored.channelId,
    author: { userId: stored.authorId, nickname: stored.authorNickname },
    text: stored.text,
    nonce: stored.nonce,
    createdAt: stored.createdAt,
    editedAt: stored.editedAt,
    deletedAt: stored.deletedAt,
  };
}
