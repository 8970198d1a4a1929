import type { Server } from 'node:http';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwitchboardError, type Permission } from '@switchboard/protocol';
import { Clock } from '../../common/clock.ts';
import { listen, portOf } from '../../common/listen.ts';
import { ServerConfig } from '../../config/server-config.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { OriginPolicy } from '../../web/origin-policy.ts';
import { ApiFront } from '../api-front.ts';
import { ApiModule } from '../api.module.ts';
import type { Caller, CallerVerifier, PermissionCheck } from '../caller.ts';
import { serveDocument } from '../openapi.ts';

const ADA: Caller = { kind: 'account', userId: 'ada', nickname: 'Ada', sessionId: 'log-in' };
const KEY: Caller = { kind: 'key', userId: 'ada', nickname: 'Ada', keyId: 'key' };

/** Knows two callers by their tokens, and what is allowed by a list of `caller permission channel`. */
class KnownCallers implements CallerVerifier, PermissionCheck {
  readonly allowed = new Set<string>();

  verify(bearer: string): Promise<Caller> {
    if (bearer === 'ada') return Promise.resolve(ADA);
    if (bearer === 'sbk_ada') return Promise.resolve(KEY);
    return Promise.reject(new SwitchboardError(bearer === 'old' ? 'auth.token_expired' : 'auth.token_invalid'));
  }

  may({ kind }: Caller, permission: Permission, channelId?: string): boolean {
    return this.allowed.has([kind, permission, channelId].filter((part) => part !== undefined).join(' '));
  }
}

@Module({ providers: [KnownCallers], exports: [KnownCallers] })
class KnownCallersModule {}

/** The frame of the API around controllers of a test, on a real port, without the rest of the server. */
export class ApiApp implements AsyncDisposable {
  readonly app: NestExpressApplication;
  readonly clock: ManualClock;
  readonly #server: Server;

  private constructor(app: NestExpressApplication, clock: ManualClock, server: Server) {
    this.app = app;
    this.clock = clock;
    this.#server = server;
  }

  static async start(controllers: Type[], settings: Readonly<Record<string, string>> = {}): Promise<ApiApp> {
    const config = ServerConfig.from({ SWITCHBOARD_TRUSTED_PROXIES: 'loopback', ...settings });
    const clock = new ManualClock();
    const surroundings = [
      { provide: ServerConfig, useValue: config },
      { provide: Clock, useValue: clock },
      OriginPolicy,
    ];
    const app = await NestFactory.create<NestExpressApplication>(
      {
        module: class TestModule {},
        imports: [
          { module: class Surroundings {}, global: true, providers: surroundings, exports: surroundings },
          ApiModule.with({ imports: [KnownCallersModule], callers: KnownCallers, permissions: KnownCallers }),
        ],
        controllers,
      },
      { logger: false, abortOnError: false, bodyParser: false },
    );
    app.get(ApiFront).install(app);
    serveDocument(app);
    await app.init();
    const server: Server = app.getHttpServer();
    await listen(server, 0, '127.0.0.1', 'none');
    return new ApiApp(app, clock, server);
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  /** What callers may do: `account user.manage`, `key token.mint lobby`. */
  get allowed(): Set<string> {
    return this.app.get(KnownCallers).allowed;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, init);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
  }
}
