import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { encodeEvent, MAX_NICKNAME_LENGTH, SwitchboardError, type Message } from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import { ChannelsService } from '../channels/channels.service.ts';
import { DomainEvents } from '../common/domain-events.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import { ChatTurns } from './chat-turns.ts';
import { ChatService, type Author } from './chat.service.ts';
import { MessageReview } from './message-review.ts';

/** Hexadecimal digits of the hash: with what stands before it, no longer than a person's id. */
const HASH_DIGITS = 32;

/** Writes into rooms in the name of a plugin of the server. */
@Injectable()
export class PluginMessages {
  readonly #chat: ChatService;
  readonly #turns: ChatTurns;
  readonly #rooms: RoomsService;
  readonly #channels: ChannelsService;
  readonly #events: DomainEvents;
  readonly #review: MessageReview;

  constructor(
    chat: ChatService,
    turns: ChatTurns,
    rooms: RoomsService,
    channels: ChannelsService,
    events: DomainEvents,
    review: MessageReview,
  ) {
    this.#chat = chat;
    this.#turns = turns;
    this.#rooms = rooms;
    this.#channels = channels;
    this.#events = events;
    this.#review = review;
  }

  /**
   * For everyone who is in the channel, after what it may be an answer to.
   * @param isVoid asked after that; then nothing is sent
   * @throws SwitchboardError `channel.not_found`
   */
  async send(
    channelId: string,
    plugin: { readonly id: string; readonly name: string },
    text: string,
    isVoid = (): boolean => false,
  ): Promise<Message | undefined> {
    await this.#review.settled(channelId);
    return this.#turns.take(async () => {
      if (isVoid()) return undefined;
      if (this.#channels.stored(channelId) === undefined) throw new SwitchboardError('channel.not_found');
      const author = pluginAuthor(plugin);
      const draft = { author, channelId, nonce: uuidv7(), text: text.toWellFormed(), code: null, plugin: plugin.id };
      const [stored] = await this.#chat.sendAll([draft]);
      if (stored?.status !== 'fulfilled') {
        // It was deleted while this was on its way to the disk.
        const isGone = this.#channels.stored(channelId) === undefined;
        throw isGone ? new SwitchboardError('channel.not_found') : stored?.reason;
      }
      const { message } = stored.value;
      const encoded = encodeEvent({ type: 'message.created', data: { message } });
      for (const session of this.#rooms.members(channelId)) session.push(encoded);
      this.#events.emit('message.created', { message });
      return message;
    });
  }
}

/** A plugin as the author of messages: the same as long as it has its id, and nobody else. Ids of people are UUIDs, or begin with `jt`. */
export function pluginAuthor({ id, name }: { readonly id: string; readonly name: string }): Author {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH_DIGITS);
  const nickname = name.length <= MAX_NICKNAME_LENGTH ? name : `${name.slice(0, MAX_NICKNAME_LENGTH - 1).trim()}…`;
  return { userId: `pl${hash}`, nickname: nickname.toWellFormed() };
}
