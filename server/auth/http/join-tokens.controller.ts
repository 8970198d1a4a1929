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
import { DEFAULT_JOIN_TOKEN_S, JoinTokens, MAX_JOIN_TOKEN_S } from '../tokens/join-tokens.ts';

/** What a visitor may do where the minter names nothing, as far as the minter may. */
const VISITOR: readonly Permission[] = ['see', 'join', 'speak', 'whisper', 'chat.send'];
const MAX_PERMISSIONS = 32;

const newJoinToken = named(
  'NewJoinToken',
  v.strictObject({
    nickname: v.pipe(v.optional(nickname), v.description('Absent where the person chooses.')),
    permissions: v.pipe(
      v.optional(v.pipe(v.array(channelPermission), v.maxLength(MAX_PERMISSIONS))),
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

  constructor(tokens: JoinTokens, permissions: PermissionCheck) {
    this.#tokens = tokens;
    this.#permissions = permissions;
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
  mintJoinToken(
    @CurrentCaller() caller: Caller,
    @ValidParam('id', id) channelId: string,
    @ValidBody(newJoinToken) { nickname: name, permissions, expiresInS }: v.InferOutput<typeof newJoinToken>,
  ): v.InferOutput<typeof joinToken> {
    const has = (permission: Permission): boolean => this.#permissions.may(caller, permission, channelId);
    if (permissions !== undefined && !permissions.every(has)) throw new SwitchboardError('access.not_yours_to_give');
    const given = permissions ?? VISITOR.filter(has);
    return this.#tokens.mint(
      { channelId, permissions: setOf(given), nickname: name, mintedBy: caller.userId },
      expiresInS,
    );
  }
}
