import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import * as v from 'valibot';
import { AccessModule } from '../../access/access.module.ts';
import { accountActor } from '../../access/actor.ts';
import { CallerPermissions } from '../../access/caller-permissions.ts';
import { RoleDirectory } from '../../access/role-directory.ts';
import type { BuiltInRole } from '../../access/role.entity.ts';
import { RolesService, type NewRole } from '../../access/roles.service.ts';
import { ApiFront } from '../../api/api-front.ts';
import { ApiModule } from '../../api/api.module.ts';
import { AuditEntry } from '../../audit/audit-entry.entity.ts';
import { Clock } from '../../common/clock.ts';
import { listen, portOf } from '../../common/listen.ts';
import { Randomness, SystemRandomness } from '../../common/randomness.ts';
import { ServerConfig } from '../../config/server-config.ts';
import { DatabaseModule } from '../../database/database.module.ts';
import { madeInvite } from '../../invites/invites.schemas.ts';
import { ServerLogger } from '../../common/server-logger.ts';
import { SettingsModule } from '../../settings/settings.module.ts';
import { SettingsService } from '../../settings/settings.service.ts';
import type { RegistrationMode } from '../../settings/settings.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { OriginPolicy } from '../../web/origin-policy.ts';
import { AuthModule } from '../auth.module.ts';
import { BearerVerifier } from '../callers/bearer-verifier.ts';
import { loggedIn, type LoggedInView } from '../http/auth.schemas.ts';
import { Argon2 } from '../passwords/argon2.ts';
import { SetupService } from '../setup/setup.service.ts';

export const PASSWORD = 'correct horse battery';

/** An answer of the API, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type AuditedEntry = Pick<AuditEntry, 'actorId' | 'actorName' | 'targetName' | 'detail'>;

interface Sent {
  readonly body?: unknown;
  /** Of `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** Where it seems to come from. */
  readonly from?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Accounts and all that belongs to them, on a real database and a real port, with a clock that the test moves. */
export class AuthApp implements AsyncDisposable {
  readonly app: NestExpressApplication;
  readonly dataDir: string;
  readonly clock: ManualClock;
  readonly #server: Server;
  /** Argon2id as it is, counted. */
  readonly hashes = { running: 0, most: 0, total: 0 };
  /** Holds up who has just shown a password. */
  afterVerify: (() => Promise<void>) | undefined;

  private constructor(app: NestExpressApplication, dataDir: string, clock: ManualClock) {
    this.app = app;
    this.dataDir = dataDir;
    this.clock = clock;
    this.#server = app.getHttpServer();
    const argon2 = app.get(Argon2, { strict: false });
    const { hash, verify } = argon2;
    argon2.hash = (password) => this.#counted(hash.call(argon2, password));
    argon2.verify = async (password, stored) => {
      const fits = await this.#counted(verify.call(argon2, password, stored));
      await this.afterVerify?.();
      return fits;
    };
  }

  /** @param dataDir of a server that was stopped. */
  static async start(settings: Readonly<Record<string, string>> = {}, dataDir?: string): Promise<AuthApp> {
    const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'switchboard-')));
    const config = ServerConfig.from({
      SWITCHBOARD_DATA_DIR: folder,
      SWITCHBOARD_TRUSTED_PROXIES: 'loopback',
      ...settings,
    });
    const clock = new ManualClock();
    const surroundings = [
      { provide: ServerConfig, useValue: config },
      { provide: Clock, useValue: clock },
      { provide: Randomness, useClass: SystemRandomness },
      { provide: ServerLogger, useValue: new ServerLogger(config.logLevel, config.logFormat) },
      OriginPolicy,
    ];
    const app = await NestFactory.create<NestExpressApplication>(
      {
        module: class TestModule {},
        imports: [
          { module: class Surroundings {}, global: true, providers: surroundings, exports: surroundings },
          DatabaseModule,
          SettingsModule,
          AuthModule,
          ApiModule.with({
            imports: [AuthModule, AccessModule],
            callers: BearerVerifier,
            permissions: CallerPermissions,
          }),
        ],
      },
      { logger: false, abortOnError: false, bodyParser: false },
    );
    app.get(ApiFront).install(app);
    await app.init();
    await listen(app.getHttpServer(), 0, '127.0.0.1', 'none');
    const at = new AuthApp(app, folder, clock);
    await at.allow('open');
    return at;
  }

  /** Sets who may make an account. */
  async allow(registration: RegistrationMode): Promise<void> {
    await this.app.get(SettingsService, { strict: false }).change({ registration });
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  get database(): DataSource {
    return this.app.get(DataSource, { strict: false });
  }

  /** `path` is below `/api`. */
  async send(method: string, path: string, { body, token, from, headers = {} }: Sent = {}): Promise<Answer> {
    const answer = await fetch(`${this.url}/api${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(from === undefined ? {} : { 'x-forwarded-for': from }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** As a program, which gets the refresh token in the answer. */
  register(username: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.send('POST', '/auth/register', { body: { username, password: PASSWORD, cookie: false, ...more } });
  }

  logIn(username: string, password = PASSWORD, from?: string): Promise<Answer> {
    return this.send('POST', '/auth/login', { body: { username, password, cookie: false }, from });
  }

  refresh(refreshToken: string | undefined): Promise<Answer> {
    return this.send('POST', '/auth/refresh', { body: { refreshToken } });
  }

  me(token: string): Promise<Answer> {
    return this.send('GET', '/auth/me', { token });
  }

  /** An account of its own, logged in. */
  async account(username: string, more?: Readonly<Record<string, unknown>>): Promise<LoggedInView> {
    return inside(await this.register(username, more));
  }

  /** The code of a set-up that is open. */
  open(): string | undefined {
    return this.app.get(SetupService, { strict: false }).open();
  }

  /** The first administrator, logged in. */
  async admin(username = 'admin'): Promise<LoggedInView> {
    const code = this.open() ?? 'none';
    const body = { code, username, password: PASSWORD, cookie: false };
    return inside(await this.send('POST', '/auth/setup', { body }));
  }

  async invite(token: string, body: Readonly<Record<string, unknown>> = {}): Promise<{ id: string; code: string }> {
    const { code, invite: made } = v.parse(madeInvite, (await this.send('POST', '/invites', { token, body })).body);
    return { id: made.id, code };
  }

  /** What the audit log has of an action, the oldest first. */
  async audited(action: string, targetId?: string): Promise<AuditedEntry[]> {
    const where = { action, ...(targetId === undefined ? {} : { targetId }) };
    const entries = await this.database.getRepository(AuditEntry).find({ where, order: { id: 'ASC' } });
    return entries.map(({ actorId, actorName, targetName, detail }) => ({ actorId, actorName, targetName, detail }));
  }

  roleId(builtIn: BuiltInRole): string {
    return this.app.get(RoleDirectory, { strict: false }).builtIn(builtIn).id;
  }

  /** A new role of the administrator's making. */
  async role({ user: { id, nickname } }: LoggedInView, role: Omit<NewRole, 'colour'>): Promise<string> {
    const made = await this.#roles.create(accountActor(id, nickname), { colour: null, ...role });
    return made.id;
  }

  async deleteRole({ user: { id, nickname } }: LoggedInView, roleId: string): Promise<void> {
    await this.#roles.delete(accountActor(id, nickname), roleId);
  }

  get #roles(): RolesService {
    return this.app.get(RolesService, { strict: false });
  }

  /** Leaves the data folder for another start. */
  async stop(): Promise<void> {
    await this.app.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #counted<T>(work: Promise<T>): Promise<T> {
    this.hashes.total++;
    this.hashes.most = Math.max(this.hashes.most, ++this.hashes.running);
    return work.finally(() => this.hashes.running--);
  }
}

/** What someone was answered who got in. */
export function inside({ status, body }: Answer): LoggedInView {
  if (status >= 300) throw new Error(`not logged in: ${status} ${JSON.stringify(body)}`);
  return v.parse(loggedIn, body);
}

/** Status and code, for one `expect`. */
export function refusal({ status, body }: Answer): string {
  const error = body as { error?: { code?: string; field?: string } } | undefined;
  const field = error?.error?.field === undefined ? '' : ` ${error.error.field}`;
  return `${status} ${error?.error?.code ?? ''}${field}`.trim();
}
