import { Injectable } from '@nestjs/common';
import type { MessageCode } from '@switchboard/protocol';
import type { Author } from './chat.service.ts';

/** A message, or what is to become of one, before it is stored. */
export interface ReviewedMessage {
  readonly author: Author;
  readonly channelId: string;
  readonly text: string;
  readonly code: MessageCode | null;
}

export interface MessageReviewer {
  /** Whether there is anybody to look at messages just now. */
  readonly isNeeded: boolean;
  /**
   * Resolves with the text to store.
   * @throws SwitchboardError `message.rejected`
   */
  review(message: ReviewedMessage): Promise<string>;
}

/** Looks at what people write before it is stored: the server's plugins, where there are any. */
@Injectable()
export class MessageReview implements MessageReviewer {
  #reviewer: MessageReviewer | undefined;
  /** What is looked at and not done yet, by channel. */
  readonly #underWay = new Map<string, Set<Promise<unknown>>>();

  /** There is one. */
  by(reviewer: MessageReviewer): void {
    this.#reviewer = reviewer;
  }

  get isNeeded(): boolean {
    return this.#reviewer?.isNeeded === true;
  }

  async review(message: ReviewedMessage): Promise<string> {
    return this.#reviewer === undefined ? message.text : this.#reviewer.review(message);
  }

  /** `done` settles when a message is there, or somebody may come in, or will not. */
  async follow<T>(channelId: string, done: Promise<T>): Promise<T> {
    const underWay = this.#underWay.get(channelId) ?? new Set();
    this.#underWay.set(channelId, underWay.add(done));
    try {
      return await done;
    } finally {
      underWay.delete(done);
      if (underWay.size === 0) this.#underWay.delete(channelId);
    }
  }

  /** Resolves once that is done which is looked at now: what a plugin has to say to it comes after it. */
  async settled(channelId: string): Promise<void> {
    await Promise.allSettled([...(this.#underWay.get(channelId) ?? [])]);
  }
}
