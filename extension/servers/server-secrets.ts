/** What is needed of the editor's SecretStorage. */
export interface SecretStorage {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** What a bookmark keeps to itself, in the system's key chain: the refresh token of an account, and the key of a guest. */
export class ServerSecrets {
  readonly #storage: SecretStorage;

  constructor(storage: SecretStorage) {
    this.#storage = storage;
  }

  refreshToken(bookmarkId: string): Promise<string | undefined> {
    return this.#get(refreshName(bookmarkId));
  }

  async keepRefreshToken(bookmarkId: string, token: string): Promise<void> {
    await this.#storage.store(refreshName(bookmarkId), token);
  }

  async forgetRefreshToken(bookmarkId: string): Promise<void> {
    await this.#storage.delete(refreshName(bookmarkId));
  }

  guestKey(bookmarkId: string): Promise<string | undefined> {
    return this.#get(guestName(bookmarkId));
  }

  async keepGuestKey(bookmarkId: string, key: string): Promise<void> {
    await this.#storage.store(guestName(bookmarkId), key);
  }

  /** All that a bookmark has left here. */
  async forget(bookmarkId: string): Promise<void> {
    await this.#storage.delete(refreshName(bookmarkId));
    await this.#storage.delete(guestName(bookmarkId));
  }

  async #get(name: string): Promise<string | undefined> {
    return this.#storage.get(name);
  }
}

function refreshName(bookmarkId: string): string {
  return `switchboard.refresh:${bookmarkId}`;
}

function guestName(bookmarkId: string): string {
  return `switchboard.guest:${bookmarkId}`;
}
