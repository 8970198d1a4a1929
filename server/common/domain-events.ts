import { Injectable, Logger } from '@nestjs/common';
import type { Message } from '@switchboard/protocol';

/** Someone who is here, as those outside are told of them. */
export interface PersonInEvent {
  readonly memberId: string;
  readonly userId: string;
  readonly nickname: string;
  readonly guest: boolean;
}

/** What happened here that others may want to know: each name with what its listeners are given. */
export interface DomainEventMap {
  readonly 'room.joined': { readonly person: PersonInEvent; readonly channelId: string };
  readonly 'room.left': { readonly person: PersonInEvent; readonly channelId: string };
  readonly 'message.created': { readonly message: Message };
  readonly 'moderation.acted': {
    /** As the audit log calls it: `member.kick`. */
    readonly action: string;
    readonly actor: { readonly userId: string; readonly nickname: string };
    /** Null for an act that concerns no person, as a ban of an address alone. */
    readonly target: { readonly userId: string; readonly nickname: string } | null;
    readonly channelId: string | null;
    /** What else outsiders may know of it, as a reason; no address. */
    readonly detail: Readonly<Record<string, unknown>>;
  };
}

export type DomainEventName = keyof DomainEventMap;

type Listeners = { readonly [K in DomainEventName]: Set<(event: DomainEventMap[K]) => void> };

/**
 * What happened, told to whoever listens, within the process. Listeners are called at once, in the order in which they came, and
 * whoever tells never learns that one failed: that is logged.
 */
@Injectable()
export class DomainEvents {
  readonly #listeners: Listeners = {
    'room.joined': new Set(),
    'room.left': new Set(),
    'message.created': new Set(),
    'moderation.acted': new Set(),
  };
  readonly #logger = new Logger(DomainEvents.name);

  /** Returns what ends it. */
  on<K extends DomainEventName>(name: K, listener: (event: DomainEventMap[K]) => void): () => void {
    this.#listeners[name].add(listener);
    return () => void this.#listeners[name].delete(listener);
  }

  emit<K extends DomainEventName>(name: K, event: DomainEventMap[K]): void {
    for (const listener of this.#listeners[name]) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error(`A listener to '${name}' failed`, error instanceof Error ? error.stack : String(error));
      }
    }
  }
}
