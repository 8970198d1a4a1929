import { Injectable } from '@nestjs/common';
import {
  encodeEvent,
  SwitchboardError,
  type CheckedRequestData,
  type ControlEvent,
  type Message,
  type ReplyData,
} from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { DomainEvents } from '../common/domain-events.ts';
import { OnRequest, type Nothing } from '../control/on-request.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import { ChatTurns, keyOf, type Outcome, type Outgoing } from './chat-turns.ts';
import { ChatService, type Author, type Draft, type Stored } from './chat.service.ts';
import { MessageDeletion } from './message-deletion.ts';
import { MessageReview } from './message-review.ts';
import { WritingRules } from './writing-rules.ts';

/** Others are told at most this often that someone is typing. */
const TYPING_INTERVAL_MS = 2_000;

/** The requests of the control lane about chat: in the channel that one is in, to those who are in it. */
@Injectable()
export class ChatRequests {
  readonly #chat: ChatService;
  readonly #rooms: RoomsService;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #deletion: MessageDeletion;
  readonly #turns: ChatTurns;
  readonly #clock: Clock;
  readonly #events: DomainEvents;
  readonly #rules: WritingRules;
  readonly #review: MessageReview;
  readonly #typedAtMs = new WeakMap<Session, number>();

  constructor(
    chat: ChatService,
    rooms: RoomsService,
    channels: ChannelsService,
    access: AccessService,
    deletion: MessageDeletion,
    turns: ChatTurns,
    clock: Clock,
    events: DomainEvents,
    rules: WritingRules,
    review: MessageReview,
  ) {
    this.#chat = chat;
    this.#rooms = rooms;
    this.#channels = channels;
    this.#access = access;
    this.#deletion = deletion;
    this.#turns = turns;
    this.#clock = clock;
    this.#events = events;
    this.#rules = rules;
    this.#review = review;
  }

  @OnRequest('message.send')
  send(session: Session, message: CheckedRequestData<'message.send'>): Promise<ReplyData<'message.send'>> {
    const outgoing = { session, ...message };
    const isRefused = this.#rules.refusal(session, message.channelId) !== undefined;
    // What is refused anyway is refused in its turn.
    if (isRefused || !this.#review.isNeeded) return this.#store(outgoing);
    return this.#review.follow(message.channelId, this.#sendReviewed(outgoing));
  }

  @OnRequest('message.edit')
  async edit(session: Session, data: CheckedRequestData<'message.edit'>): Promise<ReplyData<'message.edit'>> {
    const { messageId } = data;
    const text = this.#review.isNeeded ? await this.#reviewedEdit(session, data) : data.text;
    return this.#turns.take(async () => {
      this.#demandToSend(session, session.member.channelId);
      const message = await this.#chat.edit(authorOf(session), session.member.channelId, messageId, text);
      this.#tellRoom(session, message.channelId, { type: 'message.edited', data: { message } });
      return message;
    });
  }

  @OnRequest('message.delete')
  delete(session: Session, { messageId }: CheckedRequestData<'message.delete'>): Promise<ReplyData<'message.delete'>> {
    return this.#deletion.deleteBy(session, messageId);
  }

  @OnRequest('message.history')
  history(session: Session, data: CheckedRequestData<'message.history'>): Promise<ReplyData<'message.history'>> {
    refuseOutsider(session, data.channelId);
    return this.#chat.history(data.channelId, data.before, data.limit);
  }

  @OnRequest('message.typing')
  typing(session: Session, { channelId }: CheckedRequestData<'message.typing'>): Nothing {
    refuseOutsider(session, channelId);
    this.#demandToSend(session, channelId);
    const nowMs = this.#clock.nowMs();
    if (nowMs - (this.#typedAtMs.get(session) ?? -Infinity) >= TYPING_INTERVAL_MS) {
      this.#typedAtMs.set(session, nowMs);
      const typing = encodeEvent({ type: 'message.typing', data: { channelId, memberId: session.member.id } });
      // Nobody wants to know later who was typing: it is kept for no replay.
      for (const other of this.#others(session, channelId)) if (other.isAttached) other.push(typing);
    }
    return {};
  }

  #store(outgoing: Outgoing): Promise<Message> {
    return this.#turns.takeTogether(outgoing, (together) => this.#sendAll(together));
  }

  /** Looked at before its turn: nobody else waits for that. */
  async #sendReviewed(outgoing: Outgoing): Promise<Message> {
    const draft = draftOf(outgoing);
    const sent = await this.#chat.sent(draft);
    if (sent !== undefined) return sent;
    return this.#store({ ...outgoing, text: await this.#review.review(draft), sentText: outgoing.text });
  }

  async #reviewedEdit(session: Session, { messageId, text }: CheckedRequestData<'message.edit'>): Promise<string> {
    const { channelId } = session.member;
    this.#demandToSend(session, channelId);
    const stored = await this.#chat.find(messageId);
    const author = authorOf(session);
    if (stored.authorId !== author.userId || stored.channelId !== channelId) return text;
    return this.#review.review({ author, channelId, text, code: stored.code });
  }

  async #sendAll(together: readonly Outgoing[]): Promise<ReadonlyMap<string, Outcome>> {
    const outcomes = new Map<string, Outcome>();
    const refused = new Map(
      together.map((message) => [message, this.#rules.refusal(message.session, message.channelId)]),
    );
    const drafts = together.filter((message) => refused.get(message) === undefined);
    const stored = await this.#chat.sendAll(drafts.map(draftOf));
    for (const [at, draft] of drafts.entries()) outcomes.set(keyOf(draft), this.#told(draft, stored[at]));
    for (const [message, refusal] of refused) {
      if (refusal !== undefined) outcomes.set(keyOf(message), await this.#sentBefore(message, refusal));
    }
    return outcomes;
  }

  #told({ session, channelId }: Outgoing, stored: Stored | undefined): Outcome {
    if (stored?.status !== 'fulfilled') {
      // It was deleted while this was on its way to the disk.
      const isGone = this.#channels.stored(channelId) === undefined;
      const reason: unknown = isGone ? new SwitchboardError('channel.not_found') : stored?.reason;
      return { status: 'rejected', reason };
    }
    const { message, isNew } = stored.value;
    if (isNew) {
      this.#rules.wrote(channelId, message.author.userId);
      this.#tellRoom(session, channelId, { type: 'message.created', data: { message } });
      this.#events.emit('message.created', { message });
    }
    return { status: 'fulfilled', value: message };
  }

  /** Who has moved on, and sends again because the answer was lost, is told that it is stored. */
  async #sentBefore(message: Outgoing, refusal: SwitchboardError): Promise<Outcome> {
    try {
      const sent = await this.#chat.sent(draftOf(message));
      return sent === undefined ? { status: 'rejected', reason: refusal } : { status: 'fulfilled', value: sent };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
  }

  /** What one may not write, one may not make of an old message either. */
  #demandToSend({ identity }: Session, channelId: string | null): void {
    if (!this.#access.mayIn(identity, 'chat.send', channelId)) throw new SwitchboardError('access.denied');
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

function draftOf({ session, channelId, nonce, text, code, sentText }: Outgoing): Draft {
  return { author: authorOf(session), channelId, nonce, text, code: code ?? null, sentText };
}

function refuseOutsider(session: Session, channelId: string): void {
  if (!isIn(session, channelId)) throw new SwitchboardError('channel.not_joined');
}

function isIn(session: Session, channelId: string): boolean {
  return session.member.channelId === channelId;
}
