import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Channel } from '../channels/channel.entity.ts';
import { StoredMessage } from '../chat/message.entity.ts';
import { Initial1763700000000 } from './migrations/1763700000000-initial.ts';
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

  async function appliedMigrations(database: DataSource): Promise<number> {
    return (await database.query<unknown[]>('SELECT name FROM migrations')).length;
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

  it('keeps what an older version has written', async () => {
    const options = databaseOptions(join(folder, 'db.sqlite'));
    const older = await openDatabase(new DataSource({ ...options, migrations: [Initial1763700000000] }));
    await older.query(`INSERT INTO virtual_server VALUES ('server', 'Ours', 1)`);
    await older.query(
      `INSERT INTO channel (id, serverId, name, position, bitrateBps, createdAt) VALUES ('lobby', 'server', 'Lobby', 0, 48000, 1)`,
    );
    await older.query(
      `INSERT INTO message (id, channelId, authorId, authorNickname, nonce, text, createdAt) VALUES ('1', 'lobby', 'anna', 'Anna', 'n', 'Hello', 1)`,
    );
    const columns = await older.query('PRAGMA table_info(channel)');
    await older.destroy();

    const database = await open();
    expect(await database.getRepository(Channel).find()).toMatchObject([
      { id: 'lobby', name: 'Lobby', bitrateBps: 48_000, forwardLimit: null },
    ]);
    expect(await database.getRepository(StoredMessage).find()).toMatchObject([{ channelId: 'lobby', text: 'Hello' }]);
    while ((await appliedMigrations(database)) > 1) await database.undoLastMigration();
    expect(await database.query('PRAGMA table_info(channel)')).toEqual(columns);
    expect(await database.query('SELECT text FROM message')).toEqual([{ text: 'Hello' }]);
  });

  it('can be taken back', async () => {
    const database = await open();
    expect(await tables(database)).toHaveLength(17);
    for (const _ of database.migrations) await database.undoLastMigration();
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
