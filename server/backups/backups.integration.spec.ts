import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseOptions } from '../database/open-database.ts';
import { World, PASSWORD, type Person } from '../security/testing/world.ts';
import { channelNamed } from '../testing/running-server.ts';

const SQLITE = 'application/vnd.sqlite3';

describe('backups', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  async function download(person: Person = world.admin): Promise<Buffer<ArrayBuffer>> {
    const { url } = world.at.server;
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
    { token = world.admin.token, type = SQLITE }: { token?: string; type?: string } = {},
  ): Promise<{ status: number; code: string | undefined }> {
    const response = await fetch(`${world.at.server.url}/api/backups/restore`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    });
    const answer = (await response.json()) as { error?: { code: string } };
    return { status: response.status, code: answer.error?.code };
  }

  const reopened = (): Promise<void> => new Promise((resolve) => world.at.server.onReopened(resolve));

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

  it('end the log-ins that they do not know', async () => {
    const backup = await download();
    const later = await world.person();
    const again = reopened();
    await restore(backup);
    await again;
    expect((await later.rest.get('/auth/me')).status).toBe(401);
    const body = { username: world.admin.username, password: PASSWORD, cookie: false };
    expect((await world.nobody.post('/auth/login', body)).status).toBe(200);
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
    const upload = request(`${world.at.server.url}/api/backups/restore`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.admin.token}`,
        'content-type': SQLITE,
        'content-length': String(1_024 ** 3 + 1),
      },
    });
    upload.on('error', () => {});
    upload.flushHeaders();
    const [response] = (await once(upload, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
    upload.destroy();
    expect(await files()).toEqual([]);
  });

  it('leave nothing behind when their upload breaks off', async () => {
    const upload = request(`${world.at.server.url}/api/backups/restore`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.admin.token}`, 'content-type': SQLITE, 'content-length': '1000000' },
    });
    upload.on('error', () => {});
    upload.write(Buffer.alloc(1_000));
    await expect.poll(files).toHaveLength(1);
    upload.destroy();
    await expect.poll(files).toEqual([]);
    const again = reopened();
    expect((await restore(await download())).status).toBe(202);
    await again;
  });

  it('are restored one at a time', async () => {
    const backup = await download();
    const slow = request(`${world.at.server.url}/api/backups/restore`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.admin.token}`, 'content-type': SQLITE, 'content-length': '1000000' },
    });
    slow.on('error', () => {});
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
