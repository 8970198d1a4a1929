import type { IncomingMessage } from 'node:http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { SwitchboardError } from '@switchboard/protocol';
import { ACCESS, type Access } from './access.ts';
import { CallerVerifier, PermissionCheck, type ApiRequest, type Caller } from './caller.ts';
import { isApiController } from './routes.ts';

/** RFC 6750, section 2.1. */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Lets through to the handlers of the API whom they are for, as they declare it. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #callers: CallerVerifier;
  readonly #permissions: PermissionCheck;

  constructor(reflector: Reflector, callers: CallerVerifier, permissions: PermissionCheck) {
    this.#reflector = reflector;
    this.#callers = callers;
    this.#permissions = permissions;
  }

  /** @throws SwitchboardError `auth.token_*`, `access.denied`, `channel.not_found` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.#reflector.get<Access | undefined>(ACCESS, context.getHandler());
    // The start has failed already where a route of the API declares none.
    if (access === undefined) return !isApiController(context.getClass());
    if (access.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<ApiRequest & IncomingMessage>();
    const caller = await this.#callers.verify(bearerOf(request), request);
    request.caller = caller;
    this.#demand(access, caller, request);
    return true;
  }

  #demand(access: Exclude<Access, { kind: 'public' }>, caller: Caller, request: ApiRequest): void {
    if (access.kind === 'account') {
      if (caller.kind === 'account' || access.orKey) return;
      throw new SwitchboardError('access.denied', 'An API key cannot do this: log in with an account.');
    }
    const { permission, channelParameter } = access;
    const channelId = channelParameter === undefined ? undefined : channelOf(request, channelParameter);
    // One that is not seen is not there, whatever else is allowed in it.
    if (channelId !== undefined && !this.#sees(caller, channelId)) throw new SwitchboardError('channel.not_found');
    if (!this.#permissions.may(caller, permission, channelId)) throw new SwitchboardError('access.denied');
  }

  /** An API key is not for looking; what there is for its maker, there is for it. */
  #sees({ userId, nickname }: Caller, channelId: string): boolean {
    return this.#permissions.may({ kind: 'account', userId, nickname }, 'see', channelId);
  }
}

/** What stands in `Authorization: Bearer`. @throws SwitchboardError `auth.token_missing`, `auth.token_invalid` */
export function bearerOf({ headers: { authorization } }: Pick<ApiRequest, 'headers'>): string {
  if (authorization === undefined) throw new SwitchboardError('auth.token_missing');
  const bearer = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
  if (bearer === undefined) throw new SwitchboardError('auth.token_invalid');
  return bearer;
}

function channelOf({ params }: ApiRequest, name: string): string {
  const id = params[name];
  if (typeof id !== 'string') throw new Error(`the route has no path parameter ${name}`);
  return id;
}
