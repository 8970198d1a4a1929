import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Permission } from '@switchboard/protocol';

/** Who makes a request of the REST API: an account that is logged in, or an API key. */
export interface Caller {
  readonly kind: 'account' | 'key';
  /** The account; for a key, the one that made it. */
  readonly userId: string;
  readonly nickname: string;
  /** The log-in of an account. */
  readonly sessionId?: string;
  readonly keyId?: string;
  /** What a key is limited to. */
  readonly permissions?: readonly Permission[];
}

/** Turns the token of `Authorization: Bearer` into the one who shows it. */
export abstract class CallerVerifier {
  /**
   * @param request that it came with: from where matters too.
   * @throws SwitchboardError `auth.token_invalid`, `auth.token_expired`, `access.banned`
   */
  abstract verify(bearer: string, request: IncomingMessage): Promise<Caller>;
}

/** Says what a caller may do, as it is at this moment. */
export abstract class PermissionCheck {
  /** For the whole server, or in one channel. A channel that does not exist allows nothing. */
  abstract may(caller: Caller, permission: Permission, channelId?: string): boolean;
}

/** A request on its way through the guards and handlers of the API. */
export interface ApiRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: Readonly<Record<string, string | string[] | undefined>>;
  /** Who makes it, once the guard knows. */
  caller?: Caller;
}

/**
 * The caller, as a parameter of a handler. A public route has none: its parameter is undefined, whatever was shown.
 */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller | undefined =>
    context.switchToHttp().getRequest<ApiRequest>().caller,
);
