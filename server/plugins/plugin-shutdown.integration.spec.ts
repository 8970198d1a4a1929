import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningServer } from '../testing/running-server.ts';
import { inRoom } from './testing/plugin-world.ts';
import { watPackage } from './testing/wat-plugins.ts';

const KEY = '0f'.repeat(32);

describe('plugins and the end of the server', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'switchboard-plugins-'));
    await mkdir(join(dataDir, 'plugins'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const start = (): Promise<RunningServer> => RunningServer.start({ SWITCHBOARD_DATA_DIR: dataDir });
  const put = async (parts: Parameters<typeof watPackage>[0]): Promise<void> =>
    writeFile(join(dataDir, 'plugins', 'test.zip'), await watPackage(parts));

  it('no message slips by a plugin whose thread ends with the server', async () => {
    await put({ hooks: { on_message: [{ lingers: true, answers: '{"action":"rewrite","text":"****"}' }] } });
    const before = await start();
    const { client, channelId } = await inRoom(before, 'Lobby', 'Ada', KEY);
    const send = (i: number) => client.request('message.send', { channelId, nonce: `n${i}`, text: 'plum' });
    await send(0);
    const sent = Array.from({ length: 20 }, (_, i) => send(i + 1));
    const settled = Promise.allSettled(sent);
    // They come one after the other: the third is on its way to the plugin now.
    await sent[1];
    await before[Symbol.asyncDispose]();
    await settled;
    await using after = await start();
    const again = await inRoom(after, 'Lobby', 'Ada', KEY);
    const { messages } = await again.client.request('message.history', { channelId, limit: 100 });
    expect(new Set(messages.map(({ text }) => text))).toEqual(new Set(['****']));
    await after.closeClients();
  });

  it('what a plugin keeps is kept', async () => {
    await put({
      hooks: {
        on_command: [
          { when: '"args":"keep"', stores: { key: 'word', value: '{"reply":"kept"}' } },
          { when: '"args":"tell"', answers: { stored: 'word' } },
        ],
      },
      manifest: { permissions: [{ name: 'storage' }], commands: [{ name: 'word', description: 'Keeps a word.' }] },
    });
    const before = await start();
    const { client, channelId } = await inRoom(before, 'Lobby');
    await client.request('command.invoke', { channelId, name: 'word', args: 'keep' });
    await before[Symbol.asyncDispose]();
    await using after = await start();
    const again = await inRoom(after, 'Lobby');
    const told = await again.client.request('command.invoke', { channelId, name: 'word', args: 'tell' });
    expect(told.reply).toBe('kept');
    await after.closeClients();
  });
});
