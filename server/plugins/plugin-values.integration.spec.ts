import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { scratchFolder } from '../testing/server-process.ts';
import { PluginStore } from './plugin-store.ts';
import { PluginValue } from './plugin-value.entity.ts';
import { PluginValues } from './plugin-values.ts';
import { InstalledPlugin } from './plugin.entity.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);

describe('PluginValues', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let database: DataSource;
  let clock: ManualClock;
  let store: PluginStore;
  let sut: PluginValues;

  beforeEach(async () => {
    folder = await scratchFolder();
    database = await openDatabase(new DataSource(databaseOptions(join(folder.path, 'db.sqlite'))));
    clock = new ManualClock();
    store = new PluginStore(database.getRepository(InstalledPlugin), database.getRepository(PluginValue));
    await database.getRepository(InstalledPlugin).insert({
      id: 'test',
      version: '1.0.0',
      publisher: null,
      manifest: {} as InstalledPlugin['manifest'],
      package: bytes(1),
      icon: '',
      packageSha256: '',
      packageBytes: 1,
      position: 0,
      config: {},
      consents: [],
      installedAt: 0,
      updatedAt: 0,
    });
    sut = new PluginValues('test', store, clock);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await database.destroy();
    await folder[Symbol.asyncDispose]();
  });

  it('writes many changes once, some time after the first', async () => {
    for (let n = 0; n < 50; n++) sut.change('count', bytes(n));
    sut.change('gone', null);
    expect([clock.pendingTimers, await store.valuesOf('test')]).toEqual([1, {}]);
    clock.advance(500);
    await sut.flush();
    expect(await store.valuesOf('test')).toEqual({ count: bytes(49) });
  });

  it('says so where it cannot write, and tries again with the next change', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    await database.query(`CREATE TRIGGER full BEFORE INSERT ON plugin_value BEGIN SELECT RAISE(ABORT, 'full'); END`);
    sut.change('one', bytes(1));
    sut.change('two', bytes(1));
    await sut.flush();
    expect(logged).toHaveBeenCalledTimes(1);
    await database.query('DROP TRIGGER full');
    sut.change('one', bytes(2));
    clock.advance(500);
    await sut.flush();
    expect(await store.valuesOf('test')).toEqual({ one: bytes(2), two: bytes(1) });
  });
});
