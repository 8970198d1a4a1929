import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchboardError } from '@switchboard/protocol';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditEntry } from '../audit/audit-entry.entity.ts';
import { LogIn } from '../auth/log-in.entity.ts';
import { Setting } from '../settings/setting.entity.ts';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { Initial1763700000000 } from '../database/migrations/1763700000000-initial.ts';
import { scratchFolder } from '../testing/server-process.ts';
import { prepareBackup, type Restorer } from './backup-file.ts';

const RESTORER: Restorer = { userId: 'ada', nickname: 'Ada', logIn: null, at: 1_764_000_000_000 };

const logIn = (id: string, userId: string, tokenHash: string): LogIn => ({
  id,
  userId,
  tokenHash,
  previousTokenHash: null,
  rotatedAt: 1,
  device: 'Firefox',
  address: '192.0.2.1',
  createdAt: 1,
  expiresAt: 2_000_000_000_000,
});

describe('prepareBackup', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let file: string;

  beforeEach(async () => {
    folder = await scratchFolder();
    file = join(folder.path, 'backup.sqlite');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  /** A database of this version, in which `change` was made. */
  async function made(change: (database: DataSource) => Promise<unknown>, options = {}): Promise<void> {
    const database = await openDatabase(new DataSource({ ...databaseOptions(file), ...options }));
    await change(database);
    await database.destroy();
  }

  async function refusal(): Promise<{ code: string; message: string }> {
    const error: unknown = await prepareBackup(file, RESTORER).catch((thrown: unknown) => thrown);
    if (!SwitchboardError.is(error)) throw error instanceof Error ? error : new Error('it was accepted');
    return { code: error.code, message: error.message };
  }

  it('takes a database of this version, and writes into it who restores it', async () => {
    await made((database) => database.getRepository(Setting).insert({ key: 'welcome', value: 'Hello' }));
    await prepareBackup(file, RESTORER);
    await made(async (database) => {
      expect(await database.getRepository(Setting).find()).toEqual([{ key: 'welcome', value: 'Hello' }]);
      expect(await database.getRepository(AuditEntry).find()).toMatchObject([
        { action: 'backup.restore', actorId: 'ada', actorName: 'Ada', at: RESTORER.at },
      ]);
    });
  });

  it.each([
    ['whose account was there goes on, as it is now', 'ada', [{ id: 'mine', tokenHash: 'newest' }]],
    ['whose account was not there has none', 'eve', []],
  ])('has no log-in of then; who restores it and %s', async (_, userId, expected) => {
    await made(async (database) => {
      await database.query(
        `INSERT INTO user (id, nickname, username, usernameKey, passwordHash, createdAt, lastSeenAt)
         VALUES ('ada', 'Ada', 'ada', 'ada', 'x', 1, 1)`,
      );
      await database.getRepository(LogIn).insert([logIn('mine', 'ada', 'older'), logIn('other', 'ada', 'other')]);
    });
    await prepareBackup(file, { ...RESTORER, userId, logIn: logIn('mine', userId, 'newest') });
    await made(async (database) => {
      expect(await database.getRepository(LogIn).find({ select: { id: true, tokenHash: true } })).toEqual(expected);
    });
  });

  it('leaves all in the one file', async () => {
    await made(() => Promise.resolve());
    await prepareBackup(file, RESTORER);
    const alone = join(folder.path, 'alone.sqlite');
    await copyFile(file, alone);
    const database = await new DataSource(databaseOptions(alone)).initialize();
    expect(await database.getRepository(AuditEntry).count()).toBe(1);
    await database.destroy();
  });

  it('brings a database of an older version up to date', async () => {
    await made((database) => database.query(`INSERT INTO virtual_server VALUES ('server', 'Ours', 1)`), {
      migrations: [Initial1763700000000],
    });
    await prepareBackup(file, RESTORER);
    await made(async (database) => {
      expect(await database.showMigrations()).toBe(false);
      expect(await database.query('SELECT name FROM virtual_server')).toEqual([{ name: 'Ours' }]);
    });
  });

  it('refuses a database of a newer version', async () => {
    await made((database) =>
      database.query("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')"),
    );
    expect(await refusal()).toMatchObject({ code: 'backup.newer' });
  });

  it.each([
    ['nothing', ''],
    ['less than a header', 'SQLite'],
    ['text', 'a'.repeat(10_000)],
    ['a header and nothing more', 'SQLite format 3\0'],
    ['a header and text', `SQLite format 3\0${'a'.repeat(10_000)}`],
  ])('refuses %s', async (_, text) => {
    await writeFile(file, text);
    expect(await refusal()).toMatchObject({
      code: 'backup.invalid',
      message: expect.stringContaining('Nothing was changed'),
    });
  });

  it('refuses what was cut off', async () => {
    await made((database) => database.getRepository(Setting).insert({ key: 'welcome', value: 'x'.repeat(100_000) }));
    const { length } = await readFile(file);
    await truncate(file, Math.floor(length / 2));
    expect(await refusal()).toMatchObject({ code: 'backup.invalid' });
  });

  it('refuses what was damaged in the middle', async () => {
    await made((database) =>
      database
        .getRepository(Setting)
        .insert(Array.from({ length: 2_000 }, (_, i) => ({ key: `k${i}`, value: 'x'.repeat(50) }))),
    );
    const bytes = await readFile(file);
    bytes.fill(0xaa, bytes.length - 20_000, bytes.length - 10_000);
    await writeFile(file, bytes);
    expect(await refusal()).toMatchObject({ code: 'backup.invalid' });
  });

  it.each([
    ['a database of something else', 'DROP TABLE message'],
    ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM user; END'],
    ['a view', 'CREATE VIEW everything AS SELECT * FROM user'],
    ['a table with another column', 'ALTER TABLE setting ADD COLUMN colour text'],
    ['a missing table', 'DROP TABLE setting'],
    ['a missing index', 'DROP INDEX user_username'],
  ])('refuses %s', async (_, statement) => {
    await made((database) => database.query(statement));
    expect(await refusal()).toMatchObject({ code: 'backup.invalid' });
  });

  it('refuses rows that refer to nothing', async () => {
    await made(async (database) => {
      await database.query('PRAGMA foreign_keys = OFF');
      await database.query(`INSERT INTO user_role VALUES ('nobody', 'nothing')`);
    });
    expect(await refusal()).toMatchObject({ code: 'backup.invalid', message: expect.stringContaining('damaged') });
  });
});
