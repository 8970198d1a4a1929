import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAll } from '../../plugins/tool/pack-command.ts';
import { World } from '../security/testing/world.ts';
import { inRoom, inspect, installPackage, untilStatus } from './testing/plugin-world.ts';

const PLUGINS = fileURLToPath(new URL('../../plugins/', import.meta.url));

/** The plugins that come with this version, as they are packed for a server. */
describe('the plugins of the project', () => {
  let folder: string;
  let world: World;
  const packages: Uint8Array<ArrayBuffer>[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-packages-'));
    const { signal: ended } = new AbortController();
    await packAll(PLUGINS, folder, { say: () => undefined, cwd: folder, nowMs: () => Date.now(), ended });
    for (const name of await readdir(folder)) packages.push(new Uint8Array(await readFile(join(folder, name))));
    world = await World.start();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it('install in a server, and run in it without a fault where they are for it', async () => {
    const { rest } = world.admin;
    for (const bytes of packages) {
      const { id, targets } = await inspect(rest, bytes);
      await installPackage(rest, bytes);
      if (targets.includes('server')) await untilStatus(rest, id, 'running');
      else await rest.made(rest.patch(`/plugins/${id}`, { offered: true }));
    }
    const { client, channelId } = await inRoom(world.at, 'Lobby', 'Ada');
    await client.request('message.send', { channelId, nonce: 'hello', text: 'Good morning' });
    await client.request('channel.leave', {});
    const { items } = await rest.made<{ items: { id: string; figures: { faults: number } }[] }>(rest.get('/plugins'));
    expect(items).toHaveLength(packages.length);
    expect(items.filter(({ figures }) => figures.faults > 0)).toEqual([]);
  });

  it('greet who comes, to them alone and in the room', async () => {
    const { client } = await inRoom(world.at, 'Desk 1', 'Zoë');
    expect((await client.event('server.notice')).text).toBe('Greeter: Welcome, Zoë! You are here as a guest.');
    const { message } = await client.event('message.created', (event) => event.message.plugin === 'greeter');
    expect(message).toMatchObject({ text: 'Zoë has joined Desk 1.', author: { nickname: 'Greeter' } });
  });
});
