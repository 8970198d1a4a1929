import type { BlobStore } from '../platform.ts';

/** Keeps blobs as long as the process lives. */
export class MemoryBlobs implements BlobStore {
  readonly #values = new Map<string, Uint8Array>();

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#values.get(key)?.slice());
  }

  put(key: string, value: Uint8Array): Promise<void> {
    this.#values.set(key, value.slice());
    return Promise.resolve();
  }

  async change(key: string, next: (value: Uint8Array | undefined) => Uint8Array | undefined): Promise<void> {
    const value = next(this.#values.get(key)?.slice());
    if (value !== undefined) await this.put(key, value);
  }

  delete(key: string): Promise<void> {
    this.#values.delete(key);
    return Promise.resolve();
  }
}
