import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import * as v from 'valibot';
import { Clock } from '../../common/clock.ts';
import { SignedTokens, type SignedToken } from './signed-tokens.ts';

const LIFETIME_S = 15 * 60;

/** Whose log-in a token speaks for. It says nothing of roles: these are looked up. */
export interface AccessClaims {
  readonly userId: string;
  readonly logInId: string;
}

const claims = v.object({ sub: v.pipe(v.string(), v.uuid()), sid: v.pipe(v.string(), v.uuid()), exp: v.number() });

/** The tokens that requests are made with, for a quarter of an hour. Whether the log-in goes on is not in them. */
@Injectable()
export class AccessTokens {
  readonly #tokens: SignedTokens;
  readonly #clock: Clock;

  constructor(tokens: SignedTokens, clock: Clock) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  sign({ userId, logInId }: AccessClaims): SignedToken {
    return this.#tokens.sign('access', userId, { sid: logInId }, LIFETIME_S);
  }

  /** @throws SwitchboardError `auth.token_expired`, `auth.token_invalid` */
  read(token: string): AccessClaims {
    return this.claimsOf(this.#tokens.read('access', token));
  }

  /** Of a token whose signature, issuer and audience are right. @throws SwitchboardError as `read` */
  claimsOf(payload: unknown): AccessClaims {
    const checked = v.safeParse(claims, payload);
    if (!checked.success) throw new SwitchboardError('auth.token_invalid');
    const { sub, sid, exp } = checked.output;
    if (exp * 1000 <= this.#clock.epochMs()) throw new SwitchboardError('auth.token_expired');
    return { userId: sub, logInId: sid };
  }
}
