import { createHmac, randomBytes } from 'node:crypto';
import { ALL_PERMISSIONS, type Permission, type Welcome } from '@switchboard/protocol';
import type { ControlClient } from '../../testing/control-client.ts';
import { RunningServer } from '../../testing/running-server.ts';
import { RestClient } from './rest-client.ts';

export const PASSWORD = 'plum-staple-harbour-42';

export interface RoleSeen {
  readonly id: string;
  readonly builtIn: string | null;
  readonly name: string;
  readonly rank: number;
  readonly permissions: readonly Permission[];
}

interface LoggedIn {
  readonly accessToken: string;
  readonly user: { readonly id: string };
}

/** Someone with an account, who is logged in. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly rest: RestClient;
  readonly token: string;
}

/** A server with its first administrator, and people as they are asked for. */
export class World implements AsyncDisposable {
  readonly at: RunningServer;
  /** Who has shown nothing. */
  readonly nobody: RestClient;
  readonly admin: Person;
  readonly roles: ReadonlyMap<string, RoleSeen>;
  #count = 0;

  private constructor(at: RunningServer, admin: Person, roles: readonly RoleSeen[]) {
    this.at = at;
    this.nobody = new RestClient(at.server.url);
    this.admin = admin;
    this.roles = new Map(roles.map((role) => [role.builtIn ?? role.name, role]));
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<World> {
    const at = await RunningServer.start(settings);
    const nobody = new RestClient(at.server.url);
    const code = new URL(at.server.setupUrl ?? '').hash.replace('#setup=', '');
    const setup = nobody.post('/auth/setup', { code, username: 'root', password: PASSWORD, cookie: false });
    const admin = personOf('root', await nobody.made<LoggedIn>(setup), nobody);
    const { items } = await nobody.made<{ items: RoleSeen[] }>(admin.rest.get('/roles'));
    return new World(at, admin, items);
  }

  /** One of the roles that every server has. */
  builtIn(name: 'guest' | 'member' | 'moderator' | 'admin'): RoleSeen {
    const role = this.roles.get(name);
    if (role === undefined) throw new Error(`no role ${name}`);
    return role;
  }

  /** Someone new, with these roles besides Member. */
  async person(...roleIds: readonly string[]): Promise<Person> {
    const username = `person${++this.#count}`;
    const { code } = await this.nobody.made<{ code: string }>(this.admin.rest.post('/invites', { roleIds }));
    const body = { username, password: PASSWORD, invite: code, cookie: false };
    return personOf(username, await this.nobody.made<LoggedIn>(this.nobody.post('/auth/register', body)), this.nobody);
  }

  async moderator(): Promise<Person> {
    return this.person(this.builtIn('moderator').id);
  }

  /** A second log-in of the same person. */
  async again({ username }: Person): Promise<Person> {
    const body = { username, password: PASSWORD, cookie: false };
    return personOf(username, await this.nobody.made<LoggedIn>(this.nobody.post('/auth/login', body)), this.nobody);
  }

  /** A role that the administrator makes. */
  async role(rank: number, permissions: readonly Permission[], name = `role ${++this.#count}`): Promise<RoleSeen> {
    return this.nobody.made<RoleSeen>(this.admin.rest.post('/roles', { name, rank, permissions }));
  }

  /** An API key of the administrator's. */
  async key(permissions: readonly Permission[]): Promise<RestClient> {
    const made = this.admin.rest.post('/api-keys', { name: `key ${++this.#count}`, permissions });
    return this.nobody.as((await this.nobody.made<{ key: string }>(made)).key);
  }

  /** Someone's client, come in with the account. */
  async enter({ token }: Person): Promise<{ client: ControlClient; welcome: Welcome }> {
    const client = await this.at.connect();
    return { client, welcome: await client.hello({ type: 'access', token }) };
  }

  async channelId(name = 'Lobby'): Promise<string> {
    const { items } = await this.nobody.made<{ items: { id: string; name: string }[] }>(
      this.admin.rest.get('/channels'),
    );
    const channel = items.find((each) => each.name === name);
    if (channel === undefined) throw new Error(`no channel ${name}`);
    return channel.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.at.closeClients();
    await this.at[Symbol.asyncDispose]();
  }
}

/** Everything but these. */
export function allBut(...permissions: readonly Permission[]): Permission[] {
  return ALL_PERMISSIONS.filter((each) => !permissions.includes(each));
}

/** The parts of a JWT (RFC 7519), as whoever wants to forge one reads them. */
export function partsOf(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = '', claims = ''] = token.split('.');
  return { header: decoded(header), claims: decoded(claims) };
}

/** A token with these claims under a secret that is not the server's; with `none` under none at all. */
export function forged(
  claims: object,
  algorithm: 'HS256' | 'none' = 'HS256',
  secret: Uint8Array = randomBytes(32),
): string {
  const signed = `${encoded({ alg: algorithm, typ: 'JWT' })}.${encoded(claims)}`;
  const signature = algorithm === 'none' ? '' : createHmac('sha256', secret).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

function encoded(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

function personOf(username: string, { accessToken, user }: LoggedIn, nobody: RestClient): Person {
  return { id: user.id, username, token: accessToken, rest: nobody.as(accessToken) };
}
