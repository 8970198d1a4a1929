import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BODY_LIMIT_MS } from '../api/body-deadlines.ts';
import { SystemClock } from '../common/clock.ts';
import { databaseOptions } from '../database/open-database.ts';
import { World, PASSWORD, type Person } from '../security/testing/world.ts';
import { lastingPorts } from '../testing/lasting-ports.ts';
import { channelNamed } from '../testing/running-server.ts';
import { IDLE_LIMIT_MS } from './store-upload.ts';

const SQLITE = 'application/vnd.sqlite3';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

describe('backups', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start(await lastingPorts());
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => world[Symbol.asyncDispose]());

  async function download(person: Person = world.admin, from = world): Promise<Buffer<ArrayBuffer>> {
    const { url } = from.at.server;
    const response = await fetch(`${url}/api/backups/current`, {
      headers: { authorization: `Bearer ${person.token}` },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(SQLITE);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="switchboard-[\dTZ-]+\.sqlite"$/,
    );
    return Buffer.from(await response.arrayBuffer());
  }

  async function restore(
    body: Buffer<ArrayBuffer>,
    { token = world.admin.token, type = SQLITE, into = world }: { token?: string; type?: string; into?: World } = {},
  ): Promise<{ status: number; code: string | undefined }> {
    const response = await fetch(`${into.at.server.url}/api/backups/restore`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    });
    const answer = (await response.json()) as { error?: { code: string } };
    return { status: response.status, code: answer.error?.code };
  }

  const reopened = (of = world): Promise<void> => new Promise((resolve) => of.at.server.onReopened(resolve));

  const refreshed = (on: World, { refreshToken }: Tokens): Promise<Tokens> =>
    on.nobody.made<Tokens>(on.nobody.post('/auth/refresh', { refreshToken }));

  /** An upload of so many bytes, of which none is sent yet. */
  function upload(bytes: number): ClientRequest {
    const started = request(`${world.at.server.url}/api/backups/restore`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.admin.token}`,
        'content-type': SQLITE,
        'content-length': String(bytes),
      },
    });
    started.on('error', () => {});
    return started;
  }

  /** What uploads have left in the data folder. */
  const files = async (): Promise<string[]> =>
    (await readdir(world.at.dataDir)).filter((name) => name.startsWith('.switchboard-restore-'));

  async function rename(name: string): Promise<void> {
    expect((await world.admin.rest.patch('/settings', { name })).status).toBe(200);
  }

  async function nameNow(): Promise<unknown> {
    const response = await fetch(`${world.at.server.url}/api/auth/registration`);
    return ((await response.json()) as { name: unknown }).name;
  }

  it('come back as they were taken, on the same ports, without a restart of the process', async () => {
    const { client, welcome } = await world.at.guest('Ada', '5a'.repeat(32));
    const { id: channelId } = channelNamed(welcome, 'Lobby');
    await client.request('channel.join', { channelId });
    await client.request('message.send', { channelId, nonce: '1', text: 'before' });
    const backup = await download();
    await client.request('message.send', { channelId, nonce: '2', text: 'after' });
    const { ports } = world.at.server;

    const again = reopened();
    expect(await restore(backup)).toEqual({ status: 202, code: undefined });
    expect(await client.event('server.draining')).toEqual({ retryAfterMs: expect.any(Number) });
    expect(await client.closed).toBe(1001);
    await again;

    expect(world.at.server.ports).toEqual(ports);
    const back = await world.at.guest('Ada', '5a'.repeat(32));
    expect(back.welcome.self.userId).toBe(welcome.self.userId);
    await back.client.request('channel.join', { channelId });
    const { messages } = await back.client.request('message.history', { channelId, limit: 10 });
    expect(messages.map(({ text }) => text)).toEqual(['before']);
    const { items } = (await world.admin.rest.get('/audit')).as<{ items: { action: string; actorName: string }[] }>();
    expect(items[0]).toMatchObject({ action: 'backup.restore', actorName: 'root' });
    expect(await files()).toEqual([]);
  });

  it('can be restored again and again, and keep what was there before', async () => {
    await rename('One');
    const one = await download();
    await rename('Two');
    for (const expected of ['One', 'One']) {
      const again = reopened();
      expect((await restore(one)).status).toBe(202);
      await again;
      expect((await world.admin.rest.get('/settings')).as<{ name: string }>().name).toBe(expected);
    }
    const kept = join(world.at.dataDir, 'switchboard.before-restore.sqlite');
    const before = await new DataSource(databaseOptions(kept)).initialize();
    expect(await before.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await before.destroy();
  });

  it('end all log-ins but the one that restores, which is no thief for having gone on since', async () => {
    await using other = await World.start(await lastingPorts());
    const before = await other.person();
    const root = { username: other.admin.username, password: PASSWORD, cookie: false };
    const first = await other.nobody.made<Tokens>(other.nobody.post('/auth/login', root));
    const backup = await download(other.admin, other);
    const later = await other.person();
    const second = await refreshed(other, first);
    const again = reopened(other);
    expect((await restore(backup, { token: second.accessToken, into: other })).status).toBe(202);
    await again;
    for (const { rest } of [before, later, other.admin]) expect((await rest.get('/auth/me')).status).toBe(401);
    const third = await refreshed(other, second);
    const reused = await other.nobody.as(third.accessToken).get('/audit?action=log_in.token_reused');
    expect(reused.as<unknown>()).toEqual({ items: [], next: null });
    expect((await other.nobody.post('/auth/login', root)).status).toBe(200);
  });

  it('are not put in place while another program has the database open, and the server goes on with the old one', async () => {
    await rename('Kept');
    const backup = await download();
    await rename('Newer');
    const other = await new DataSource({
      type: 'sqlite',
      database: join(world.at.dataDir, 'switchboard.sqlite'),
      enableWAL: true,
    }).initialize();
    // What is read there keeps the log of the database from being emptied.
    await other.query('BEGIN');
    await other.query('SELECT * FROM setting');
    await rename('Newest');
    const again = reopened();
    expect((await restore(backup)).status).toBe(202);
    await again;
    expect(await nameNow()).toBe('Newest');
    await other.query('COMMIT');
    await other.destroy();
    expect(await files()).toEqual([]);
  });

  it.each([
    ['nothing', () => Buffer.alloc(0)],
    ['what is no database', () => Buffer.from('<html>'.repeat(1_000))],
    ['half a database', (backup: Buffer<ArrayBuffer>) => backup.subarray(0, Math.floor(backup.length / 2))],
  ])('that are %s are refused, and nothing happens', async (_, bytesOf) => {
    const { client } = await world.at.guest();
    const name = await nameNow();
    const database = await readFile(join(world.at.dataDir, 'switchboard.sqlite'));
    expect(await restore(bytesOf(await download()))).toEqual({ status: 400, code: 'backup.invalid' });
    await client.settle();
    expect(await readFile(join(world.at.dataDir, 'switchboard.sqlite'))).toEqual(database);
    expect(await files()).toEqual([]);
    expect(await nameNow()).toBe(name);
  });

  it('are refused by their announced size before they are read', async () => {
    const large = upload(1_024 ** 3 + 1);
    large.flushHeaders();
    const [response] = (await once(large, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
    large.destroy();
    expect(await files()).toEqual([]);
  });

  it('leave nothing behind when their upload breaks off', async () => {
    const broken = upload(1_000_000);
    broken.write(Buffer.alloc(1_000));
    await expect.poll(files).toHaveLength(1);
    broken.destroy();
    await expect.poll(files).toEqual([]);
    const again = reopened();
    expect((await restore(await download())).status).toBe(202);
    await again;
  });

  it('are dropped where nobody waits for them any more, and the next one is taken', async () => {
    const backup = await download();
    const gone = upload(backup.length);
    gone.end(backup);
    const arrived = async (): Promise<boolean> => {
      const [name] = await files();
      return name !== undefined && (await stat(join(world.at.dataDir, name))).size >= backup.length;
    };
    while (!(await arrived())) await nextTurn();
    // Its check has just begun.
    gone.destroy();
    await expect.poll(files).toEqual([]);
    const again = reopened();
    expect((await restore(backup)).status).toBe(202);
    await again;
  });

  it('may take their time as long as something comes', async () => {
    const timers = heldTimers();
    const slow = upload(1_000_000);
    slow.write(Buffer.alloc(1_000));
    await expect.poll(files).toHaveLength(1);
    // What holds for all other bodies would end it here.
    timers.elapse(BODY_LIMIT_MS);
    slow.write(Buffer.alloc(1_000));
    await expect.poll(async () => (await stat(join(world.at.dataDir, (await files())[0]!))).size).toBe(2_000);
    const refused = once(slow, 'response') as Promise<[IncomingMessage]>;
    timers.elapse(IDLE_LIMIT_MS);
    const [response] = await refused;
    expect(response.statusCode).toBe(408);
    expect(await json(response)).toMatchObject({ error: { code: 'protocol.too_slow' } });
    expect(await files()).toEqual([]);
    slow.destroy();
  });

  it('are restored one at a time', async () => {
    const backup = await download();
    const slow = upload(1_000_000);
    slow.write(Buffer.alloc(1_000));
    await expect.poll(files).toHaveLength(1);
    expect(await restore(backup)).toEqual({ status: 409, code: 'backup.in_progress' });
    slow.destroy();
  });

  it('are for administrators alone', async () => {
    const role = { name: 'Operator', rank: 600, colour: null, permissions: ['server.manage'] };
    const { id } = await world.nobody.made<{ id: string }>(world.admin.rest.post('/roles', role));
    const operator = await world.person(id);
    expect((await operator.rest.get('/settings')).status).toBe(200);
    expect((await operator.rest.get('/backups/current')).code).toBe('access.denied');
    expect(await restore(await download(), { token: operator.token })).toEqual({ status: 403, code: 'access.denied' });
    expect(await restore(await download(), { type: 'text/plain' })).toEqual({ status: 400, code: 'protocol.invalid' });
  });

  it.each(['/backups/..%2f..%2fetc%2fpasswd', '/backups/current%00.sqlite', '/backups/switchboard.sqlite'])(
    'have no other path: %s',
    async (path) => {
      expect((await world.admin.rest.get(path)).status).toBe(404);
    },
  );
});

/** From now on these limits wait for `elapse`: nobody has to sleep through them. */
function heldTimers(): { elapse(limitMs: number): void } {
  const held: { readonly limitMs: number; readonly callback: () => void }[] = [];
  const after = SystemClock.prototype.after.bind(new SystemClock());
  vi.spyOn(SystemClock.prototype, 'after').mockImplementation((delayMs, callback) => {
    if (delayMs !== BODY_LIMIT_MS && delayMs !== IDLE_LIMIT_MS) return after(delayMs, callback);
    const timer = { limitMs: delayMs, callback };
    held.push(timer);
    return () => {
      if (held.includes(timer)) held.splice(held.indexOf(timer), 1);
    };
  });
  return {
    elapse: (limitMs) => {
      for (const { callback } of held.filter((timer) => timer.limitMs === limitMs)) callback();
    },
  };
}
