import { randomBytes, randomInt } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** A lock is held for a few milliseconds: one as old as this is of nobody who still runs, whatever its number says. */
const STALE_MS = 30_000;
/** Not all at the same moment. */
const RETRY_MS = { min: 5, max: 15 };

/**
 * Takes a lock between processes that share a folder. Whoever was killed with it holds up nobody.
 * @param path of the file that is the lock; its folder is there
 * @returns gives it back
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const token = `${hostname()}:${process.pid}:${randomBytes(8).toString('hex')}`;
  while (!(await isTaken(path, token))) {
    const owner = await ownerOf(path);
    if (owner !== undefined && (await isStale(path, owner))) await breakLock(path, owner);
    else await wait(randomInt(RETRY_MS.min, RETRY_MS.max));
  }
  return async () => {
    // Not the one of somebody who took this for left behind.
    if ((await ownerOf(path)) === token) await rm(path, { force: true });
  };
}

/** Whole at once: nobody sees a lock without its owner. */
async function isTaken(path: string, token: string): Promise<boolean> {
  const written = `${path}.${token.slice(-16)}.tmp`;
  try {
    await writeFile(written, token, { mode: 0o600 });
    await link(written, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

/** By one at a time: without that, the second would remove the lock that was taken after the first. */
async function breakLock(path: string, owner: string): Promise<void> {
  const release = await lockFile(`${path}.${owner.slice(-16)}`);
  try {
    if ((await ownerOf(path)) === owner) await rm(path, { force: true });
  } finally {
    await release();
  }
}

async function ownerOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function isStale(path: string, owner: string): Promise<boolean> {
  const [host, pid] = owner.split(':');
  if (host === hostname() && !isRunning(Number(pid))) return true;
  const atMs = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  return atMs !== undefined && Math.abs(Date.now() - atMs) > STALE_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as somebody else's.
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
