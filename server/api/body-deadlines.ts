import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { Clock } from '../common/clock.ts';
import { sendError } from './api-error.ts';

/** What is small, as all JSON here is, has arrived by then. */
export const BODY_LIMIT_MS = 20_000;

/**
 * The body of a request is there within 20 s, whether anybody reads it or not, or the connection ends. Node's own limit is one for
 * all requests, and would cut a large upload off.
 */
@Injectable()
export class BodyDeadlines {
  readonly #clock: Clock;
  readonly #deadlines = new WeakMap<IncomingMessage, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Before anything reads it. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    if (!hasBody(request)) return;
    const cancel = this.#clock.after(BODY_LIMIT_MS, () => {
      if (!request.complete) tooSlow(request, response);
    });
    this.#deadlines.set(request, cancel);
    request.once('end', cancel);
    request.once('close', () => {
      // An answer may be done before the body, which then goes on arriving for nobody.
      if (request.complete || request.socket.destroyed) cancel();
    });
  }

  /** For who reads a body of any size, and has limits of its own. */
  lift(request: IncomingMessage): void {
    this.#deadlines.get(request)?.();
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function tooSlow({ socket }: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    socket.destroy();
    return;
  }
  // What is still to come is not read: the connection ends with the answer.
  response.setHeader('Connection', 'close');
  sendError(new SwitchboardError('protocol.too_slow'), response);
}
