import type { KeyValueStore } from '@switchboard/client';
import type { ServerSecrets } from '../servers/server-secrets.ts';

/** What is needed of the editor's global state. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const GUEST_KEY = 'switchboard.guest-key:';

/**
 * What the client keeps between visits: the guest's key in the key chain under its bookmark, the rest in the global state. The client reads
 * and writes at once, the editor in its own time: secrets are read before, and written behind.
 */
export class HostStore implements KeyValueStore {
  readonly #memory: Memory;
  readonly #secrets: ServerSecrets;
  readonly #bookmarkId: string;
  readonly #written = new Map<string, string>();
  #guestKey: string | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #failed: (error: unknown) => void;

  private constructor(
    memory: Memory,
    secrets: ServerSecrets,
    bookmarkId: string,
    guestKey: string | undefined,
    failed: (error: unknown) => void,
  ) {
    this.#memory = memory;
    this.#secrets = secrets;
    this.#bookmarkId = bookmarkId;
    this.#guestKey = guestKey;
    this.#failed = failed;
  }

  /** @param failed is told of what could not be written: it is lost with the window */
  static async load(
    memory: Memory,
    secrets: ServerSecrets,
    bookmarkId: string,
    failed: (error: unknown) => void,
  ): Promise<HostStore> {
    return new HostStore(memory, secrets, bookmarkId, await secrets.guestKey(bookmarkId), failed);
  }

  get(key: string): string | undefined {
    if (key.startsWith(GUEST_KEY)) return this.#guestKey;
    const kept = this.#written.get(key) ?? this.#memory.get(key);
    return typeof kept === 'string' ? kept : undefined;
  }

  set(key: string, value: string): void {
    if (key.startsWith(GUEST_KEY)) {
      this.#guestKey = value;
      this.#write(() => this.#secrets.keepGuestKey(this.#bookmarkId, value));
    } else {
      this.#written.set(key, value);
      this.#write(() => this.#memory.update(key, value));
    }
  }

  /** Resolves when all is written that was set before. */
  flush(): Promise<void> {
    return this.#writing;
  }

  /** One after the other, so that the last of a key is the one that stays. */
  #write(act: () => PromiseLike<void>): void {
    this.#writing = this.#writing.then(act).catch(this.#failed);
  }
}
