import { Injectable, Logger } from '@nestjs/common';
import type { CheckedRequestData, Member, ReplyData } from '@switchboard/protocol';
import { OnRequest, type Nothing } from '../control/on-request.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';
import { WhispersService } from './whispers.service.ts';

/** The requests of the control lane about oneself and where one is. */
@Injectable()
export class PresenceRequests {
  readonly #sessions: SessionsService;
  readonly #rooms: RoomsService;
  readonly #whispers: WhispersService;
  readonly #logger = new Logger(PresenceRequests.name);

  constructor(sessions: SessionsService, rooms: RoomsService, whispers: WhispersService) {
    this.#sessions = sessions;
    this.#rooms = rooms;
    this.#whispers = whispers;
  }

  @OnRequest('session.ping')
  ping(): Nothing {
    return {};
  }

  @OnRequest('channel.join')
  join(session: Session, { channelId }: CheckedRequestData<'channel.join'>): ReplyData<'channel.join'> {
    const grant = this.#rooms.join(session, channelId);
    return { channelId, voice: { ...grant, whispers: this.#whispers.heardBy(session) } };
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
    if (deafened !== undefined) this.#rooms.applyHearing(session);
    return member;
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
    this.#logger.debug(`${session.id}: ${lane}, round trip ${roundTripMs ?? '–'} ms, loss ${lossPct ?? '–'} %`);
    return {};
  }
}
