import type { SecretStorage } from '../server-secrets.ts';

/** The system's key chain: it takes its time. */
export class Keychain implements SecretStorage {
  readonly kept = new Map<string, string>();

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept.get(key));
  }

  async store(key: string, value: string): Promise<void> {
    await Promise.resolve();
    this.kept.set(key, value);
  }

  delete(key: string): Promise<void> {
    this.kept.delete(key);
    return Promise.resolve();
  }
}
