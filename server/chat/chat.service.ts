import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError, type Message, type MessageCode } from '@switchboard/protocol';
import { LessThan, Repository, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { StoredMessage } from './message.entity.ts';

export interface Author {
  readonly userId: string;
  readonly nickname: string;
}

/** A message before it is stored. */
export interface Draft {
  readonly author: Author;
  readonly channelId: string;
  readonly nonce: string;
  readonly text: string;
  /** Null for words. */
  readonly code: MessageCode | null;
  /** As it was sent, where a plugin has changed the text. */
  readonly sentText?: string | undefined;
  /** The id of the plugin that writes it. */
  readonly plugin?: string;
}

export type Stored = PromiseSettledResult<{ readonly message: Message; readonly isNew: boolean }>;

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
   * Stores messages, each once: the same nonce of the same author names the message that is there already. One statement, so one wait for the
   * disk, however many they are; each settles by itself, rejected with the SwitchboardError `message.nonce_reused` if that one is another message.
   */
  async sendAll(drafts: readonly Draft[]): Promise<Stored[]> {
    if (drafts.length === 0) return [];
    const rows = drafts.map((draft) => this.#rowOf(draft));
    try {
      await this.#messages.createQueryBuilder().insert().values(rows).orIgnore().updateEntity(false).execute();
    } catch (reason) {
      // Nothing of it was stored, whichever of them it was: a channel may have been deleted meanwhile.
      if (drafts.length === 1) return [{ status: 'rejected', reason }];
      return (await inOrder(drafts, (draft) => this.sendAll([draft]))).flat();
    }
    const inserted = await this.#idsAmong(rows);
    return inOrder(drafts, async (draft, at) => {
      const row = rows[at];
      if (row !== undefined && inserted.has(row.id)) {
        return { status: 'fulfilled', value: { message: messageOf(row), isNew: true } };
      }
      return this.#earlier(draft);
    });
  }

  /**
   * The message that this nonce of the author names, if there is one already.
   * @throws SwitchboardError `message.nonce_reused` if that one is another message.
   */
  async sent(draft: Draft): Promise<Message | undefined> {
    const kept = await this.#messages.findOneBy({ authorId: draft.author.userId, nonce: draft.nonce });
    if (kept === null) return undefined;
    refuseOther(kept, draft);
    return messageOf(kept);
  }

  /**
   * Of those who are in its channel, its author may edit a message.
   * @throws SwitchboardError `message.not_found`, `message.not_author`, `channel.not_joined`
   */
  async edit(author: Author, channelId: string | null, messageId: string, text: string): Promise<Message> {
    const stored = await this.find(messageId);
    if (stored.authorId !== author.userId) throw new SwitchboardError('message.not_author');
    // It is told to a room, so who changes it is in that room.
    if (stored.channelId !== channelId) throw new SwitchboardError('channel.not_joined');
    const changes = { text, editedAt: this.#clock.epochMs() };
    await this.#messages.update({ id: messageId }, { ...changes, sentHash: null });
    return { ...messageOf(stored), ...changes };
  }

  /** @throws SwitchboardError `message.not_found`, also if it was deleted */
  async find(messageId: string): Promise<StoredMessage> {
    const stored = await this.#messages.findOneBy({ id: messageId });
    if (stored?.deletedAt !== null) throw new SwitchboardError('message.not_found');
    return stored;
  }

  /**
   * The message stays, without its text and where that was from.
   * @param alongside is stored with it, or neither is.
   */
  async erase(stored: StoredMessage, alongside?: (manager: EntityManager) => Promise<void>): Promise<Message> {
    const changes = { text: '', code: null, deletedAt: this.#clock.epochMs() };
    if (alongside === undefined) {
      await this.#messages.update({ id: stored.id }, { ...changes, sentHash: null });
    } else {
      await this.#messages.manager.transaction(async (manager) => {
        await manager.update(StoredMessage, { id: stored.id }, { ...changes, sentHash: null });
        await alongside(manager);
      });
    }
    return { ...messageOf(stored), ...changes };
  }

  #rowOf({ author, channelId, nonce, text, code, sentText, plugin }: Draft): StoredMessage {
    return {
      id: uuidv7(),
      channelId,
      authorId: author.userId,
      authorNickname: author.nickname,
      nonce,
      text,
      code,
      plugin: plugin ?? null,
      sentHash: sentText === undefined || sentText === text ? null : hashOf(sentText),
      createdAt: this.#clock.epochMs(),
      editedAt: null,
      deletedAt: null,
    };
  }

  /** Which of these rows are there under their own id. */
  async #idsAmong(rows: readonly StoredMessage[]): Promise<ReadonlySet<string>> {
    const found = await this.#messages
      .createQueryBuilder('message')
      .select('message.id', 'id')
      .where('message.id IN (:...ids)', { ids: rows.map(({ id }) => id) })
      .getRawMany<{ id: string }>();
    return new Set(found.map(({ id }) => id));
  }

  async #earlier(draft: Draft): Promise<Stored> {
    try {
      const message = await this.sent(draft);
      if (message === undefined) throw new Error('a message was neither stored nor there already');
      return { status: 'fulfilled', value: { message, isNew: false } };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
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
}

async function inOrder<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [at, item] of items.entries()) results.push(await work(item, at));
  return results;
}

/** An edited or deleted message no longer has the text that was sent, and is still the same one. */
function refuseOther(kept: StoredMessage, { channelId, text, code, sentText = text }: Draft): void {
  const hasItsText = kept.editedAt === null && kept.deletedAt === null;
  const isSameText = kept.sentHash === null ? kept.text === sentText : kept.sentHash === hashOf(sentText);
  const isOther = !isSameText || !isDeepStrictEqual(kept.code, code);
  if (kept.channelId !== channelId || (hasItsText && isOther)) {
    throw new SwitchboardError('message.nonce_reused', undefined, { field: 'nonce' });
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function messageOf(stored: StoredMessage): Message {
  return {
    id: stored.id,
    channelId: stored.channelId,
    author: { userId: stored.authorId, nickname: stored.authorNickname },
    text: stored.text,
    code: stored.code,
    plugin: stored.plugin,
    nonce: stored.nonce,
    createdAt: stored.createdAt,
    editedAt: stored.editedAt,
    deletedAt: stored.deletedAt,
  };
}
