import { describe, expect, it } from 'vitest';
import type { Bookmark } from './bookmark.ts';
import { Bookmarks, readBookmarks } from './bookmarks.ts';

/** The editor's global state: it keeps JSON. */
class Storage {
  readonly kept = new Map<string, string>();

  get(key: string): unknown {
    const text = this.kept.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  update(key: string, value: unknown): Promise<void> {
    this.kept.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
}

const bookmark = (id: string, more: Partial<Bookmark> = {}): Bookmark => ({
  id,
  address: `https://${id}.example.org`,
  name: id,
  nickname: 'Ada',
  signIn: { type: 'guest' },
  ...more,
});

async function setUp(...ids: string[]) {
  const storage = new Storage();
  const sut = new Bookmarks(storage);
  for (const id of ids) await sut.add(bookmark(id));
  return { sut, storage, ids: () => sut.all.map(({ id }) => id) };
}

describe('Bookmarks', () => {
  it('keeps them for the next window', async () => {
    const { storage } = await setUp('a', 'b');
    expect(new Bookmarks(storage).all).toEqual([bookmark('a'), bookmark('b')]);
  });

  it('sees what another window has added', async () => {
    const { sut, storage, ids } = await setUp('a');
    await new Bookmarks(storage).add(bookmark('b'));
    await sut.add(bookmark('c'));
    expect(ids()).toEqual(['a', 'b', 'c']);
  });

  it('changes, replaces and removes', async () => {
    const { sut, ids } = await setUp('a', 'b');
    expect(await sut.update('a', { nickname: 'Grace' })).toEqual(bookmark('a', { nickname: 'Grace' }));
    expect(await sut.update('gone', { nickname: 'Grace' })).toBeUndefined();
    await sut.update('b', { fingerprint: 'AB' });
    await sut.replace(bookmark('b'));
    expect(sut.find('b')).toEqual(bookmark('b'));
    expect(sut.findByAddress('https://b.example.org')?.id).toBe('b');
    await sut.remove('a');
    expect(ids()).toEqual(['b']);
  });

  it('moves them by one place, and no further than the ends', async () => {
    const { sut, ids } = await setUp('a', 'b', 'c');
    await sut.move('c', -1);
    expect(ids()).toEqual(['a', 'c', 'b']);
    await sut.move('a', -1);
    await sut.move('b', 1);
    await sut.move('gone', 1);
    expect(ids()).toEqual(['a', 'c', 'b']);
    await sut.move('a', 1);
    expect(ids()).toEqual(['c', 'a', 'b']);
  });

  it('tells of each change until nobody listens any more', async () => {
    const { sut } = await setUp();
    let told = 0;
    const stop = sut.subscribe(() => told++);
    await sut.add(bookmark('a'));
    await sut.move('a', 1);
    expect(told).toBe(1);
    stop();
    await sut.remove('a');
    expect(told).toBe(1);
  });
});

describe('readBookmarks', () => {
  it('passes over what is none', () => {
    const good = bookmark('a', { signIn: { type: 'account', username: 'ada' }, fingerprint: 'AB:CD' });
    const bad = [
      null,
      7,
      {},
      { ...good, address: 'nowhere' },
      { ...good, name: 1 },
      { ...good, signIn: { type: 'account' } },
      { ...good, signIn: { type: 'token', token: 'secret' } },
    ];
    expect(readBookmarks([...bad, good])).toEqual([good]);
    for (const stored of [undefined, null, 'text', { 0: good }]) expect(readBookmarks(stored)).toEqual([]);
  });
});
