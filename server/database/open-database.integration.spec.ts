import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseOptions, NewerDatabaseError, openDatabase } from './open-database.ts';

describe('openDatabase', () => {
  let folder: string;
  const opened: DataSource[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.destroy()));
    await rm(folder, { recursive: true });
  });

  async function open(): Promise<DataSource> {
    const database = await openDatabase(new DataSource(databaseOptions(join(folder, 'db.sqlite'))));
    opened.push(database);
    return database;
  }

  async function tables(database: DataSource): Promise<string[]> {
    const rows = await database.query<{ name: string }[]>("SELECT name FROM sqlite_master WHERE type = 'table'");
    return rows.map(({ name }) => name).filter((name) => !['migrations', 'sqlite_sequence'].includes(name));
  }

  it('keeps what was acknowledged through a power cut, and checks references', async () => {
    const database = await open();
    expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await database.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(await database.query('PRAGMA busy_timeout')).toEqual([{ timeout: 5_000 }]);
  });

  it('makes exactly the tables that the code describes', async () => {
    const database = await open();
    const { upQueries } = await database.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('leaves nothing to do at the second start', async () => {
    await (await open()).destroy();
    opened.splice(0);
    expect(await (await open()).showMigrations()).toBe(false);
  });

  it('can be taken back', async () => {
    const database = await open();
    expect(await tables(database)).toHaveLength(4);
    await database.undoLastMigration();
    expect(await tables(database)).toEqual([]);
  });

  it('refuses one that a newer version has written, and leaves it as it is', async () => {
    const database = await open();
    await database.query("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')");
    await database.destroy();
    opened.splice(0);
    const refused = open();
    await expect(refused).rejects.toThrow(NewerDatabaseError);
    await expect(refused).rejects.toThrow(/newer version.*Later9999999999999/);
  });
});
