import type { BlobStore } from '../platform.ts';

const DATABASE = 'switchboard';
const STORE = 'blobs';

/**
 * Keeps blobs in IndexedDB, and for this visit in memory where the browser denies that: a page embedded by another site, private browsing.
 * A full disk is an error: what cannot be kept must not seem to be.
 */
export class BrowserBlobs implements BlobStore {
  readonly #factory: () => IDBFactory;
  readonly #memory = new Map<string, Uint8Array>();
  #database: Promise<IDBDatabase | null> | undefined;

  /** @param factory gets IndexedDB; where it is blocked even looking at it may throw. */
  constructor(factory: () => IDBFactory = () => indexedDB) {
    this.#factory = factory;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const database = await this.#opened();
    if (database === null) return this.#memory.get(key)?.slice();
    const value: unknown = await answer(database.transaction(STORE).objectStore(STORE).get(key));
    return value instanceof Uint8Array ? value : undefined;
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    const database = await this.#opened();
    if (database === null) this.#memory.set(key, value.slice());
    else await change(database, (store) => store.put(value, key));
  }

  async change(key: string, next: (value: Uint8Array | undefined) => Uint8Array | undefined): Promise<void> {
    const database = await this.#opened();
    if (database !== null) return changeInOne(database, key, next);
    const value = next(this.#memory.get(key)?.slice());
    if (value !== undefined) this.#memory.set(key, value.slice());
  }

  async delete(key: string): Promise<void> {
    const database = await this.#opened();
    if (database === null) this.#memory.delete(key);
    else await change(database, (store) => store.delete(key));
  }

  #opened(): Promise<IDBDatabase | null> {
    this.#database ??= this.#open();
    return this.#database;
  }

  /** Null where there is none for this page; it is not asked for again. */
  async #open(): Promise<IDBDatabase | null> {
    try {
      const request = this.#factory().open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      const database = await answer(request);
      const again = () => {
        this.#database = undefined;
      };
      // The person clears the site's data, or a newer page needs the database to itself: the next use opens it anew.
      database.onclose = again;
      database.onversionchange = () => {
        again();
        database.close();
      };
      return database;
    } catch {
      return null;
    }
  }
}

/** Resolves once it is on the disk. */
function change(database: IDBDatabase, act: (store: IDBObjectStore) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up a change'));
    act(transaction.objectStore(STORE));
  });
}

/** In one transaction, which no other of any window overlaps. */
async function changeInOne(
  database: IDBDatabase,
  key: string,
  next: (value: Uint8Array | undefined) => Uint8Array | undefined,
): Promise<void> {
  let refused: { readonly reason: unknown } | undefined;
  const changed = change(database, (store) => {
    const request = store.get(key);
    request.onsuccess = () => {
      const value: unknown = request.result;
      try {
        const made = next(value instanceof Uint8Array ? value : undefined);
        if (made !== undefined) store.put(made, key);
      } catch (reason) {
        refused = { reason };
        store.transaction.abort();
      }
    };
  });
  await changed.catch((error: unknown) => {
    throw refused === undefined ? error : refused.reason;
  });
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB did not answer'));
  });
}
