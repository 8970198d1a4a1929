import { describe, expect, it } from 'vitest';
import { MemoryBlobs } from '../platform/node/memory-blobs.ts';
import { aPlugin } from '../session/testing/plugins-under-test.ts';
import { newPublisher } from './package/testing/plugin-package-fixture.ts';
import { PluginLibrary } from './plugin-library.ts';

const INDEX = 'plugins/index';
const FROM_FILE = { agreed: [], origin: 'file', server: null } as const;

async function setUp(...ids: readonly string[]) {
  const blobs = new MemoryBlobs();
  const sut = new PluginLibrary(blobs, () => undefined);
  for (const id of ids) await sut.install(await aPlugin(id), FROM_FILE);
  const index = async () => JSON.parse(new TextDecoder().decode(await blobs.get(INDEX))) as { plugins: unknown[] };
  const write = (value: unknown) =>
    blobs.put(INDEX, new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));
  const reopened = async () => {
    const next = new PluginLibrary(blobs, () => undefined);
    await next.load();
    return next;
  };
  return { blobs, sut, index, write, reopened };
}

const ids = ({ plugins }: PluginLibrary) => plugins.map(({ id }) => id);

describe('PluginLibrary', () => {
  it('loses one row that makes no sense, and not the others', async () => {
    const { index, write, reopened } = await setUp('a', 'b', 'c');
    const kept = await index();
    const [a, b, c] = kept.plugins as [object, { manifest: object }, object];
    const later = { ...b, manifest: { ...b.manifest, schema: 2 }, of: 'a later version' };
    await write({ ...kept, plugins: [a, later, 7, null, c, c] });
    const sut = await reopened();
    expect(ids(sut)).toEqual(['a', 'c']);
    // What cannot be read here may be read by the version that wrote it.
    await sut.setEnabled('c', false);
    await sut.move('c', 0);
    expect((await index()).plugins).toContainEqual(later);
    expect(ids(await reopened())).toEqual(['c', 'a']);
    await sut.install(await aPlugin('b'), FROM_FILE);
    expect((await index()).plugins).not.toContainEqual(later);
    expect(ids(await reopened())).toEqual(['c', 'a', 'b']);
  });

  it.each(['', '{', '[]', '{"plugins":{}}', 'null'])('begins anew where what is kept is %j', async (damaged) => {
    const { write, reopened } = await setUp('a');
    await write(damaged);
    const sut = await reopened();
    expect(ids(sut)).toEqual([]);
    await sut.install(await aPlugin('b'), FROM_FILE);
    expect(ids(await reopened())).toEqual(['b']);
  });

  it('lays aside what is no index before another takes its place', async () => {
    const { blobs, write, reopened } = await setUp('a');
    await write('{"plugins": [');
    const sut = await reopened();
    await sut.install(await aPlugin('b'), FROM_FILE);
    expect(new TextDecoder().decode(await blobs.get('plugins/index-broken'))).toBe('{"plugins": [');
  });

  it('lets nobody else follow a plugin whose row cannot be read here', async () => {
    const [publisher, other] = [await newPublisher(), await newPublisher()];
    const { index, write, reopened } = await setUp();
    await (await reopened()).install(await aPlugin('a', { publisher }), FROM_FILE);
    const kept = await index();
    const later = kept.plugins.map((row) => ({ ...(row as object), origin: 'of a later version' }));
    await write({ ...kept, plugins: later });
    const sut = await reopened();
    for (const next of [await aPlugin('a', { publisher: other }), await aPlugin('a')]) {
      await expect(sut.install(next, FROM_FILE)).rejects.toMatchObject({ code: 'plugin.publisher_changed' });
    }
    expect((await index()).plugins).toEqual(later);
    await sut.install(await aPlugin('a', { publisher }), FROM_FILE);
    expect(ids(await reopened())).toEqual(['a']);
    await write({ ...kept, plugins: later });
    await sut.remove('a');
    await sut.install(await aPlugin('a', { publisher: other }), FROM_FILE);
    expect(sut.find('a')?.manifest.publisher).toBe(other.key);
  });

  it('gives a plugin nothing that one of its id had kept before', async () => {
    const { blobs, sut } = await setUp('a');
    await blobs.put('plugins/values/a', Uint8Array.of(1));
    await sut.install(await aPlugin('a', { version: '2.0.0' }), FROM_FILE);
    expect(await blobs.get('plugins/values/a')).toEqual(Uint8Array.of(1));
    // As if the page had been closed right then.
    await sut.remove('a');
    await sut.install(await aPlugin('a'), FROM_FILE);
    expect(await blobs.get('plugins/values/a')).toBeUndefined();
  });

  it('gives settings that fit no more their defaults, and keeps the others', async () => {
    const { index, write, reopened } = await setUp();
    const config = {
      type: 'object',
      properties: { loud: { type: 'boolean', default: false }, pitch: { type: 'integer', default: 1, maximum: 5 } },
    };
    const sut = await reopened();
    await sut.install(await aPlugin('a', { config }), FROM_FILE);
    const kept = await index();
    await write({
      plugins: kept.plugins.map((row) => ({ ...(row as object), config: { loud: true, pitch: 9, gone: 1 } })),
    });
    expect((await reopened()).find('a')?.config).toEqual({ loud: true, pitch: 1 });
  });

  it('is as it was whenever it is broken off before the end', async () => {
    const { blobs, sut, reopened } = await setUp('a');
    const put = blobs.put.bind(blobs);
    const remove = blobs.delete.bind(blobs);
    const next = await aPlugin('a', { version: '2.0.0' });
    for (let steps = 0; ; steps++) {
      let left = steps;
      const step = <T>(act: () => Promise<T>) => (left-- > 0 ? act() : Promise.reject(new Error('the power is gone')));
      blobs.put = (key, value) => step(() => put(key, value));
      blobs.delete = (key) => step(() => remove(key));
      const done = await sut.install(next, FROM_FILE).then(
        () => true,
        () => false,
      );
      const after = await reopened();
      expect(after.find('a')?.manifest.version).toBe(done ? '2.0.0' : '1.2.0');
      expect((await after.read(after.plugins[0]!)).manifest.version).toBe(done ? '2.0.0' : '1.2.0');
      if (done) break;
      expect(steps).toBeLessThan(5);
    }
  });

  it('reads only what it has installed', async () => {
    const { blobs, sut } = await setUp('a');
    const [plugin] = sut.plugins;
    const key = `plugins/package/a/${plugin!.packageSha256}`;
    // A package that is whole, and another one.
    await blobs.put(key, await aPlugin('a', { version: '6.6.6' }));
    await expect(sut.read(plugin!)).rejects.toMatchObject({ code: 'plugin.package_damaged' });
    await blobs.delete(key);
    await expect(sut.read(plugin!)).rejects.toMatchObject({ code: 'plugin.package_damaged' });
  });

  it('keeps what it has checked, whatever becomes of the bytes that it was given', async () => {
    const { sut, reopened } = await setUp();
    const given = await aPlugin('a');
    const installed = sut.install(given, FROM_FILE);
    given.fill(0);
    await installed;
    const after = await reopened();
    expect((await after.read(after.plugins[0]!)).manifest.id).toBe('a');
  });

  it('reads what another window has installed meanwhile', async () => {
    const { sut, reopened } = await setUp('a', 'b');
    const other = await reopened();
    const [a, b] = other.plugins;
    await sut.install(await aPlugin('a', { version: '2.0.0' }), FROM_FILE);
    await sut.remove('b');
    expect((await other.read(a!)).manifest.version).toBe('2.0.0');
    expect(other.find('a')?.manifest.version).toBe('2.0.0');
    await expect(other.read(b!)).rejects.toMatchObject({ code: 'plugin.package_damaged' });
    expect(ids(other)).toEqual(['a']);
  });

  it('loses nothing that two windows change at the same time', async () => {
    const { sut, reopened } = await setUp('a', 'b');
    const other = await reopened();
    for (const enabled of [false, true, false, true]) {
      await Promise.all([sut.setEnabled('a', enabled), other.setEnabled('b', enabled)]);
      expect((await reopened()).plugins.map((plugin) => plugin.enabled)).toEqual([enabled, enabled]);
    }
    const [c, d] = [await aPlugin('c'), await aPlugin('d')];
    await Promise.all([sut.install(c, FROM_FILE), other.install(d, FROM_FILE)]);
    await Promise.all([sut.remove('a'), other.move('b', 9)]);
    const after = await reopened();
    expect(ids(after).toSorted()).toEqual(['b', 'c', 'd']);
    for (const plugin of after.plugins) expect((await after.read(plugin)).manifest.id).toBe(plugin.id);
  });

  it('keeps no package that nobody needs', async () => {
    const { blobs, sut } = await setUp('a');
    const key = () => `plugins/package/a/${sut.find('a')!.packageSha256}`;
    const first = key();
    await sut.install(await aPlugin('a', { version: '2.0.0' }), FROM_FILE);
    const second = key();
    expect([await blobs.get(first), (await blobs.get(second))?.length]).toEqual([undefined, expect.any(Number)]);
    await sut.remove('a');
    expect(await blobs.get(second)).toBeUndefined();
  });

  it('changes one thing after the other', async () => {
    const { sut } = await setUp('a', 'b', 'c');
    await Promise.all([sut.move('c', 0), sut.setEnabled('a', false), sut.remove('b'), sut.move('a', 99)]);
    expect(sut.plugins.map(({ id, enabled }) => [id, enabled])).toEqual([
      ['c', true],
      ['a', false],
    ]);
  });
});
