import { Injectable } from '@nestjs/common';
import { encodeEvent, SwitchboardError, type Message } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import type { Actor } from '../access/actor.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainEvents } from '../common/domain-events.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import { ChatTurns } from './chat-turns.ts';
import { ChatService } from './chat.service.ts';
import type { StoredMessage } from './message.entity.ts';

/** Takes messages away, by whatever way it is asked for, and tells those who are in the channel. */
@Injectable()
export class MessageDeletion {
  readonly #chat: ChatService;
  readonly #rooms: RoomsService;
  readonly #access: AccessService;
  readonly #audit: AuditService;
  readonly #turns: ChatTurns;
  readonly #events: DomainEvents;

  constructor(
    chat: ChatService,
    rooms: RoomsService,
    access: AccessService,
    audit: AuditService,
    turns: ChatTurns,
    events: DomainEvents,
  ) {
    this.#chat = chat;
    this.#rooms = rooms;
    this.#access = access;
    this.#audit = audit;
    this.#turns = turns;
    this.#events = events;
  }

  /**
   * By its author, or who may delete in its channel; what somebody else wrote goes into the audit log, without its text.
   * @throws SwitchboardError `message.not_found`, as of a channel that is not seen; `message.not_author`
   */
  delete(actor: Actor, messageId: string): Promise<Message> {
    return this.#turns.take(async () => this.#erase(actor, await this.#allowed(actor, messageId), undefined));
  }

  /**
   * The same for a session, which has its reply. An author is in the channel.
   * @throws SwitchboardError as `delete`, and `channel.not_joined`
   */
  deleteBy(session: Session, messageId: string): Promise<Message> {
    const { identity } = session;
    return this.#turns.take(async () => {
      const stored = await this.#allowed(identity, messageId);
      const isThere = session.member.channelId === stored.channelId;
      if (!isThere && !this.#access.may(identity, 'chat.delete', stored.channelId)) {
        throw new SwitchboardError('channel.not_joined');
      }
      return this.#erase(identity, stored, session);
    });
  }

  async #allowed(actor: Actor, messageId: string): Promise<StoredMessage> {
    const stored = await this.#chat.find(messageId);
    // An API key is not its maker: what it was not given, it may not do to the maker's own either.
    if (stored.authorId === actor.userId && actor.limit === undefined) return stored;
    if (!this.#access.may(actor, 'see', stored.channelId)) throw new SwitchboardError('message.not_found');
    if (!this.#access.may(actor, 'chat.delete', stored.channelId)) throw new SwitchboardError('message.not_author');
    return stored;
  }

  async #erase(actor: Actor, stored: StoredMessage, by: Session | undefined): Promise<Message> {
    const { id, channelId, authorId, authorNickname } = stored;
    const detail = { channelId, authorId, author: authorNickname };
    const message = await this.#chat.erase(
      stored,
      authorId === actor.userId
        ? undefined
        : (manager) => this.#audit.record({ actor, action: 'message.delete', target: { id }, detail }, manager),
    );
    const encoded = encodeEvent({ type: 'message.deleted', data: { message } });
    for (const other of this.#rooms.members(channelId)) if (other !== by) other.push(encoded);
    if (authorId !== actor.userId) {
      this.#events.emit('moderation.acted', {
        action: 'message.delete',
        actor: { userId: actor.userId, nickname: actor.nickname },
        target: { userId: authorId, nickname: authorNickname },
        channelId,
        detail: { messageId: id },
      });
    }
    return message;
  }
}
