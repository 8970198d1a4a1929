import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import type { Welcome } from '@switchboard/protocol';
import { databaseOptions } from './database/open-database.ts';
import { ControlClient } from './testing/control-client.ts';
import { channelNamed } from './testing/running-server.ts';
import { scratchFolder, ServerProcess, settingsFor } from './testing/server-process.ts';

const KEY = '5a'.repeat(32);

async function inLobby(server: ServerProcess): Promise<{ client: ControlClient; welcome: Welcome; channelId: string }> {
  const client = await ControlClient.connect(server.controlPort);
  const welcome = await client.hello({ type: 'guest', nickname: 'Ada', key: KEY });
  const { id: channelId } = channelNamed(welcome, 'Lobby');
  await client.request('channel.join', { channelId });
  return { client, welcome, channelId };
}

describe('a server process', () => {
  it('has what it acknowledged after kill -9, and stores nothing twice', async () => {
    await using folder = await scratchFolder();
    const first = new ServerProcess(settingsFor(folder.path), folder.path);
    await first.ready();
    const before = await inLobby(first);
    const acknowledged: string[] = [];
    const sending = Array.from({ length: 60 }, async (_, i) => {
      const message = await before.client.request('message.send', {
        channelId: before.channelId,
        nonce: `n${i}`,
        text: `text ${i}`,
      });
      acknowledged.push(message.id);
      // In the middle of it.
      if (acknowledged.length === 20) void first.kill('SIGKILL');
    });
    await Promise.allSettled(sending);
    expect((await first.exited).signal).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);

    const second = new ServerProcess(settingsFor(folder.path), folder.path);
    await second.ready();
    const after = await inLobby(second);
    expect(after.welcome.self.userId).toBe(before.welcome.self.userId);
    expect(after.channelId).toBe(before.channelId);
    const again = [];
    for (let i = 0; i < 60; i++) {
      again.push(
        await after.client.request('message.send', { channelId: after.channelId, nonce: `n${i}`, text: `text ${i}` }),
      );
    }
    expect(again.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
    const { messages } = await after.client.request('message.history', { channelId: after.channelId, limit: 100 });
    expect(messages.map(({ text }) => text).sort()).toEqual(again.map(({ text }) => text).sort());
    expect(messages).toHaveLength(60);
    await second.kill('SIGKILL');
  });

  it('says goodbye on SIGTERM, and ends well', async () => {
    await using folder = await scratchFolder();
    const server = new ServerProcess(settingsFor(folder.path), folder.path);
    await server.ready();
    const { client } = await inLobby(server);
    const exit = server.kill('SIGTERM');
    expect(await client.event('server.draining')).toEqual({ retryAfterMs: expect.any(Number) });
    expect(await client.closed).toBe(1001);
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(server.text).not.toMatch(/error/i);
  });

  it('reads a .env of its folder', async () => {
    await using folder = await scratchFolder();
    await writeFile(join(folder.path, '.env'), 'SWITCHBOARD_NAME="From the file"\nSWITCHBOARD_TLS=on\n');
    const server = new ServerProcess(settingsFor(folder.path), folder.path);
    expect(await server.ready()).toMatch(/^https:/);
    expect(server.text).toContain('From the file is ready');
    expect(server.text).toMatch(/fingerprint:\n +([0-9A-F]{2}:){31}/);
    await server.kill('SIGKILL');
  });

  it('names all that is wrong in its configuration, and does not start', async () => {
    await using folder = await scratchFolder();
    const wrong = { SWITCHBOARD_WEB_PORT: 'x', SWITCHBOARD_HOST: 'here', SWITCHBOARD_TLS: 'so-so' };
    const server = new ServerProcess(settingsFor(folder.path, wrong), folder.path);
    expect((await server.exited).code).toBe(1);
    for (const name of Object.keys(wrong)) expect(server.text).toContain(name);
    expect(server.text).not.toContain('    at ');
  });

  it.each(['WEB', 'CONTROL', 'VOICE'])(
    'says in one sentence that the %s port is taken, and which setting to change',
    async (which) => {
      await using folder = await scratchFolder();
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const taken = String((other.address() as AddressInfo).port);
      const setting = `SWITCHBOARD_${which}_PORT`;
      const server = new ServerProcess(settingsFor(folder.path, { [setting]: taken }), folder.path);
      expect(await server.exited).toEqual({ code: 1, signal: null });
      other.close();
      expect(server.output).toHaveLength(1);
      expect(server.text).toContain(taken);
      expect(server.text).toContain(setting);
    },
  );

  it('refuses a database of a newer version in one sentence, at once', async () => {
    await using folder = await scratchFolder();
    const database = await new DataSource(databaseOptions(join(folder.path, 'switchboard.sqlite'))).initialize();
    await database.runMigrations();
    await database.query("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')");
    await database.destroy();
    const server = new ServerProcess(settingsFor(folder.path), folder.path);
    expect((await server.exited).code).toBe(1);
    expect(server.output).toHaveLength(1);
    expect(server.text).toContain('Later9999999999999');
  });
});
