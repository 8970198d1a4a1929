import { Injectable } from '@nestjs/common';
import type { CheckedRequestData } from '@switchboard/protocol';
import { OnRequest, type Nothing } from '../control/on-request.ts';
import type { Session } from '../presence/session.ts';
import { ModerationService } from './moderation.service.ts';

/** The requests of the control lane by which moderators act on those who are here. */
@Injectable()
export class ModerationRequests {
  readonly #moderation: ModerationService;

  constructor(moderation: ModerationService) {
    this.#moderation = moderation;
  }

  @OnRequest('member.mute')
  async mute({ identity }: Session, { memberId, muted }: CheckedRequestData<'member.mute'>): Promise<Nothing> {
    await this.#moderation.mute(identity, memberId, muted);
    return {};
  }

  @OnRequest('member.deafen')
  async deafen({ identity }: Session, { memberId, deafened }: CheckedRequestData<'member.deafen'>): Promise<Nothing> {
    await this.#moderation.deafen(identity, memberId, deafened);
    return {};
  }

  @OnRequest('member.move')
  async move({ identity }: Session, { memberId, channelId }: CheckedRequestData<'member.move'>): Promise<Nothing> {
    await this.#moderation.move(identity, memberId, channelId);
    return {};
  }

  @OnRequest('member.kick')
  async kick({ identity }: Session, { memberId, reason }: CheckedRequestData<'member.kick'>): Promise<Nothing> {
    await this.#moderation.kick(identity, memberId, reason);
    return {};
  }

  @OnRequest('member.ban')
  async ban({ identity }: Session, { memberId, ...ban }: CheckedRequestData<'member.ban'>): Promise<Nothing> {
    await this.#moderation.ban(identity, memberId, ban);
    return {};
  }
}
