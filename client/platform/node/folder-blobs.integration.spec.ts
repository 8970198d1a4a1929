import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderBlobs } from './folder-blobs.ts';

/** Before a lock is so old that it is nobody's in any case. */
const SOON_MS = 20_000;

const bytes = (text: string) => new TextEncoder().encode(text);

describe('FolderBlobs', () => {
  let parent: string;
  let folder: string;
  let sut: FolderBlobs;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'switchboard-'));
    folder = join(parent, 'not', 'there', 'yet');
    sut = new FolderBlobs(folder);
  });

  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('keeps blobs under whatever key, for the next that opens the folder', async () => {
    expect(await sut.get('a')).toBeUndefined();
    const keys = ['a', '../../escape', 'plugins/package/a', 'A', 'con', 'x'.repeat(500), ''];
    for (const key of keys) await sut.put(key, bytes(`of ${key}`));
    const next = new FolderBlobs(folder);
    for (const key of keys) expect(await next.get(key)).toEqual(bytes(`of ${key}`));
    expect(await readdir(parent)).toEqual(['not']);
    expect(await readdir(folder)).toHaveLength(keys.length);
    await sut.delete('a');
    await sut.delete('never there');
    expect([await next.get('a'), await next.get('A')]).toEqual([undefined, bytes('of A')]);
  });

  it.skipIf(process.platform === 'win32')('lets nobody else read', async () => {
    await sut.put('a', bytes('secret'));
    const [file] = await readdir(folder);
    const modes = await Promise.all([folder, join(folder, file!)].map(async (path) => (await stat(path)).mode & 0o777));
    expect(modes).toEqual([0o700, 0o600]);
  });

  it('has one whole value or the other, however many write it', async () => {
    const values = Array.from({ length: 20 }, (_, n) => bytes(String(n).repeat(50_000)));
    const writers = [sut, new FolderBlobs(folder)];
    await Promise.all(values.map((value, n) => writers[n % 2]!.put('a', value)));
    const kept = await sut.get('a');
    expect(values.some((value) => Buffer.from(value).equals(kept!))).toBe(true);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('changes a value with nobody in between', async () => {
    const others = [sut, new FolderBlobs(folder), new FolderBlobs(folder)];
    const longer = (value: Uint8Array = new Uint8Array()) => Uint8Array.of(...value, value.length);
    await Promise.all(Array.from({ length: 30 }, (_, n) => others[n % 3]!.change('a', longer)));
    expect(await sut.get('a')).toEqual(Uint8Array.from({ length: 30 }, (_, n) => n));
    await sut.change('a', () => undefined);
    const refused = sut.change('a', () => {
      throw new RangeError('no');
    });
    await expect(refused).rejects.toThrow(RangeError);
    expect((await sut.get('a'))?.length).toBe(30);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('waits for nobody who was killed while changing it', { timeout: SOON_MS }, async () => {
    await sut.put('a', bytes('kept'));
    const module = new URL('folder-blobs.ts', import.meta.url).href;
    // It is killed in the middle, by its own hand.
    const script = `const { FolderBlobs } = await import(${JSON.stringify(module)});
      await new FolderBlobs(${JSON.stringify(folder)}).change('a', () => process.kill(process.pid, 'SIGKILL'));`;
    const killed = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
    await once(killed, 'exit');
    expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).toHaveLength(1);
    const others = [sut, new FolderBlobs(folder), new FolderBlobs(folder)];
    const longer = (value: Uint8Array = new Uint8Array()) => Uint8Array.of(...value, 0);
    await Promise.all(others.map((one) => one.change('a', longer)));
    expect((await sut.get('a'))?.length).toBe('kept'.length + 3);
    expect((await readdir(folder)).filter((name) => name.includes('.lock'))).toEqual([]);
  });

  it('leaves what was there where it cannot write', async () => {
    await sut.put('a', bytes('kept'));
    const file = join(parent, 'file');
    await writeFile(file, 'in the way');
    const broken = new FolderBlobs(join(file, 'below'));
    await expect(broken.put('a', bytes('x'))).rejects.toThrow();
    await expect(broken.get('a')).rejects.toThrow();
    expect([await readFile(file, 'utf8'), await sut.get('a')]).toEqual(['in the way', bytes('kept')]);
  });
});
