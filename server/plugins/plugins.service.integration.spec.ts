import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginManifest } from '@switchboard/protocol';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newPublisher } from '../../client/plugins/package/testing/plugin-package-fixture.ts';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { OfferedPackages } from './offered-packages.ts';
import type { PluginCatalogueService } from './plugin-catalogue.service.ts';
import { PluginStore } from './plugin-store.ts';
import { PluginValue } from './plugin-value.entity.ts';
import { InstalledPlugin } from './plugin.entity.ts';
import { PluginsService } from './plugins.service.ts';
import { watPackage, type WatPlugin } from './testing/wat-plugins.ts';

describe('PluginsService', () => {
  let folder: string;
  let database: DataSource;
  let store: PluginStore;
  let sut: PluginsService;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
    database = await openDatabase(new DataSource(databaseOptions(join(folder, 'db.sqlite'))));
    store = new PluginStore(database.getRepository(InstalledPlugin), database.getRepository(PluginValue));
    sut = new PluginsService(store, new ManualClock());
  });
  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  const plugin = (version: string, more: Partial<WatPlugin> = {}) =>
    watPackage({ hooks: { on_command: [] }, ...more, manifest: { version } });

  describe('with a plugin that another version of the server installed', () => {
    const another = { schema: 2 } as unknown as PluginManifest;

    /** @returns the service of a server that cannot read what is stored */
    async function restarted(bytes: Uint8Array): Promise<PluginsService> {
      await sut.install(bytes, { agreed: 'all' });
      await database.getRepository(InstalledPlugin).update({ id: 'test' }, { manifest: another });
      const later = new PluginsService(store, new ManualClock());
      await later.onModuleInit();
      expect(later.all).toEqual([]);
      return later;
    }

    it('removes it', async () => {
      const later = await restarted(await plugin('1.0.0'));
      await later.remove('test');
      expect(await store.all()).toEqual([]);
      await expect(later.remove('test')).rejects.toMatchObject({ code: 'plugin.not_found' });
    });

    it('puts in its place what may follow it, from the same publisher alone', async () => {
      const [ada, eve] = [await newPublisher(), await newPublisher()];
      const later = await restarted(await plugin('1.1.0', { publisher: ada }));
      const install = async (version: string, publisher: typeof ada): Promise<string> =>
        (await later.install(await plugin(version, { publisher }), { agreed: 'all' })).version;
      await expect(install('1.2.0', eve)).rejects.toMatchObject({ code: 'plugin.publisher_changed' });
      await expect(install('1.0.0', ada)).rejects.toMatchObject({ code: 'plugin.older' });
      expect(await install('1.2.0', ada)).toBe('1.2.0');
      await later.remove('test');
      expect(await install('1.0.0', eve)).toBe('1.0.0');
    });
  });

  it('gives out no package under the hash of another, when one has just taken its place', async () => {
    const next = await plugin('1.1.0');
    const before = await sut.install(await plugin('1.0.0'), { agreed: 'all' });
    const now = await sut.install(next, { agreed: 'all' });
    const offered = new OfferedPackages({ offered: [before, now] } as unknown as PluginCatalogueService, store);
    await expect(offered.read(before.packageSha256)).rejects.toMatchObject({ code: 'plugin.not_found' });
    expect(await offered.read(now.packageSha256)).toEqual(next);
  });
});
