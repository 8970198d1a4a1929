import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SwitchboardError } from '@switchboard/protocol';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerConfig } from '../config/server-config.ts';
import { databaseFile } from '../database/database.module.ts';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { Setting } from '../settings/setting.entity.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { scratchFolder } from '../testing/server-process.ts';
import { BackupsService } from './backups.service.ts';

describe('BackupsService', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let database: DataSource;
  let sut: BackupsService;

  beforeEach(async () => {
    folder = await scratchFolder();
    const config = ServerConfig.from({ SWITCHBOARD_DATA_DIR: folder.path });
    database = await openDatabase(new DataSource(databaseOptions(databaseFile(config))));
    sut = new BackupsService(config, new ManualClock());
  });
  afterEach(async () => {
    await database.destroy();
    await folder[Symbol.asyncDispose]();
  });

  /** Both rows or none are in the database at each moment. */
  const writePair = (i: number): Promise<unknown> =>
    database.query(`INSERT INTO setting (key, value) VALUES ('a${i}', '1'), ('b${i}', '1')`);

  const temporary = async (): Promise<string[]> => (await readdir(folder.path)).filter((name) => name.startsWith('.'));

  it('is whole and of one moment while the database is written to', async () => {
    for (let i = 0; i < 100; i++) await writePair(i);
    const stop = new AbortController();
    let written = 100;
    const writing = (async () => {
      while (!stop.signal.aborted) await writePair(written++);
    })();
    const bytes = await buffer((await sut.make()).stream);
    stop.abort();
    await writing;

    const file = join(folder.path, 'copy.sqlite');
    await writeFile(file, bytes);
    const copy = await new DataSource(databaseOptions(file)).initialize();
    expect(await copy.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const keys = (await copy.getRepository(Setting).find()).map(({ key }) => key);
    expect(keys.length).toBeGreaterThanOrEqual(200);
    expect(keys.filter((key) => key.startsWith('a')).length).toBe(keys.filter((key) => key.startsWith('b')).length);
    await copy.destroy();
  });

  it('has a name by its time, and says how long it is', async () => {
    const { name, bytes, stream } = await sut.make();
    expect(name).toBe('switchboard-2023-11-14T22-13-20Z.sqlite');
    expect(await buffer(stream)).toHaveLength(bytes);
  });

  it.each([
    ['was read', (stream: NodeJS.ReadableStream) => buffer(stream)],
    ['was not', (stream: NodeJS.ReadableStream) => Promise.resolve((stream as { destroy?: () => void }).destroy?.())],
  ])('leaves no file once it %s', async (_, use) => {
    const { stream } = await sut.make();
    const [file = ''] = await temporary();
    expect((await stat(join(folder.path, file))).mode & 0o777).toBe(0o600);
    const closed = once(stream, 'close');
    await use(stream);
    await closed;
    await vi.waitFor(async () => expect(await temporary()).toEqual([]), { timeout: 20_000 });
  });

  it('survives a disk that fails before anybody reads', async () => {
    const { stream } = await sut.make();
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
    stream.destroy(new Error('the disk is gone'));
    await closed;
    await vi.waitFor(async () => expect(await temporary()).toEqual([]), { timeout: 20_000 });
  });

  it('makes two at a time', async () => {
    const first = await sut.make();
    const second = await sut.make();
    await expect(sut.make()).rejects.toSatisfy((error) => SwitchboardError.is(error, 'server.rate_limited'));
    await buffer(first.stream);
    await vi.waitFor(async () => buffer((await sut.make()).stream), { timeout: 20_000 });
    second.stream.destroy();
  });

  it('clears away at the start what a killed process has left, and nothing else', async () => {
    const id = '01977b2e-4a10-7c3e-9d2f-6b8e1f0a5c11';
    const left = [`.switchboard-backup-${id}.sqlite`, `.switchboard-restore-${id}.sqlite-wal`];
    const others = ['.switchboard-backup-mine.sqlite', 'switchboard.before-restore.sqlite', 'notes.txt'];
    for (const name of [...left, ...others]) await writeFile(join(folder.path, name), 'x');
    await sut.onModuleInit();
    const names = await readdir(folder.path);
    expect(names).toEqual(expect.arrayContaining([...others, 'switchboard.sqlite']));
    for (const name of left) expect(names).not.toContain(name);
  });
});
