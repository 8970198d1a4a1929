import { Injectable } from '@nestjs/common';
import { Argon2, NOBODYS_HASH } from './argon2.ts';
import { HashGate } from './hash-gate.ts';

/** Passwords of accounts and channels: made into hashes, and compared with them, two at a time. */
@Injectable()
export class Passwords {
  readonly #argon2: Argon2;
  readonly #gate = new HashGate();

  constructor(argon2: Argon2) {
    this.#argon2 = argon2;
  }

  /** @throws SwitchboardError `server.rate_limited` */
  hash(password: string): Promise<string> {
    return this.#gate.run(() => this.#argon2.hash(password));
  }

  /**
   * Whether the password is the one of this hash. Without a hash, as nobody has that name, it is not, and that costs as much.
   * @throws SwitchboardError `server.rate_limited`
   */
  async verify(password: string, hash: string | null | undefined): Promise<boolean> {
    const fits = await this.#gate.run(() => this.#argon2.verify(password, hash ?? NOBODYS_HASH));
    return fits && typeof hash === 'string';
  }

  /** Whether the hash is to be replaced at the next chance, as it was made with weaker parameters. */
  isOutdated(hash: string): boolean {
    return this.#argon2.isOutdated(hash);
  }
}
