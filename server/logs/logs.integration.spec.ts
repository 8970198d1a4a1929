import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PASSWORD, World } from '../security/testing/world.ts';
import { channelNamed } from '../testing/running-server.ts';
import { ServerProcess, scratchFolder, settingsFor } from '../testing/server-process.ts';
import type { LogLine } from '../common/server-logger.ts';

describe('/api/logs', () => {
  let world: World;

  beforeAll(async () => {
    // All of it is in /api/logs.
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    world = await World.start({ SWITCHBOARD_LOG_LEVEL: 'debug', SWITCHBOARD_WEBHOOKS_PRIVATE: 'on' });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    vi.restoreAllMocks();
  });

  const lines = async (query = ''): Promise<LogLine[]> =>
    (await world.admin.rest.get(`/logs${query}`)).as<{ items: LogLine[] }>().items;

  it('has the last lines, of the levels asked for', async () => {
    const all = await lines();
    expect(all.length).toBeGreaterThan(0);
    expect(all.length).toBeLessThanOrEqual(500);
    expect(all.some(({ level }) => level === 'debug')).toBe(true);
    expect((await lines('?level=error')).every(({ level }) => level === 'error')).toBe(true);
    expect((await world.admin.rest.get('/logs?level=loud')).said).toBe('400 protocol.invalid');
  });

  it('is for who may manage the server', async () => {
    expect((await (await world.moderator()).rest.get('/logs')).said).toBe('403 access.denied');
  });

  it('has no password, token, key, code, text or address of a webhook, whatever is done', async () => {
    const failing = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1');
    await once(failing, 'listening');
    const url = `http://127.0.0.1:${(failing.address() as AddressInfo).port}/hooks/secret-path`;
    const { rest } = world.admin;
    const { secret } = await world.nobody.made<{ secret: string }>(
      rest.post('/webhooks', { name: 'Ours', url, events: ['message.created'] }),
    );
    const { key } = await world.nobody.made<{ key: string }>(
      rest.post('/api-keys', { name: 'script', permissions: ['server.manage'] }),
    );
    const { code } = await world.nobody.made<{ code: string }>(rest.post('/invites', { roleIds: [] }));
    const account = { username: 'ada', password: PASSWORD, invite: code, cookie: false };
    const login = await world.nobody.made<{ accessToken: string; refreshToken: string }>(
      world.nobody.post('/auth/register', account),
    );
    await world.nobody.post('/auth/login', { username: 'ada', password: 'wrong-password-77', cookie: false });
    await world.nobody.post('/auth/refresh', { refreshToken: login.refreshToken });
    await world.nobody.as('forged.token.value').get('/auth/me');
    await world.nobody.as(key).get('/settings');
    await world.nobody.sendText('POST', '/api/auth/login', '{"password":"half-sent-secret');

    const guestKey = 'ab'.repeat(32);
    const { client, welcome } = await world.at.guest('Mallory', guestKey);
    const { id: channelId } = channelNamed(welcome, 'Lobby');
    const { voice } = await client.request('channel.join', { channelId });
    await client.request('message.send', { channelId, nonce: 'n', text: 'what-was-written' });
    client.send('{"half-a-frame');
    await client.settle();

    const log = JSON.stringify(await lines());
    const secrets = [PASSWORD, 'wrong-password-77', 'half-sent-secret', 'half-a-frame', 'forged.token.value'];
    secrets.push(secret, key, code, login.accessToken, login.refreshToken, world.admin.token);
    secrets.push(guestKey, welcome.session.secret, voice.hopKey, voice.epoch.secret, 'what-was-written', 'secret-path');
    for (const one of secrets) expect(log).not.toContain(one);
    failing.close();
  });
});

describe('a server that logs for programs', () => {
  it('writes one JSON object a line', async () => {
    await using folder = await scratchFolder();
    const settings = settingsFor(folder.path, { SWITCHBOARD_LOG_FORMAT: 'json', SWITCHBOARD_LOG_LEVEL: 'debug' });
    const server = new ServerProcess(settings, folder.path);
    await server.ready();
    const logged = server.output.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
    expect(logged.length).toBeGreaterThan(5);
    for (const line of logged) expect(line).toMatchObject({ time: expect.any(Number), message: expect.any(String) });
    expect(server.text).not.toContain('[Switchboard]');
    await server.kill('SIGKILL');
  });
});
