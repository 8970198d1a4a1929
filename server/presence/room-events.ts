import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DomainEvents, type PersonInEvent } from '../common/domain-events.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';

/**
 * Tells those outside who comes into a room and who leaves it. A fresh voice session in the same room is neither: it ends and begins
 * within one call, so leaving is told after that.
 */
@Injectable()
export class RoomEvents implements OnApplicationBootstrap {
  readonly #rooms: RoomsService;
  readonly #events: DomainEvents;
  /** Who has left which room just now, and is not told of yet. */
  readonly #leaving = new Map<Session, string>();

  constructor(rooms: RoomsService, events: DomainEvents) {
    this.#rooms = rooms;
    this.#events = events;
  }

  onApplicationBootstrap(): void {
    this.#rooms.onVoice({
      began: (session) => {
        this.#began(session);
      },
      ended: (session) => {
        this.#ended(session);
      },
    });
  }

  #began(session: Session): void {
    const { channelId } = session.member;
    if (channelId === null) return;
    const left = this.#leaving.get(session);
    this.#leaving.delete(session);
    if (left === channelId) return;
    if (left !== undefined) this.#events.emit('room.left', { person: personOf(session), channelId: left });
    this.#events.emit('room.joined', { person: personOf(session), channelId });
  }

  #ended(session: Session): void {
    const { channelId } = session.member;
    if (channelId === null) return;
    this.#leaving.set(session, channelId);
    queueMicrotask(() => {
      const left = this.#leaving.get(session);
      if (left === undefined) return;
      this.#leaving.delete(session);
      this.#events.emit('room.left', { person: personOf(session), channelId: left });
    });
  }
}

function personOf({ member: { id, userId, nickname, guest } }: Session): PersonInEvent {
  return { memberId: id, userId, nickname, guest };
}
