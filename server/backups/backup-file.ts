import { open } from 'node:fs/promises';
import { SwitchboardError } from '@switchboard/protocol';
import { DataSource, IsNull, Not } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../audit/audit-actions.ts';
import { AuditEntry } from '../audit/audit-entry.entity.ts';
import { LogIn } from '../auth/log-in.entity.ts';
import { User } from '../users/user.entity.ts';
import { databaseOptions, NewerDatabaseError, openDatabase } from '../database/open-database.ts';

/** The first bytes of every SQLite database (https://www.sqlite.org/fileformat.html, section 1.3). */
const SQLITE_HEADER = Buffer.from('SQLite format 3\0');
/** Before there is one of these tables, there was no Switchboard. */
const FIRST_TABLES = ['channel', 'message', 'migrations', 'user', 'virtual_server'];

/** Who restores, and when: the database that is restored knows of it. */
export interface Restorer {
  readonly userId: string;
  readonly nickname: string;
  /** As it is now: the one that goes on. */
  readonly logIn: LogIn | null;
  readonly at: number;
}

/**
 * Checks an uploaded file, and brings it up to date, so that all that may fail has failed before the database in use is touched.
 * A file that comes from somewhere may hold anything: triggers and views are refused, and a table that is not just as ours.
 * @throws SwitchboardError `backup.invalid`, `backup.newer`
 */
export async function prepareBackup(file: string, restorer: Restorer): Promise<void> {
  await refuseOtherFiles(file);
  try {
    await refuseDamaged(file);
    await bringUpToDate(file, restorer);
  } catch (error) {
    if (SwitchboardError.is(error)) throw error;
    if (error instanceof NewerDatabaseError) throw new SwitchboardError('backup.newer', undefined, { cause: error });
    throw new SwitchboardError('backup.invalid', undefined, { cause: error });
  }
}

async function refuseOtherFiles(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SQLITE_HEADER.length), 0, SQLITE_HEADER.length, 0);
    if (bytesRead < SQLITE_HEADER.length || !buffer.equals(SQLITE_HEADER)) {
      throw new SwitchboardError('backup.invalid', 'This is not a SQLite database. Nothing was changed.');
    }
  } finally {
    await handle.close();
  }
}

async function refuseDamaged(file: string): Promise<void> {
  const database = await new DataSource({ type: 'sqlite', database: file }).initialize();
  try {
    const [check] = await database.query<{ integrity_check: string }[]>('PRAGMA integrity_check(1)');
    if (check?.integrity_check !== 'ok') throw damaged();
    const parts = await database.query<{ type: string; name: string }[]>('SELECT type, name FROM sqlite_master');
    const tables = new Set(parts.filter(({ type }) => type === 'table').map(({ name }) => name));
    if (!FIRST_TABLES.every((name) => tables.has(name))) {
      throw new SwitchboardError('backup.invalid', 'This database is not one of Switchboard. Nothing was changed.');
    }
    const strange = parts.find(({ type }) => type === 'trigger' || type === 'view');
    if (strange !== undefined) throw unlikeOurs();
  } finally {
    await database.destroy();
  }
}

async function bringUpToDate(file: string, { userId, nickname, logIn, at }: Restorer): Promise<void> {
  const database = await openDatabase(new DataSource(databaseOptions(file)));
  try {
    const { upQueries } = await database.driver.createSchemaBuilder().log();
    if (upQueries.length > 0) throw unlikeOurs();
    const loose = await database.query<unknown[]>('PRAGMA foreign_key_check');
    if (loose.length > 0) throw damaged();
    await keepOnly(database, logIn);
    await database.getRepository(AuditEntry).insert({
      id: uuidv7(),
      at,
      actorId: userId,
      actorName: nickname,
      action: 'backup.restore' satisfies AuditAction,
      targetId: null,
      targetName: '',
      detail: {},
    });
    // All in the one file, whoever takes it away next.
    await database.query('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    await database.destroy();
  }
}

/**
 * The log-ins of then are over: each token that was replaced since would be taken for a stolen one. Who restores goes on, where the
 * account was there already.
 */
async function keepOnly(database: DataSource, logIn: LogIn | null): Promise<void> {
  await database.getRepository(LogIn).createQueryBuilder().delete().execute();
  if (logIn === null) return;
  const owner = await database.getRepository(User).findOneBy({ id: logIn.userId, usernameKey: Not(IsNull()) });
  if (owner !== null) await database.getRepository(LogIn).insert(logIn);
}

function damaged(): SwitchboardError {
  return new SwitchboardError('backup.invalid', 'The database is damaged. Nothing was changed.');
}

function unlikeOurs(): SwitchboardError {
  return new SwitchboardError(
    'backup.invalid',
    'The database has other tables than this version makes, triggers, or views. Nothing was changed.',
  );
}
