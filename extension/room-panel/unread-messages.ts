import type { ClientState } from '@switchboard/client';
import { countUnread, newestId } from '@switchboard/webcomponents/chat-items';

/** Which messages of the room have not been seen: counted here, as the page that shows them comes and goes. */
export class UnreadMessages {
  #channelId: string | null = null;
  #readId: string | null = null;
  #count = 0;

  /** Messages of others after the one seen last. */
  get count(): number {
    return this.#count;
  }

  /** The newest message that was seen; empty for none, null while the history of the room is not known. */
  get readId(): string | null {
    return this.#readId;
  }

  /** Who comes into a room has read what was written before. */
  follow({ channelId, chat, members, selfId }: ClientState): void {
    if (channelId !== this.#channelId) {
      this.#channelId = channelId;
      this.#readId = null;
    }
    if (channelId !== null && !chat.loading) this.#readId ??= newestId(chat.entries) ?? '';
    const selfUserId = members.find(({ id }) => id === selfId)?.userId ?? null;
    this.#count = countUnread({ entries: chat.entries, selfUserId, readId: this.#readId });
  }

  forget(): void {
    this.#channelId = null;
    this.#readId = null;
    this.#count = 0;
  }

  /** Messages up to this one have been seen. */
  read(messageId: string): void {
    if (this.#readId !== null && messageId > this.#readId) this.#readId = messageId;
  }
}
