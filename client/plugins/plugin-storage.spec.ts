import { MAX_PLUGIN_STORAGE_KEYS } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBlobs } from '../platform/node/memory-blobs.ts';
import { FakeClock, settled } from '../session/testing/fake-clock.ts';
import { PluginStorage } from './plugin-storage.ts';

const bytes = (...values: number[]) => Uint8Array.of(...values);

describe('PluginStorage', () => {
  let blobs: MemoryBlobs;
  let clock: FakeClock;
  let failed: string[];
  let sut: PluginStorage;

  const removed = new Set<string>();
  const another = () =>
    new PluginStorage(
      blobs,
      clock,
      (id) => void failed.push(id),
      (id) => Promise.resolve(!removed.has(id)),
    );

  beforeEach(() => {
    blobs = new MemoryBlobs();
    clock = new FakeClock();
    failed = [];
    removed.clear();
    sut = another();
  });

  it('keeps values of each plugin apart', async () => {
    sut.keep('a', 'k', bytes(1));
    sut.keep('b', 'k', bytes());
    sut.keep('a', '__proto__', bytes(3));
    expect(Object.entries(await sut.read('a'))).toEqual([
      ['k', bytes(1)],
      ['__proto__', bytes(3)],
    ]);
    expect(await sut.read('b')).toEqual({ k: bytes() });
    expect(await sut.read('c')).toEqual({});
  });

  it('writes nothing of a plugin that another window has removed', async () => {
    sut.keep('a', 'k', bytes(1));
    sut.keep('b', 'k', bytes(2));
    removed.add('a');
    await sut.flush();
    expect([await another().read('a'), await another().read('b')]).toEqual([{}, { k: bytes(2) }]);
    expect(failed).toEqual([]);
  });

  it('loses nothing that two windows keep at the same time', async () => {
    const other = another();
    for (let n = 0; n < 5; n++) {
      sut.keep('a', `one ${n}`, bytes(n));
      other.keep('a', `two ${n}`, bytes(n));
      await Promise.all([sut.flush(), other.flush()]);
    }
    expect(Object.keys(await another().read('a'))).toHaveLength(10);
  });

  it('writes many changes once, a second after the first', async () => {
    let writes = 0;
    const put = blobs.put.bind(blobs);
    blobs.put = (key, value) => {
      writes++;
      return put(key, value);
    };
    for (let n = 0; n < 50; n++) sut.keep('a', 'k', bytes(n));
    await clock.advance(999);
    expect(writes).toBe(0);
    await clock.advance(1);
    expect([writes, await another().read('a')]).toEqual([1, { k: bytes(49) }]);
  });

  it('keeps what another window has kept beside it', async () => {
    const other = another();
    sut.keep('a', 'mine', bytes(1));
    other.keep('a', 'yours', bytes(2));
    await sut.flush();
    await other.flush();
    sut.keep('a', 'yours', null);
    await sut.flush();
    expect(await another().read('a')).toEqual({ mine: bytes(1) });
  });

  it('says so where it cannot write, and tries again', async () => {
    const put = blobs.put.bind(blobs);
    blobs.put = () => Promise.reject(new Error('full'));
    sut.keep('a', 'k', bytes(1));
    sut.keep('a', 'l', bytes(1));
    await sut.flush();
    expect(failed).toEqual(['a']);
    blobs.put = put;
    sut.keep('a', 'k', bytes(2));
    await sut.flush();
    expect(await another().read('a')).toEqual({ k: bytes(2), l: bytes(1) });
  });

  it('keeps no more than a plugin may, whatever two windows keep, and says so', async () => {
    const other = another();
    for (let n = 0; n < MAX_PLUGIN_STORAGE_KEYS; n++) {
      sut.keep('a', `mine${n}`, bytes(1));
      other.keep('a', `yours${n}`, bytes(2));
    }
    await sut.flush();
    expect(failed).toEqual([]);
    await other.flush();
    expect(failed).toEqual(['a']);
    expect(Object.keys(await another().read('a'))).toHaveLength(MAX_PLUGIN_STORAGE_KEYS);
    // What takes the place of another value has room, whichever was changed first.
    other.keep('a', 'yours', bytes(3));
    other.keep('a', 'mine0', null);
    await other.flush();
    expect(await another().read('a')).toMatchObject({ yours: bytes(3) });
    expect(failed).toEqual(['a']);
  });

  it('begins anew where what is kept is damaged', async () => {
    sut.keep('a', 'k', bytes(1));
    await sut.flush();
    await blobs.put('plugins/values/a', new TextEncoder().encode('[["k","xyz"]]'));
    expect(await sut.read('a')).toEqual({});
    sut.keep('a', 'k', bytes(2));
    expect(await sut.read('a')).toEqual({ k: bytes(2) });
  });

  it('forgets all of a plugin, also what was not written yet', async () => {
    sut.keep('a', 'k', bytes(1));
    await sut.flush();
    sut.keep('a', 'l', bytes(1));
    await sut.remove('a');
    await clock.advance(2_000);
    expect(await another().read('a')).toEqual({});
  });

  it('forgets what could not be written while a plugin is removed', async () => {
    const put = blobs.put.bind(blobs);
    const writing = Promise.withResolvers<undefined>();
    blobs.put = () => writing.promise;
    sut.keep('a', 'k', bytes(1));
    void sut.flush();
    await settled();
    const removed = sut.remove('a');
    writing.reject(new Error('full'));
    await removed;
    blobs.put = put;
    await sut.flush();
    expect(await another().read('a')).toEqual({});
  });

  it('leaves nothing of a plugin that is removed while its values are being written', async () => {
    const gate = Promise.withResolvers<undefined>();
    const put = blobs.put.bind(blobs);
    blobs.put = async (key, value) => {
      await gate.promise;
      return put(key, value);
    };
    sut.keep('a', 'k', bytes(1));
    const written = sut.flush();
    const removed = sut.remove('a');
    const later = sut.read('a');
    gate.resolve(undefined);
    await Promise.all([written, removed]);
    expect([await later, await another().read('a')]).toEqual([{}, {}]);
  });
});
