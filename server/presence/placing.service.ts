import { Injectable } from '@nestjs/common';
import type { VoiceGrant } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';
import { WhispersService } from './whispers.service.ts';

/** Puts people into rooms and out of them, and tells them with all that a join brings: by their own request, and without. */
@Injectable()
export class PlacingService {
  readonly #access: AccessService;
  readonly #rooms: RoomsService;
  readonly #whispers: WhispersService;

  constructor(access: AccessService, rooms: RoomsService, whispers: WhispersService) {
    this.#access = access;
    this.#rooms = rooms;
    this.#whispers = whispers;
  }

  /** By its own request: the reply brings the grant. */
  join(session: Session, channelId: string): VoiceGrant {
    const grant = this.#rooms.join(session, channelId);
    return { ...grant, whispers: this.#whispers.heardBy(session) };
  }

  /** Another one's will: at once, and whatever the person may do there. */
  put(session: Session, channelId: string): void {
    // Who may be there is there like anyone else, until that changes.
    const isPlaced = this.#access.refusalAt(session.identity, channelId) !== undefined;
    const grant = this.#rooms.join(session, channelId, isPlaced);
    const voice = { ...grant, whispers: this.#whispers.heardBy(session) };
    session.tell({ type: 'self.moved', data: { channelId, voice } });
  }

  /** It may not be there any more, or the room is gone. */
  takeOut(session: Session): void {
    // First: with the room, the channel may vanish for this session.
    session.tell({ type: 'self.moved', data: { channelId: null, voice: null } });
    this.#rooms.leave(session);
  }
}
