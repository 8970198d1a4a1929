import { Injectable } from '@nestjs/common';
import type { Message, MessageCode } from '@switchboard/protocol';
import { Turns } from '../common/turns.ts';
import type { Session } from '../presence/session.ts';

/** Stored by one statement, so that nobody behind them waits for long. */
const MAX_TOGETHER = 100;

/** A message on its way to the disk. */
export interface Outgoing {
  readonly session: Session;
  readonly channelId: string;
  readonly nonce: string;
  readonly text: string;
  readonly code?: MessageCode | undefined;
  /** As it was sent, where a plugin has changed the text. */
  readonly sentText?: string | undefined;
}

export type Outcome = PromiseSettledResult<Message>;

/** What an outcome is found by: the author. */
export function keyOf({ session }: Outgoing): string {
  return session.identity.userId;
}

interface Gathering {
  readonly messages: Map<string, Outgoing>;
  readonly outcomes: Promise<ReadonlyMap<string, Outcome>>;
}

/**
 * Messages are stored and told one after the other, so that everyone gets them in the order of their ids. Those that wait at the same time are
 * stored by one commit: that is what takes long, as it waits for the disk.
 */
@Injectable()
export class ChatTurns extends Turns {
  /** The last that waits for its turn, while nothing else waits behind it. */
  #gathering: Gathering | undefined;

  override take<T>(work: () => Promise<T>): Promise<T> {
    // What comes later is not to get in before this.
    this.#gathering = undefined;
    return super.take(work);
  }

  /**
   * @param work takes all that wait together, one of each author: what one's first message changes holds for the second. It settles each by its author.
   */
  async takeTogether(
    message: Outgoing,
    work: (together: readonly Outgoing[]) => Promise<ReadonlyMap<string, Outcome>>,
  ): Promise<Message> {
    const author = keyOf(message);
    let gathering = this.#gathering;
    if (gathering === undefined || gathering.messages.size >= MAX_TOGETHER || gathering.messages.has(author)) {
      gathering = this.#gather(work);
    }
    gathering.messages.set(author, message);
    const outcome = (await gathering.outcomes).get(author);
    if (outcome === undefined) throw new Error('a message was passed over');
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  #gather(work: (together: readonly Outgoing[]) => Promise<ReadonlyMap<string, Outcome>>): Gathering {
    const messages = new Map<string, Outgoing>();
    const outcomes = super.take(() => {
      if (this.#gathering?.messages === messages) this.#gathering = undefined;
      return work([...messages.values()]);
    });
    this.#gathering = { messages, outcomes };
    return this.#gathering;
  }
}
