import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { scratchFolder } from '../testing/server-process.ts';
import { IDLE_LIMIT_MS, storeUpload } from './store-upload.ts';

async function* chunks(count: number, bytes: number, end?: Error): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(new Uint8Array(bytes).fill(i));
  if (end !== undefined) throw end;
}

describe('storeUpload', () => {
  it('stores all that comes, in its order, for this user alone', async () => {
    await using folder = await scratchFolder();
    const file = join(folder.path, 'upload');
    await storeUpload(chunks(50, 100_000), file, 5_000_000, new ManualClock());
    const stored = await readFile(file);
    expect(stored).toHaveLength(5_000_000);
    expect([0, 1, 49].map((i) => stored[i * 100_000])).toEqual([0, 1, 49]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('stops at what is too large, whatever was announced', async () => {
    await using folder = await scratchFolder();
    const file = join(folder.path, 'upload');
    let given = 0;
    const endless = (async function* () {
      for (;;) yield await Promise.resolve(new Uint8Array(1_000).fill(++given));
    })();
    await expect(storeUpload(endless, file, 10_000, new ManualClock())).rejects.toSatisfy((error) =>
      SwitchboardError.is(error, 'backup.too_large'),
    );
    expect(given).toBe(11);
    expect((await stat(file)).size).toBeLessThanOrEqual(10_000);
  });

  it('says that an upload broke off', async () => {
    await using folder = await scratchFolder();
    const gone = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    await expect(
      storeUpload(chunks(3, 10, gone), join(folder.path, 'upload'), 1_000, new ManualClock()),
    ).rejects.toMatchObject({
      code: 'backup.invalid',
      message: expect.stringContaining('broke off'),
    });
  });

  it('gives up where nothing comes any more, however long it took so far', async () => {
    await using folder = await scratchFolder();
    const clock = new ManualClock();
    let pauses = 0;
    const slow: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) => {
            // Just in time nine times, and then too late.
            const isLast = ++pauses === 10;
            queueMicrotask(() => {
              clock.advance(isLast ? IDLE_LIMIT_MS : IDLE_LIMIT_MS - 1);
              resolve({ done: false, value: new Uint8Array(10) });
            });
          }),
      }),
    };
    const stored = storeUpload(slow, join(folder.path, 'upload'), 1_000, clock);
    await expect(stored).rejects.toMatchObject({ code: 'protocol.too_slow' });
    expect(pauses).toBe(10);
    expect(clock.pendingTimers).toBe(0);
  });

  it('writes over nothing', async () => {
    await using folder = await scratchFolder();
    const file = join(folder.path, 'upload');
    await writeFile(file, 'precious');
    await expect(storeUpload(chunks(1, 10), file, 1_000, new ManualClock())).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(file, 'utf8')).toBe('precious');
  });
});
