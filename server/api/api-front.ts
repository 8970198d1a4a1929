import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwitchboardError } from '@switchboard/protocol';
import { Clock } from '../common/clock.ts';
import { NetworkLimits } from '../common/network-limits.ts';
import { remoteNetwork } from '../common/remote-network.ts';
import { ServerConfig } from '../config/server-config.ts';
import { OriginPolicy } from '../web/origin-policy.ts';
import { BodyDeadlines } from './body-deadlines.ts';
import { callerAddress } from './caller-address.ts';

const REQUESTS_PER_MINUTE = 600;
const REQUEST_BURST = 100;
const MAX_BODY_BYTES = 64 * 1_024;
/** How long a browser may remember what an origin is allowed. */
const PREFLIGHT_S = 600;

/** What a request of the API meets before its route: headers, other pages' rights, the limit per address, the size of its body
 * and how long that may take. */
@Injectable()
export class ApiFront {
  readonly #config: ServerConfig;
  readonly #origins: OriginPolicy;
  readonly #clock: Clock;
  readonly #bodies: BodyDeadlines;
  readonly #limits = new NetworkLimits(REQUESTS_PER_MINUTE, REQUEST_BURST);

  constructor(config: ServerConfig, origins: OriginPolicy, clock: Clock, bodies: BodyDeadlines) {
    this.#config = config;
    this.#origins = origins;
    this.#clock = clock;
    this.#bodies = bodies;
  }

  /** Before anything else is served: a refused request costs as little as can be. */
  install(app: NestExpressApplication): void {
    app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      this.#bodies.watch(request, response);
      next();
    });
    app.use('/api', (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => {
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Referrer-Policy', 'no-referrer');
      response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
      const isAllowed = this.#allowOrigin(request, response);
      const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
      if (!this.#hasRoom(request)) {
        const { retryAfterMs } = this.#limits;
        next(new SwitchboardError('server.rate_limited', undefined, { retryAfterMs }));
      } else if (isPreflight && isAllowed) answerPreflight(response);
      else if (isPreflight) next(new SwitchboardError('auth.origin_refused'));
      else next();
    });
    app.useBodyParser('json', { limit: MAX_BODY_BYTES });
  }

  #hasRoom(request: IncomingMessage): boolean {
    const network = remoteNetwork(callerAddress(request, this.#config.trustedProxies));
    return network === undefined || this.#limits.take(network, this.#clock.nowMs());
  }

  /** Without `Access-Control-Allow-Credentials`: another origin has its own token, never the cookie. */
  #allowOrigin({ headers: { origin, host } }: IncomingMessage, response: ServerResponse): boolean {
    response.setHeader('Vary', 'Origin');
    if (origin === undefined || !this.#origins.allows(origin, host)) return false;
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    return true;
  }
}

function answerPreflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': PREFLIGHT_S,
    })
    .end();
}
