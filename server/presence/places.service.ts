import { isDeepStrictEqual } from 'node:util';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { encodeEvent, PLACE_INTERVAL_MS, SwitchboardError, type Place } from '@switchboard/protocol';
import { Clock } from '../common/clock.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';

/** What someone shares in the room where it is. */
interface Shared {
  readonly channelId: string;
  /** As the others have it. */
  told: Place | null;
  latest: Place | null;
  /** Until then nothing more is told; undefined while there is nothing to wait for. */
  cancelPause: (() => void) | undefined;
}

/**
 * Where people are in their files, told to those in the same room and to nobody else. Nothing of it is stored, and it ends with the visit to the
 * room: who goes into the next one shares it there anew. It fills no log: whoever has no socket is told on coming back.
 */
@Injectable()
export class PlacesService implements OnApplicationBootstrap {
  readonly #rooms: RoomsService;
  readonly #sessions: SessionsService;
  readonly #clock: Clock;
  readonly #shared = new WeakMap<Session, Shared>();

  constructor(rooms: RoomsService, sessions: SessionsService, clock: Clock) {
    this.#rooms = rooms;
    this.#sessions = sessions;
    this.#clock = clock;
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
    this.#sessions.onCaughtUp((session) => {
      this.#catchUp(session);
    });
  }

  /**
   * The latest place counts: what comes faster than it is told is passed over.
   * @throws SwitchboardError `channel.not_joined`
   */
  share(session: Session, place: Place | null): void {
    const { channelId } = session.member;
    if (channelId === null) throw new SwitchboardError('channel.not_joined');
    const shared = this.#shared.get(session) ?? this.#open(session, channelId);
    shared.latest = place;
    if (shared.cancelPause === undefined) this.#tellOthers(session, shared);
  }

  #open(session: Session, channelId: string): Shared {
    const shared: Shared = { channelId, told: null, latest: null, cancelPause: undefined };
    this.#shared.set(session, shared);
    return shared;
  }

  #began(session: Session): void {
    const { channelId } = session.member;
    if (channelId === null) return;
    const before = this.#shared.get(session);
    this.#shared.delete(session);
    if (before?.channelId === channelId) {
      // Who has a fresh voice session in the same room has not left it in the others' eyes.
      this.#open(session, channelId);
      if (before.told !== null) this.#push(session, channelId, null);
    }
    // After the join is complete: then it sees those who are in the room.
    queueMicrotask(() => {
      this.#catchUp(session);
    });
  }

  #ended(session: Session): void {
    const shared = this.#shared.get(session);
    shared?.cancelPause?.();
  }

  #catchUp(listener: Session): void {
    const { channelId } = listener.member;
    if (channelId === null || !listener.isAttached) return;
    for (const other of this.#rooms.members(channelId)) {
      const shared = other === listener ? undefined : this.#shared.get(other);
      if (shared !== undefined) listener.push(placeOf(other, shared.told));
    }
  }

  #tellOthers(session: Session, shared: Shared): void {
    if (isDeepStrictEqual(shared.latest, shared.told)) return;
    shared.told = shared.latest;
    this.#push(session, shared.channelId, shared.told);
    shared.cancelPause = this.#clock.after(PLACE_INTERVAL_MS, () => {
      shared.cancelPause = undefined;
      this.#tellOthers(session, shared);
    });
  }

  #push(session: Session, channelId: string, place: Place | null): void {
    const encoded = placeOf(session, place);
    for (const other of this.#rooms.members(channelId)) {
      if (other !== session && other.isAttached) other.push(encoded);
    }
  }
}

function placeOf({ member: { id: memberId } }: Session, place: Place | null): string {
  return encodeEvent({ type: 'member.place', data: { memberId, place } });
}
