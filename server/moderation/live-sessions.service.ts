import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.ts';
import type { Caller } from '../api/caller.ts';
import type { Session } from '../presence/session.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { LiveStates } from './live-states.ts';
import type { LiveSessionView } from './moderation.schemas.ts';

/** Who is here, as moderators see them. */
@Injectable()
export class LiveSessionsService {
  readonly #sessions: SessionsService;
  readonly #states: LiveStates;
  readonly #access: AccessService;

  constructor(sessions: SessionsService, states: LiveStates, access: AccessService) {
    this.#sessions = sessions;
    this.#states = states;
    this.#access = access;
  }

  /** Those that the caller may see where they are; of the others, that they are here. */
  list(caller: Caller): LiveSessionView[] {
    const seesAddresses = this.#access.may(caller, 'member.ban');
    return [...this.#sessions.all].map((session) => {
      const { channelId } = session.member;
      const seesRoom = channelId === null || this.#access.may(caller, 'see', channelId);
      return this.#viewOf(session, seesRoom, seesAddresses);
    });
  }

  #viewOf(session: Session, seesRoom: boolean, seesAddresses: boolean): LiveSessionView {
    const { id, userId, nickname, guest, channelId, muted, deafened, ...rest } = session.member;
    const { serverMuted, serverDeafened, reconnecting } = rest;
    const { speaking, lane } = this.#states.voiceOf(session);
    return {
      memberId: id,
      userId,
      nickname,
      guest,
      channelId: seesRoom ? channelId : null,
      muted,
      deafened,
      serverMuted,
      serverDeafened,
      speaking: seesRoom && speaking,
      reconnecting,
      // Voice travels of who is in a room: it would tell of one that is not seen.
      lane: seesRoom ? lane : null,
      address: seesAddresses ? (session.network ?? null) : null,
      connectedAt: this.#states.connectedAt(session),
      rank: this.#access.rankOf(session.identity),
    };
  }
}
