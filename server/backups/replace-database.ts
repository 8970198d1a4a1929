import { constants, copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The database as it was before the last one was restored. */
const BEFORE_RESTORE = 'switchboard.before-restore.sqlite';

/**
 * Puts another file in the place of a database that nobody has open. At each moment there is a whole database under its name:
 * what was there gets a second name first, and the new one takes the place with one rename, so a power cut leaves one or the other.
 * @returns what takes it back
 * @throws Error if another program has the database open
 */
export async function replaceDatabase(file: string, replacement: string): Promise<() => Promise<void>> {
  const kept = join(dirname(file), BEFORE_RESTORE);
  await dropJournal(file);
  await rm(kept, { force: true });
  await secondName(file, kept);
  await take(file, replacement);
  return async () => {
    await Promise.all([rm(`${file}-wal`, { force: true }), rm(`${file}-shm`, { force: true })]);
    const back = `${kept}.back`;
    await rm(back, { force: true });
    await secondName(kept, back);
    await take(file, back);
  };
}

/** A journal that is left over belongs to the file that it was written for; beside another it would destroy that. */
async function dropJournal(file: string): Promise<void> {
  const journal = await stat(`${file}-wal`).catch(() => undefined);
  // Whoever closes a database last empties it into the file.
  if (journal !== undefined && journal.size > 0) {
    throw new Error('Another program has the database open. Close it, and restore again. Nothing was changed.');
  }
  await Promise.all([rm(`${file}-wal`, { force: true }), rm(`${file}-shm`, { force: true })]);
}

/** Costs nothing where the file system has links. */
async function secondName(file: string, name: string): Promise<void> {
  try {
    await link(file, name);
  } catch {
    await copyFile(file, name, constants.COPYFILE_EXCL);
    await sync(name);
  }
}

async function take(file: string, replacement: string): Promise<void> {
  await sync(replacement);
  await rename(replacement, file);
  // Windows has no handle of a folder; there the rename is on the disk a little later.
  if (process.platform !== 'win32') await sync(dirname(file));
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
