import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import passport from 'passport';
import { ExtractJwt, Strategy, type VerifiedCallback } from 'passport-jwt';
import { AccessTokens, type AccessClaims } from '../tokens/access-tokens.ts';
import { ServerSecrets } from '../tokens/server-secrets.ts';
import { ALGORITHM, ISSUER } from '../tokens/signed-tokens.ts';

const NAME = 'access';

/**
 * Reads the access token of a request by `passport-jwt`. Passport's own instance is one for the process, which may have several servers with
 * secrets of their own: each has its own instance.
 */
@Injectable()
export class AccessTokenStrategy {
  readonly #passport = new passport.Authenticator();

  constructor(secrets: ServerSecrets, tokens: AccessTokens) {
    const strategy = new Strategy(
      {
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: secrets.of('access'),
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: 'access',
        // It knows the system's clock only; `claimsOf` goes by the injected one.
        ignoreExpiration: true,
      },
      (payload: unknown, done: VerifiedCallback) => {
        done(null, tokens.claimsOf(payload));
      },
    );
    this.#passport.use(NAME, strategy);
  }

  /** @throws SwitchboardError `auth.token_expired`, `auth.token_invalid` */
  verify(bearer: string): Promise<AccessClaims> {
    const request = { headers: { authorization: `Bearer ${bearer}` } };
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, claims?: AccessClaims | false, info?: unknown): void => {
        if (error !== null) reject(error);
        else if (claims) resolve(claims);
        else reject(new SwitchboardError('auth.token_invalid', undefined, { cause: info }));
      };
      const authenticate: unknown = this.#passport.authenticate(NAME, { session: false }, done);
      (authenticate as (request: object, response: object, next: (error: Error) => void) => void)(request, {}, reject);
    });
  }
}
