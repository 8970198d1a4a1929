import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { OriginPolicy } from '../web/origin-policy.ts';
import type { ApiRequest } from './caller.ts';

export const OWN_ORIGIN = 'switchboard:own-origin';

/**
 * For what a cookie is enough: a page of this very server asks, or no browser at all. A browser names the origin with every request
 * that changes something (Fetch, section 3.2); a request with a cookie and without one is refused.
 */
@Injectable()
export class OwnOriginGuard implements CanActivate {
  readonly #origins: OriginPolicy;

  constructor(origins: OriginPolicy) {
    this.#origins = origins;
  }

  /** @throws SwitchboardError `auth.origin_refused` */
  canActivate(context: ExecutionContext): boolean {
    const { origin, host, cookie } = context.switchToHttp().getRequest<ApiRequest>().headers;
    if (origin === undefined && cookie === undefined) return true;
    if (typeof origin === 'string' && typeof host === 'string' && this.#origins.isOwn(origin, host)) return true;
    throw new SwitchboardError('auth.origin_refused');
  }
}

/** Only pages of this server may ask for this, not those of allowed origins: for routes that read a cookie. */
export function OwnOrigin(): MethodDecorator {
  return applyDecorators(SetMetadata(OWN_ORIGIN, true), UseGuards(OwnOriginGuard));
}
