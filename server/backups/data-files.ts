import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';

/** What is made or received, beside the database: the same file system, so that it can take its place. */
const TEMPORARY = /^\.switchboard-(backup|restore)-[0-9a-f-]{36}\.sqlite(-wal|-shm|-journal)?$/;

export function temporaryFile(dataDir: string, what: 'backup' | 'restore'): string {
  return join(dataDir, `.switchboard-${what}-${uuidv7()}.sqlite`);
}

/** A temporary database with what SQLite may have left beside it. */
export async function removeTemporary(file: string): Promise<void> {
  await Promise.all(['', '-wal', '-shm', '-journal'].map((suffix) => rm(`${file}${suffix}`, { force: true })));
}

/** What a process that was killed has left. */
export async function removeLeftOvers(dataDir: string): Promise<void> {
  const left = (await readdir(dataDir)).filter((name) => TEMPORARY.test(name));
  await Promise.all(left.map((name) => rm(join(dataDir, name), { force: true })));
}
