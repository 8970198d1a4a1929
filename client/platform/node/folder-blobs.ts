import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../platform.ts';
import { lockFile } from './file-lock.ts';

/**
 * Keeps blobs as files of one folder, which is made when it is needed, for nobody else to read. A file is either as it was or as it is to
 * be, whenever the power goes; several processes may use the folder.
 */
export class FolderBlobs implements BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await readFile(this.#path(key)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(key);
    const written = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const file = await open(written, 'wx', 0o600);
      try {
        await file.writeFile(value);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(written, path);
    } catch (error) {
      await rm(written, { force: true });
      throw error;
    }
  }

  async change(key: string, next: (value: Uint8Array | undefined) => Uint8Array | undefined): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const release = await lockFile(`${this.#path(key)}.lock`);
    try {
      const value = next(await this.get(key));
      if (value !== undefined) await this.put(key, value);
    } finally {
      await release();
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  /** Keys hold what no file system takes, and a plugin's id is not ours to choose. */
  #path(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.blob`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
