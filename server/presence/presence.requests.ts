import { Injectable, Logger } from '@nestjs/common';
import type { Channel, CheckedRequestData, Member, ReplyData } from '@switchboard/protocol';
import { OnRequest, type Nothing } from '../control/on-request.ts';
import { DoorService } from './door.service.ts';
import { PlacesService } from './places.service.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';
import { TemporaryChannelsService } from './temporary-channels.service.ts';
import { WhispersService } from './whispers.service.ts';

/** The requests of the control lane about oneself and where one is. */
@Injectable()
export class PresenceRequests {
  readonly #sessions: SessionsService;
  readonly #door: DoorService;
  readonly #rooms: RoomsService;
  readonly #temporary: TemporaryChannelsService;
  readonly #whispers: WhispersService;
  readonly #places: PlacesService;
  readonly #logger = new Logger(PresenceRequests.name);

  constructor(
    sessions: SessionsService,
    door: DoorService,
    rooms: RoomsService,
    temporary: TemporaryChannelsService,
    whispers: WhispersService,
    places: PlacesService,
  ) {
    this.#sessions = sessions;
    this.#door = door;
    this.#rooms = rooms;
    this.#temporary = temporary;
    this.#whispers = whispers;
    this.#places = places;
  }

  @OnRequest('session.ping')
  ping(): Nothing {
    return {};
  }

  @OnRequest('channel.join')
  async join(
    session: Session,
    { channelId, password }: CheckedRequestData<'channel.join'>,
  ): Promise<ReplyData<'channel.join'>> {
    return { channelId, voice: await this.#door.join(session, channelId, password) };
  }

  @OnRequest('channel.createTemporary')
  createTemporary(session: Session, data: CheckedRequestData<'channel.createTemporary'>): Promise<Channel> {
    return this.#temporary.create(session, data);
  }

  @OnRequest('channel.leave')
  leave(session: Session): Nothing {
    this.#rooms.leave(session);
    return {};
  }

  @OnRequest('self.update')
  update(session: Session, data: CheckedRequestData<'self.update'>): Member {
    const { muted, deafened, nickname, status } = data;
    const member = this.#sessions.change(session, {
      ...(muted === undefined ? {} : { muted }),
      ...(deafened === undefined ? {} : { deafened }),
      ...(nickname === undefined ? {} : { nickname }),
      ...(status === undefined ? {} : { status }),
    });
    if (deafened !== undefined) this.#rooms.applyVoice(session);
    return member;
  }

  @OnRequest('self.place')
  place(session: Session, { place }: CheckedRequestData<'self.place'>): Nothing {
    this.#places.share(session, place);
    return {};
  }

  @OnRequest('whisper.set')
  setWhisper(session: Session, audience: CheckedRequestData<'whisper.set'>): ReplyData<'whisper.set'> {
    return this.#whispers.set(session, audience);
  }

  @OnRequest('whisper.clear')
  clearWhisper(session: Session, { targetToken }: CheckedRequestData<'whisper.clear'>): Nothing {
    this.#whispers.clear(session, targetToken);
    return {};
  }

  @OnRequest('voice.lane')
  lane(session: Session, { lane, roundTripMs, lossPct }: CheckedRequestData<'voice.lane'>): Nothing {
    session.reportedLossPct = lossPct;
    this.#logger.debug(`${session.id}: ${lane}, round trip ${roundTripMs ?? '–'} ms, loss ${lossPct ?? '–'} %`);
    return {};
  }
}
