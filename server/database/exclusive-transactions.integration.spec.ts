import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Setting } from '../settings/setting.entity.ts';
import { databaseOptions, openDatabase } from './open-database.ts';

describe('transactions', () => {
  let folder: string;
  let database: DataSource;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
    database = await openDatabase(new DataSource(databaseOptions(join(folder, 'db.sqlite'))));
  });
  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  const keys = async () =>
    (await database.getRepository(Setting).find({ order: { key: 'ASC' } })).map(({ key }) => key);

  it('take nothing along that was stored beside them when they roll back', async () => {
    const settings = database.getRepository(Setting);
    const beside: Promise<unknown>[] = [];
    const failed = database.transaction(async (manager) => {
      await manager.insert(Setting, { key: 'inside', value: 1 });
      await manager.insert(Setting, { key: 'inside', value: 2 });
    });
    for (let i = 0; i < 20; i++) beside.push(settings.insert({ key: `beside ${i}`, value: i }));
    await expect(failed).rejects.toThrow('UNIQUE');
    await Promise.all(beside);
    expect(await keys()).toHaveLength(20);
  });

  it('do not meet each other: one that fails leaves the others whole', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        database.transaction(async (manager) => {
          await manager.insert(Setting, { key: `first of ${i}`, value: i });
          if (i % 2 === 1) throw new Error('changed my mind');
          await manager.insert(Setting, { key: `second of ${i}`, value: i });
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    const stored = await keys();
    expect(stored).toHaveLength(20);
    expect(stored.every((key) => Number(key.split(' ').at(-1)) % 2 === 0)).toBe(true);
  });

  it('say so when a statement beside its own transaction would wait for itself', async () => {
    const lost = database.transaction(() => database.getRepository(Setting).insert({ key: 'beside', value: 1 }));
    await expect(lost).rejects.toThrow('its own manager');
    await database.transaction((manager) => manager.insert(Setting, { key: 'after', value: 1 }));
    expect(await keys()).toEqual(['after']);
  });
});
