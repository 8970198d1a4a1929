import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../testing/server-process.ts';
import { replaceDatabase } from './replace-database.ts';

describe('replaceDatabase', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let file: string;
  let replacement: string;

  beforeEach(async () => {
    folder = await scratchFolder();
    file = join(folder.path, 'switchboard.sqlite');
    replacement = join(folder.path, 'new.tmp');
    await writeFile(file, 'old');
    await writeFile(replacement, 'new');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const text = (name: string): Promise<string> => readFile(join(folder.path, name), 'utf8');

  it('puts the new one in place, and keeps the old one', async () => {
    await replaceDatabase(file, replacement);
    expect(await text('switchboard.sqlite')).toBe('new');
    expect(await text('switchboard.before-restore.sqlite')).toBe('old');
    expect((await readdir(folder.path)).sort()).toEqual(['switchboard.before-restore.sqlite', 'switchboard.sqlite']);
  });

  it('takes it back', async () => {
    const undo = await replaceDatabase(file, replacement);
    await writeFile(`${file}-wal`, 'of the new one');
    await undo();
    expect(await text('switchboard.sqlite')).toBe('old');
    expect((await readdir(folder.path)).sort()).toEqual(['switchboard.before-restore.sqlite', 'switchboard.sqlite']);
  });

  it('keeps the one before the last restore, not all of them', async () => {
    await replaceDatabase(file, replacement);
    await writeFile(replacement, 'newer');
    await replaceDatabase(file, replacement);
    expect(await text('switchboard.sqlite')).toBe('newer');
    expect(await text('switchboard.before-restore.sqlite')).toBe('new');
  });

  it('leaves no journal of the old one beside the new one', async () => {
    await writeFile(`${file}-wal`, '');
    await writeFile(`${file}-shm`, 'shared memory');
    await replaceDatabase(file, replacement);
    expect(await readdir(folder.path)).not.toContain('switchboard.sqlite-shm');
    expect(await readdir(folder.path)).not.toContain('switchboard.sqlite-wal');
  });

  it('refuses while somebody else has the database open, and touches nothing', async () => {
    const open = async (): Promise<DataSource> =>
      new DataSource({ type: 'sqlite', database: join(folder.path, 'live.sqlite'), enableWAL: true }).initialize();
    const other = await open();
    await other.query('CREATE TABLE t (a)');
    await expect(replaceDatabase(join(folder.path, 'live.sqlite'), replacement)).rejects.toThrow('Another program');
    await other.query('INSERT INTO t VALUES (1)');
    await other.destroy();
    const again = await open();
    expect(await again.query('SELECT * FROM t')).toEqual([{ a: 1 }]);
    await again.destroy();
    expect(await text('new.tmp')).toBe('new');
  });

  it('follows no link that stands where it keeps the old one', async () => {
    const victim = join(folder.path, 'victim');
    await writeFile(victim, 'precious');
    await symlink(victim, join(folder.path, 'switchboard.before-restore.sqlite'));
    await replaceDatabase(file, replacement);
    expect(await text('victim')).toBe('precious');
    expect(await text('switchboard.before-restore.sqlite')).toBe('old');
  });
});
