import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { BundledPackages } from './bundled-packages.ts';
import { PluginStore } from './plugin-store.ts';
import { PluginValue } from './plugin-value.entity.ts';
import { InstalledPlugin } from './plugin.entity.ts';
import { PluginsService } from './plugins.service.ts';
import { watPackage } from './testing/wat-plugins.ts';

describe('BundledPackages', () => {
  let folder: string;
  let database: DataSource;
  let plugins: PluginsService;
  let sut: BundledPackages;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
    database = await openDatabase(new DataSource(databaseOptions(join(folder, 'db.sqlite'))));
    const store = new PluginStore(database.getRepository(InstalledPlugin), database.getRepository(PluginValue));
    plugins = new PluginsService(store, new ManualClock());
    sut = new BundledPackages({ path: folder }, plugins);
  });
  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  const plugin = (id: string, version = '1.0.0') =>
    watPackage({ id, hooks: { on_message: [] }, manifest: { name: id.toUpperCase(), version } });
  const listed = async (): Promise<string[]> =>
    (await sut.list()).map(({ content, installedVersion }) => `${content.manifest.name} ${installedVersion ?? '–'}`);

  it('lists what there is by name, and installs nothing', async () => {
    await writeFile(join(folder, '1.zip'), await plugin('polls'));
    await writeFile(join(folder, '2.zip'), await plugin('dice'));
    await writeFile(join(folder, '3.zip'), 'no package');
    expect(await listed()).toEqual(['DICE –', 'POLLS –']);
    expect(plugins.all).toEqual([]);
  });

  it('says which are installed, and leaves out those that are older than that', async () => {
    await writeFile(join(folder, 'dice.zip'), await plugin('dice'));
    await plugins.install(await sut.read('dice'), { agreed: 'all' });
    expect(await listed()).toEqual(['DICE 1.0.0']);
    await plugins.install(await plugin('dice', '1.1.0'), { agreed: 'all' });
    expect(await listed()).toEqual([]);
  });

  it('reads a file that became another anew', async () => {
    await writeFile(join(folder, 'a.zip'), await plugin('dice'));
    expect(await listed()).toEqual(['DICE –']);
    await rm(join(folder, 'a.zip'));
    await writeFile(join(folder, 'a.zip'), await plugin('polls'));
    await expect(sut.read('dice')).rejects.toMatchObject({ code: 'plugin.not_found' });
    expect(await sut.read('polls')).toEqual(await plugin('polls'));
  });

  it('is empty where nothing was built', async () => {
    expect(await new BundledPackages({ path: join(folder, 'none') }, plugins).list()).toEqual([]);
  });
});
