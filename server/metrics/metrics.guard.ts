import type { IncomingMessage } from 'node:http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { bearerOf } from '../api/access.guard.ts';
import { CallerVerifier, PermissionCheck } from '../api/caller.ts';
import { isLoopback } from '../config/server-config.ts';

/** What a proxy adds (RFC 7239, and what was before it). */
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Lets a Prometheus of this machine through without a token, and others with one. Behind a proxy of this machine everyone comes from
 * loopback; so the request must also be for a loopback address, and none that a proxy has passed on.
 */
@Injectable()
export class MetricsGuard implements CanActivate {
  readonly #callers: CallerVerifier;
  readonly #permissions: PermissionCheck;

  constructor(callers: CallerVerifier, permissions: PermissionCheck) {
    this.#callers = callers;
    this.#permissions = permissions;
  }

  /** @throws SwitchboardError `auth.token_*`, `access.denied` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    if (request.headers.authorization === undefined && isLocal(request)) return true;
    const caller = await this.#callers.verify(bearerOf(request), request);
    if (!this.#permissions.may(caller, 'server.manage')) throw new SwitchboardError('access.denied');
    return true;
  }
}

function isLocal({ socket, headers }: IncomingMessage): boolean {
  const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
  const host = URL.parse(`http://${headers.host ?? ''}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  return isLoopback(peer) && isLoopback(host) && !FORWARDING.some((name) => name in headers);
}
