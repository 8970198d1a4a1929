import { Injectable } from '@nestjs/common';
import {
  encodeEvent,
  SwitchboardError,
  type CheckedRequestData,
  type ControlEvent,
  type ReplyData,
} from '@switchboard/protocol';
import { Clock } from '../common/clock.ts';
import { OnRequest, type Nothing } from '../control/on-request.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import { ChatService, type Author } from './chat.service.ts';

/** Others are told at most this often that someone is typing. */
const TYPING_INTERVAL_MS = 2_000;

/** The requests of the control lane about chat: in the channel that one is in, to those who are in it. */
@Injectable()
export class ChatRequests {
  readonly #chat: ChatService;
  readonly #rooms: RoomsService;
  readonly #clock: Clock;
  readonly #typedAtMs = new WeakMap<Session, number>();
  /** Stored and told one after the other, so that everyone gets them in the order of their ids. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(chat: ChatService, rooms: RoomsService, clock: Clock) {
    this.#chat = chat;
    this.#rooms = rooms;
    this.#clock = clock;
  }

  @OnRequest('message.send')
  send(
    session: Session,
    { channelId, nonce, text }: CheckedRequestData<'message.send'>,
  ): Promise<ReplyData<'message.send'>> {
    return this.#inTurn(async () => {
      // Who has moved on, and sends again because the answer was lost, is told that it is stored.
      if (!isIn(session, channelId)) {
        const sent = await this.#chat.sent(authorOf(session), channelId, nonce, text);
        if (sent !== undefined) return sent;
        throw new SwitchboardError('channel.not_joined');
      }
      const { message, isNew } = await this.#chat.send(authorOf(session), channelId, nonce, text);
      if (isNew) this.#tellRoom(session, channelId, { type: 'message.created', data: { message } });
      return message;
    });
  }

  @OnRequest('message.edit')
  edit(session: Session, { messageId, text }: CheckedRequestData<'message.edit'>): Promise<ReplyData<'message.edit'>> {
    return this.#inTurn(async () => {
      const message = await this.#chat.edit(authorOf(session), session.member.channelId, messageId, text);
      this.#tellRoom(session, message.channelId, { type: 'message.edited', data: { message } });
      return message;
    });
  }

  @OnRequest('message.delete')
  delete(session: Session, { messageId }: CheckedRequestData<'message.delete'>): Promise<ReplyData<'message.delete'>> {
    return this.#inTurn(async () => {
      const message = await this.#chat.delete(authorOf(session), session.member.channelId, messageId);
      this.#tellRoom(session, message.channelId, { type: 'message.deleted', data: { message } });
      return message;
    });
  }

  @OnRequest('message.history')
  history(session: Session, data: CheckedRequestData<'message.history'>): Promise<ReplyData<'message.history'>> {
    refuseOutsider(session, data.channelId);
    return this.#chat.history(data.channelId, data.before, data.limit);
  }

  @OnRequest('message.typing')
  typing(session: Session, { channelId }: CheckedRequestData<'message.typing'>): Nothing {
    refuseOutsider(session, channelId);
    const nowMs = this.#clock.nowMs();
    if (nowMs - (this.#typedAtMs.get(session) ?? -Infinity) >= TYPING_INTERVAL_MS) {
      this.#typedAtMs.set(session, nowMs);
      const typing = encodeEvent({ type: 'message.typing', data: { channelId, memberId: session.member.id } });
      // Nobody wants to know later who was typing: it is kept for no replay.
      for (const other of this.#others(session, channelId)) if (other.isAttached) other.push(typing);
    }
    return {};
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(write);
    // The next one's turn comes whether this one succeeded or not.
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** The session itself has its reply. */
  #tellRoom(session: Session, channelId: string, event: ControlEvent): void {
    const encoded = encodeEvent(event);
    for (const other of this.#others(session, channelId)) other.push(encoded);
  }

  #others(session: Session, channelId: string): Session[] {
    return [...this.#rooms.members(channelId)].filter((other) => other !== session);
  }
}

function authorOf({ member: { userId, nickname } }: Session): Author {
  return { userId, nickname };
}

function refuseOutsider(session: Session, channelId: string): void {
  if (!isIn(session, channelId)) throw new SwitchboardError('channel.not_joined');
}

function isIn(session: Session, channelId: string): boolean {
  return session.member.channelId === channelId;
}
