import { Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import { SwitchboardError } from '@switchboard/protocol';
import { Clock } from '../../common/clock.ts';
import { ServerSecrets } from './server-secrets.ts';

/** Who a token is for: none is good for anything else, and each kind has a secret of its own. */
export type Audience = 'access' | 'join';

/** Who shows a join token is a visitor of somebody's page: there is nothing to log in to. */
const EXPIRED = { access: 'auth.token_expired', join: 'auth.join_token_expired' } as const;

export const ISSUER = 'switchboard';
export const ALGORITHM = 'HS256';

export interface SignedToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** JWT (RFC 7519) that this server signs, and alone believes. */
@Injectable()
export class SignedTokens {
  readonly #jwt: JwtService;
  readonly #secrets: ServerSecrets;
  readonly #clock: Clock;

  constructor(jwt: JwtService, secrets: ServerSecrets, clock: Clock) {
    this.#jwt = jwt;
    this.#secrets = secrets;
    this.#clock = clock;
  }

  sign(audience: Audience, subject: string, claims: Readonly<Record<string, unknown>>, lifetimeS: number): SignedToken {
    const iat = Math.floor(this.#clock.epochMs() / 1000);
    const token = this.#jwt.sign(
      { ...claims, sub: subject, iat },
      { secret: this.#secrets.of(audience), algorithm: ALGORITHM, issuer: ISSUER, audience, expiresIn: lifetimeS },
    );
    return { token, expiresAt: (iat + lifetimeS) * 1000 };
  }

  /**
   * Its claims, for a schema to check.
   * @throws SwitchboardError `auth.token_expired`, `auth.join_token_expired`, `auth.token_invalid`
   */
  read(audience: Audience, token: string): unknown {
    try {
      return this.#jwt.verify<object>(token, {
        secret: this.#secrets.of(audience),
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience,
        clockTimestamp: Math.floor(this.#clock.epochMs() / 1000),
      });
    } catch (error) {
      const code = error instanceof TokenExpiredError ? EXPIRED[audience] : 'auth.token_invalid';
      throw new SwitchboardError(code, undefined, { cause: error });
    }
  }
}
