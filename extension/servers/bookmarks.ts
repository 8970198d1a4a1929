import type { Bookmark, SignInMethod } from './bookmark.ts';

/** What is needed of the editor's global state, which all windows share. */
export interface BookmarkStorage {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'switchboard.servers';

/** The servers that one has been to, in one's own order. */
export class Bookmarks {
  readonly #storage: BookmarkStorage;
  readonly #listeners = new Set<() => void>();

  constructor(storage: BookmarkStorage) {
    this.#storage = storage;
  }

  /** Read each time: another window may have changed them. */
  get all(): readonly Bookmark[] {
    return readBookmarks(this.#storage.get(KEY));
  }

  find(id: string): Bookmark | undefined {
    return this.all.find((bookmark) => bookmark.id === id);
  }

  /** The first of a server, by its origin. */
  findByAddress(address: string): Bookmark | undefined {
    return this.all.find((bookmark) => bookmark.address === address);
  }

  /** Calls after each change that was made here; the returned function stops it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async add(bookmark: Bookmark): Promise<void> {
    await this.#write([...this.all, bookmark]);
  }

  /** @returns the bookmark as it is now; undefined where it is gone */
  async update(id: string, changes: Partial<Omit<Bookmark, 'id'>>): Promise<Bookmark | undefined> {
    await this.#write(this.all.map((bookmark) => (bookmark.id === id ? { ...bookmark, ...changes } : bookmark)));
    return this.find(id);
  }

  /** Puts it in the place of the one with its id. */
  async replace(bookmark: Bookmark): Promise<void> {
    await this.#write(this.all.map((before) => (before.id === bookmark.id ? bookmark : before)));
  }

  async remove(id: string): Promise<void> {
    await this.#write(this.all.filter((bookmark) => bookmark.id !== id));
  }

  /** One place up (−1) or down (1); the first and the last stay. */
  async move(id: string, by: -1 | 1): Promise<void> {
    const all = [...this.all];
    const from = all.findIndex((bookmark) => bookmark.id === id);
    const [here, there] = [all[from], all[from + by]];
    if (here === undefined || there === undefined) return;
    all[from] = there;
    all[from + by] = here;
    await this.#write(all);
  }

  async #write(all: readonly Bookmark[]): Promise<void> {
    await this.#storage.update(KEY, all);
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What of a stored value is a bookmark: it may be of another version. */
export function readBookmarks(stored: unknown): readonly Bookmark[] {
  return Array.isArray(stored) ? stored.flatMap((item: unknown) => readBookmark(item) ?? []) : [];
}

function readBookmark(item: unknown): Bookmark | undefined {
  if (!isRecord(item)) return undefined;
  const { id, address, name, nickname, fingerprint } = item;
  const signIn = readSignIn(item.signIn);
  const texts = [id, address, name, nickname].every((text) => typeof text === 'string');
  if (!texts || signIn === undefined || !URL.canParse(address as string)) return undefined;
  return {
    id: id as string,
    address: address as string,
    name: name as string,
    nickname: nickname as string,
    signIn,
    ...(typeof fingerprint === 'string' ? { fingerprint } : {}),
  };
}

function readSignIn(item: unknown): SignInMethod | undefined {
  if (!isRecord(item)) return undefined;
  if (item.type === 'guest') return { type: 'guest' };
  const { type, username } = item;
  return type === 'account' && typeof username === 'string' ? { type, username } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
