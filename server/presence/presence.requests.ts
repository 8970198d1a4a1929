import { Injectable, Logger } from '@nestjs/common';
import type { CheckedRequestData, Member, ReplyData } from '@switchboard/protocol';
import { OnRequest, type Nothing } from '../control/on-request.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';

/** The requests of the control lane about oneself and where one is. */
@Injectable()
export class PresenceRequests {
  readonly #sessions: SessionsService;
  readonly #rooms: RoomsService;
  readonly #logger = new Logger(PresenceRequests.name);

  constructor(sessions: SessionsService, rooms: RoomsService) {
    this.#sessions = sessions;
    this.#rooms = rooms;
  }

  @OnRequest('session.ping')
  ping(): Nothing {
    return {};
  }

  @OnRequest('channel.join')
  join(session: Session, { channelId }: CheckedRequestData<'channel.join'>): ReplyData<'channel.join'> {
    return { channelId, voice: this.#rooms.join(session, channelId) };
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

  @OnRequest('voice.lane')
  lane(session: Session, { lane, roundTripMs, lossPct }: CheckedRequestData<'voice.lane'>): Nothing {
    this.#logger.debug(`${session.id}: ${lane}, round trip ${roundTripMs ?? '–'} ms, loss ${lossPct ?? '–'} %`);
    return {};
  }
}
