import type { VoiceClientApi } from '@switchboard/client';
import { SwitchboardError, type MessageCode } from '@switchboard/protocol';

/** Code that somebody chose to send to those in one room: this code and no other, to this room and no other, however often it is tried. */
export class CodeSending {
  readonly #client: VoiceClientApi;
  readonly #channelId: string;
  readonly #text: string;
  readonly #code: MessageCode;
  /** Under which it waits in the chat, if it has failed there. */
  #failedNonce: string | undefined;

  constructor(client: VoiceClientApi, channelId: string, text: string, code: MessageCode) {
    this.#client = client;
    this.#channelId = channelId;
    this.#text = text;
    this.#code = code;
  }

  /** @throws SwitchboardError `channel.not_joined` in any other room; why it was not sent */
  async send(): Promise<void> {
    if (this.#client.state.channelId !== this.#channelId) throw new SwitchboardError('channel.not_joined');
    try {
      await this.#attempt();
    } catch (error) {
      const failed = this.#client.state.chat.entries.find(
        (entry) => entry.status === 'failed' && entry.code === this.#code,
      );
      this.#failedNonce = failed?.status === 'failed' ? failed.nonce : undefined;
      throw error;
    }
  }

  #attempt(): Promise<void> {
    const nonce = this.#failedNonce;
    if (nonce === undefined) return this.#client.sendMessage(this.#text, this.#code);
    const { entries } = this.#client.state.chat;
    if (entries.some((entry) => entry.status === 'sent' && entry.message.nonce === nonce)) return Promise.resolve();
    // It is in the chat with a button of its own; so that there are not two of it, that one is taken.
    if (entries.some((entry) => entry.status === 'failed' && entry.nonce === nonce)) {
      return this.#client.retryMessage(nonce);
    }
    return this.#client.sendMessage(this.#text, this.#code);
  }
}
