import { Post } from '@nestjs/common';
import {
  channelPermission,
  id,
  nickname,
  setOf,
  SwitchboardError,
  timeMs,
  type Permission,
} from '@switchboard/protocol';
import * as v from 'valibot';
import { Requires } from '../../api/access.ts';
import { ApiController } from '../../api/api-controller.ts';
import { Answers } from '../../api/api-response.ts';
import { CurrentCaller, PermissionCheck, type Caller } from '../../api/caller.ts';
import { named } from '../../api/named.ts';
import { ValidBody, ValidParam } from '../../api/valid.ts';
import { AuditService } from '../../audit/audit.service.ts';
import { ChannelsService } from '../../channels/channels.service.ts';
import { DEFAULT_JOIN_TOKEN_S, JoinTokens, MAX_JOIN_TOKEN_S, visitorId } from '../tokens/join-tokens.ts';

/** What a visitor may do where the minter names nothing, as far as the minter may. */
const VISITOR: readonly Permission[] = ['see', 'join', 'speak', 'whisper', 'chat.send'];
const MAX_PERMISSIONS = 32;
const NOTHING_TO_GIVE = 'You have no permission here that a visitor could get. A key needs those that it is to give.';

const newJoinToken = named(
  'NewJoinToken',
  v.strictObject({
    nickname: v.pipe(v.optional(nickname), v.description('Absent where the person chooses.')),
    permissions: v.pipe(
      v.optional(v.pipe(v.array(channelPermission), v.minLength(1, 'not empty'), v.maxLength(MAX_PERMISSIONS))),
      v.description('Of those that one has in the channel; what a visitor needs if absent.'),
    ),
    expiresInS: v.optional(
      v.pipe(
        v.number(),
        v.integer('a whole number'),
        v.minValue(1, `from 1 to ${MAX_JOIN_TOKEN_S}`),
        v.maxValue(MAX_JOIN_TOKEN_S, `from 1 to ${MAX_JOIN_TOKEN_S}`),
      ),
      DEFAULT_JOIN_TOKEN_S,
    ),
  }),
);
const joinToken = named('JoinToken', v.object({ token: v.string(), expiresAt: timeMs }));

/** How a site's back end lets its visitors into a channel. */
@ApiController('channels', 'Channels')
export class JoinTokensController {
  readonly #tokens: JoinTokens;
  readonly #permissions: PermissionCheck;
  readonly #channels: ChannelsService;
  readonly #audit: AuditService;

  constructor(tokens: JoinTokens, permissions: PermissionCheck, channels: ChannelsService, audit: AuditService) {
    this.#tokens = tokens;
    this.#permissions = permissions;
    this.#channels = channels;
    this.#audit = audit;
  }

  @Post(':id/tokens')
  @Requires('token.mint', { channel: 'id' })
  @Answers(joinToken, {
    summary: 'Mint a join token',
    description:
      'Lets one person into this channel and what is below it. Two who show the same token replace each other.',
    status: 201,
    errors: ['access.not_yours_to_give'],
  })
  async mintJoinToken(
    @CurrentCaller() caller: Caller,
    @ValidParam('id', id) channelId: string,
    @ValidBody(newJoinToken) { nickname: name, permissions, expiresInS }: v.InferOutput<typeof newJoinToken>,
  ): Promise<v.InferOutput<typeof joinToken>> {
    const has = (permission: Permission): boolean => this.#permissions.may(caller, permission, channelId);
    if (permissions !== undefined && !permissions.every(has)) throw new SwitchboardError('access.not_yours_to_give');
    const given = permissions ?? VISITOR.filter(has);
    // A key that has nothing but this one permission: its tokens would let in people who then see nothing.
    if (given.length === 0) throw new SwitchboardError('access.not_yours_to_give', NOTHING_TO_GIVE);
    const grant = { channelId, permissions: setOf(given), nickname: name, mintedBy: caller.userId };
    const { token, expiresAt, tokenId } = this.#tokens.mint(grant, expiresInS);
    const target = { id: channelId, name: this.#channels.stored(channelId)?.name ?? '' };
    // By `visitor` its bearer is found where they are acted upon.
    const detail = { visitor: visitorId(tokenId), nickname: name ?? null, permissions: given, expiresAt };
    // Before it is told: no token is about that the log does not know.
    await this.#audit.record({ actor: caller, action: 'token.mint', target, detail });
    return { token, expiresAt };
  }
}
