import { Post } from '@nestjs/common';
import { id, type ErrorCode } from '@switchboard/protocol';
import type * as v from 'valibot';
import { AccessService } from '../access/access.service.ts';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { ValidBody, ValidParam } from '../api/valid.ts';
import { deafen, kick, memberBan, move, mute } from './moderation.schemas.ts';
import { ModerationService } from './moderation.service.ts';

/** Nobody acts on who has their rank, or a higher one. */
const ERRORS: readonly ErrorCode[] = ['member.not_found', 'access.rank'];

/** What moderators do to those who are here, by the ids of members. Each takes effect at once. */
@ApiController('', 'Moderation')
export class ModerationController {
  readonly #moderation: ModerationService;
  readonly #access: AccessService;

  constructor(moderation: ModerationService, access: AccessService) {
    this.#moderation = moderation;
    this.#access = access;
  }

  @Post('kick/:memberId')
  @Requires('member.kick')
  @AnswersNothing({ summary: 'Remove someone from the server, who may come back', errors: ERRORS })
  async kickMember(
    @ValidParam('memberId', id) memberId: string,
    @ValidBody(kick) { reason }: v.InferOutput<typeof kick>,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.#moderation.kick(this.#access.actorOf(caller), memberId, reason);
  }

  @Post('ban/:memberId')
  @Requires('member.ban')
  @AnswersNothing({
    summary: 'Remove someone from the server, and keep the person out',
    description: 'A guest who keeps no key is known by the address alone.',
    errors: [...ERRORS, 'access.last_admin', 'ban.nothing_to_ban'],
  })
  async banMember(
    @ValidParam('memberId', id) memberId: string,
    @ValidBody(memberBan) body: v.InferOutput<typeof memberBan>,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.#moderation.ban(this.#access.actorOf(caller), memberId, body);
  }

  @Post('mute/:memberId')
  @Requires('member.mute')
  @AnswersNothing({ summary: 'Let nobody hear someone, or let them be heard again', errors: ERRORS })
  async muteMember(
    @ValidParam('memberId', id) memberId: string,
    @ValidBody(mute) { muted }: v.InferOutput<typeof mute>,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.#moderation.mute(this.#access.actorOf(caller), memberId, muted);
  }

  @Post('deafen/:memberId')
  @Requires('member.mute')
  @AnswersNothing({ summary: 'Let someone hear nobody, or let them hear again', errors: ERRORS })
  async deafenMember(
    @ValidParam('memberId', id) memberId: string,
    @ValidBody(deafen) { deafened }: v.InferOutput<typeof deafen>,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.#moderation.deafen(this.#access.actorOf(caller), memberId, deafened);
  }

  @Post('move/:memberId')
  @Requires('member.move')
  @AnswersNothing({
    summary: 'Move someone into another channel',
    description:
      'Takes the permission in both channels, and that one may go into the second oneself; where it has a password, `channel.manage`. ' +
      'Whether the person may, and whether it is full, does not matter.',
    errors: [
      ...ERRORS,
      'channel.not_found',
      'channel.not_joined',
      'channel.role_required',
      'channel.password_required',
    ],
  })
  async moveMember(
    @ValidParam('memberId', id) memberId: string,
    @ValidBody(move) { channelId }: v.InferOutput<typeof move>,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.#moderation.move(this.#access.actorOf(caller), memberId, channelId);
  }
}
