import { SwitchboardError, type MessageCode } from '@switchboard/protocol';
import { roomOf } from './plugin-happenings.ts';
import { textFault, type RoomChat } from './room-chat.ts';
import type { RoomPlugin } from './room-plugin.ts';
import type { RoomPlugins } from './room-plugins.ts';

interface Words {
  readonly text: string;
  readonly code: MessageCode | null;
}

/** One's own messages on their way through one's plugins, one after the other; what comes out of them is sent, and nothing of it again. */
export class OutgoingMessages {
  readonly #plugins: Pick<RoomPlugins, 'having' | 'scene'>;
  readonly #chat: Pick<RoomChat, 'model' | 'send'>;
  /** The end of those that plugins still look at; null for none. */
  #last: Promise<void> | null = null;

  constructor(plugins: Pick<RoomPlugins, 'having' | 'scene'>, chat: Pick<RoomChat, 'model' | 'send'>) {
    this.#plugins = plugins;
    this.#chat = chat;
  }

  /**
   * @throws SwitchboardError `message.cancelled` where it was not even tried: by a plugin, or for one has left the room meanwhile; as
   * `RoomChat.send`
   */
  async send(text: string, code: MessageCode | null): Promise<void> {
    const { channelId } = this.#chat.model;
    const isHeldUp = this.#last !== null || this.#plugins.having('on_message_send').length > 0;
    if (!isHeldUp || channelId === null || textFault(text) !== undefined) return this.#chat.send(text, code);
    const looked = (this.#last ?? Promise.resolve()).then(() => this.#look({ text, code }));
    const over: Promise<void> = looked.then(
      () => undefined,
      () => undefined,
    );
    this.#last = over;
    void over.then(() => {
      if (this.#last === over) this.#last = null;
    });
    const words = await looked;
    if (this.#chat.model.channelId !== channelId) {
      throw new SwitchboardError('message.cancelled', 'You left the room before the message was sent.');
    }
    return this.#chat.send(words.text, words.code);
  }

  /** Each gets what the one before has made of it. */
  async #look(words: Words): Promise<Words> {
    let next = words;
    for (const plugin of this.#plugins.having('on_message_send')) next = await this.#lookOne(next, plugin);
    return next;
  }

  async #lookOne(words: Words, plugin: RoomPlugin): Promise<Words> {
    const room = roomOf(this.#plugins.scene);
    if (room === null) return words;
    // One that breaks holds nothing back: what it did is in its log.
    const answer = await plugin.call('on_message_send', { ...words, room }).catch(() => undefined);
    if (answer?.action === 'cancel') {
      const { name } = plugin.plugin.manifest;
      throw new SwitchboardError('message.cancelled', `${name} held the message back: ${answer.reason}`);
    }
    if (answer?.action !== 'rewrite') return words;
    return { text: answer.text, code: answer.code === undefined ? words.code : answer.code };
  }
}
