import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World } from '../security/testing/world.ts';
import { RunningServer } from '../testing/running-server.ts';
import type { PluginView } from './plugin.schemas.ts';
import { installPackage } from './testing/plugin-world.ts';
import { watPackage } from './testing/wat-plugins.ts';

describe('the folder of plugins', () => {
  let dataDir: string;
  let world: World | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'switchboard-plugins-'));
    await mkdir(join(dataDir, 'plugins'));
  });
  afterEach(async () => {
    await world?.[Symbol.asyncDispose]();
    world = undefined;
    await rm(dataDir, { recursive: true });
  });

  async function start(): Promise<World['admin']['rest']> {
    world = await World.start({ SWITCHBOARD_DATA_DIR: dataDir, SWITCHBOARD_LOG_LEVEL: 'warn' });
    return world.admin.rest;
  }

  const file = (name: string): string => join(dataDir, 'plugins', name);
  const plugin = (version = '1.0.0', id = 'test', description = 'One of many.') =>
    watPackage({
      id,
      hooks: { on_message: [] },
      manifest: { version, description, permissions: [{ name: 'storage' }] },
    });

  /** As a copy arrives that is whole at once. */
  async function put(name: string, bytes: Uint8Array): Promise<void> {
    await writeFile(file(`.${name}.tmp`), bytes);
    await rename(file(`.${name}.tmp`), file(name));
  }

  const installed = (rest: World['admin']['rest']) => async (): Promise<string[]> => {
    const { items } = await rest.made<{ items: PluginView[] }>(rest.get('/plugins'));
    return items.map(({ id, version, description, status }) => `${id} ${version} ${description} ${status.kind}`);
  };
  const refusals = (rest: World['admin']['rest']) => async (): Promise<string> => {
    const { items } = await rest.made<{ items: { context: string; message: string }[] }>(rest.get('/logs'));
    return items
      .filter(({ context }) => context === 'PluginFolder')
      .map(({ message }) => message)
      .join('\n');
  };

  it('is installed from at the start, agreed to and switched on; what is no package is said once', async () => {
    await put('test.zip', await plugin());
    await writeFile(file('broken.zip'), 'no zip');
    await writeFile(file('notes.txt'), 'no package at all');
    const rest = await start();
    await expect.poll(installed(rest)).toEqual(['test 1.0.0 One of many. running']);
    await expect.poll(refusals(rest)).toMatch(/“broken.zip” .*was not installed: This is not a plugin package/);
    await writeFile(file('another.txt'), '');
    await expect.poll(installed(rest)).toEqual(['test 1.0.0 One of many. running']);
    expect((await refusals(rest)()).split('\n')).toHaveLength(1);
    const audit = await rest.made<{ items: object[] }>(rest.get('/audit?action=plugin.install'));
    expect(audit.items).toMatchObject([{ actorId: null, targetId: 'test', detail: { file: 'test.zip' } }]);
  });

  it('is watched: what comes is installed, what is newer or other replaces it', async () => {
    const rest = await start();
    await put('test.zip', await plugin());
    await expect.poll(installed(rest)).toEqual(['test 1.0.0 One of many. running']);
    await put('test.zip', await plugin('1.1.0'));
    await expect.poll(installed(rest)).toEqual(['test 1.1.0 One of many. running']);
    await put('test.zip', await plugin('1.1.0', 'test', 'Other.'));
    await expect.poll(installed(rest)).toEqual(['test 1.1.0 Other. running']);
    await put('test.zip', await plugin('1.0.0'));
    await expect.poll(refusals(rest)).toMatch(/“test.zip” .*A newer version of this plugin is installed/);
    expect(await installed(rest)()).toEqual(['test 1.1.0 Other. running']);
  });

  it('takes versions that are being made in whatever order', async () => {
    const rest = await start();
    for (const version of ['1.1.0-dev.2', '1.1.0-dev.3', '1.1.0-dev.1']) {
      await put('test.zip', await plugin(version));
      await expect.poll(installed(rest)).toEqual([`test ${version} One of many. running`]);
    }
  });

  it('takes a file once it is whole', async () => {
    const rest = await start();
    const bytes = await plugin();
    await writeFile(file('test.zip'), bytes.slice(0, 100));
    await expect.poll(refusals(rest)).toMatch(/“test.zip”/);
    await writeFile(file('test.zip'), bytes);
    await expect.poll(installed(rest)).toEqual(['test 1.0.0 One of many. running']);
  });

  it('installs neither of two with one id, and keeps what was there', async () => {
    const rest = await start();
    await put('test.zip', await plugin());
    await expect.poll(installed(rest)).toEqual(['test 1.0.0 One of many. running']);
    await put('test-2.zip', await plugin('2.0.0'));
    await expect.poll(refusals(rest)).toMatch(/“test-2.zip” .*Two plugins with this id are here.* “test.zip”/);
    expect(await installed(rest)()).toEqual(['test 1.0.0 One of many. running']);
    await rm(file('test.zip'));
    await expect.poll(installed(rest)).toEqual(['test 2.0.0 One of many. running']);
  });

  it('gives up what was refused beside what an administrator has removed', async () => {
    const rest = await start();
    await installPackage(rest, await plugin('2.0.0'));
    await put('older.zip', await plugin('1.0.0'));
    await put('other.zip', await plugin('1.0.0', 'other'));
    await expect.poll(refusals(rest)).toMatch(/“older.zip” .*A newer version of this plugin is installed/);
    await rest.made(rest.delete('/plugins/test'));
    expect(await readdir(join(dataDir, 'plugins'))).toEqual(['other.zip']);
  });

  it('says where there are too many packages, whatever else lies there', async () => {
    const bytes = await plugin();
    for (let count = 0; count < 100; count++) await writeFile(file(`broken-${100 + count}.zip`), 'no zip');
    await writeFile(file('test.zip'), bytes);
    const rest = await start();
    await expect.poll(installed(rest)).toEqual(['test 1.0.0 One of many. running']);
    for (let count = 0; count < 102; count++) await put(`test-${100 + count}.zip`, bytes);
    await expect.poll(refusals(rest)).toMatch(/“test-200.zip” .*There are 100 packages before it/);
    expect(await refusals(rest)()).not.toContain('“test-201.zip”');
  });

  it('keeps what an administrator has switched off, and gives up what one has removed', async () => {
    await put('test.zip', await plugin());
    await put('other.zip', await plugin('1.0.0', 'other'));
    const rest = await start();
    await expect.poll(async () => (await installed(rest)()).length).toBe(2);
    await rest.made(rest.patch('/plugins/test', { enabled: false }));
    await rest.made(rest.delete('/plugins/other'));
    expect(await readdir(join(dataDir, 'plugins'))).toEqual(['test.zip']);
    await world?.[Symbol.asyncDispose]();
    world = undefined;
    await using again = await RunningServer.start({ SWITCHBOARD_DATA_DIR: dataDir });
    const { client, welcome } = await again.guest();
    await client.request('channel.join', { channelId: welcome.channels[0]?.id ?? '' });
    expect(welcome.plugins).toEqual({ offers: [], commands: [] });
    expect(await readdir(join(dataDir, 'plugins'))).toEqual(['test.zip']);
  });
});
