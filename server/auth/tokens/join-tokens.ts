import { Injectable } from '@nestjs/common';
import {
  channelPermission,
  id,
  namesOf,
  nickname,
  setOf,
  SwitchboardError,
  type PermissionSet,
} from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { SignedTokens, type SignedToken } from './signed-tokens.ts';

export const MAX_JOIN_TOKEN_S = 30 * 24 * 3_600;
export const DEFAULT_JOIN_TOKEN_S = 3_600;

/** What a join token brings: one channel, and what its bearer may do there. */
export interface JoinGrant {
  readonly channelId: string;
  readonly permissions: PermissionSet;
  /** Absent where the bearer chooses. */
  readonly nickname?: string | undefined;
  /** Who minted it. */
  readonly mintedBy: string;
}

const claims = v.object({
  /** Everyone who shows the same token is the same person: two windows replace each other. */
  jti: v.pipe(v.string(), v.uuid()),
  sub: id,
  cid: id,
  prm: v.array(channelPermission),
  nck: v.optional(nickname),
  exp: v.number(),
});

/** The user that everyone is who shows this token: two windows replace each other. */
export function visitorId(tokenId: string): string {
  return `jt${tokenId.replaceAll('-', '')}`;
}

/** A token that has just been made, and by which its bearer is told from others. */
export interface MintedToken extends SignedToken {
  readonly tokenId: string;
}

/** Tokens by which a site's back end, or whoever may mint them, lets somebody without an account into a channel. */
@Injectable()
export class JoinTokens {
  readonly #tokens: SignedTokens;

  constructor(tokens: SignedTokens) {
    this.#tokens = tokens;
  }

  mint({ channelId, permissions, nickname: name, mintedBy }: JoinGrant, lifetimeS: number): MintedToken {
    const tokenId = uuidv7();
    const named = name === undefined ? {} : { nck: name };
    const carried = { jti: tokenId, cid: channelId, prm: namesOf(permissions), ...named };
    return { ...this.#tokens.sign('join', mintedBy, carried, lifetimeS), tokenId };
  }

  /** @throws SwitchboardError `auth.join_token_expired`, `auth.token_invalid` */
  read(token: string): JoinGrant & { readonly tokenId: string } {
    const checked = v.safeParse(claims, this.#tokens.read('join', token));
    if (!checked.success) throw new SwitchboardError('auth.token_invalid');
    const { jti, sub, cid, prm, nck } = checked.output;
    return { tokenId: jti, channelId: cid, permissions: setOf(prm), nickname: nck, mintedBy: sub };
  }
}
