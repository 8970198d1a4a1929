import { Injectable } from '@nestjs/common';
import { Randomness } from '../common/randomness.ts';

const TOKEN_BYTES = 4;

/** The tokens of the voice lane that are in use: of sessions and of whisper targets, each unique among all. */
@Injectable()
export class VoiceTokens {
  readonly #random: Randomness;
  readonly #taken = new Set<number>();

  constructor(random: Randomness) {
    this.#random = random;
  }

  /** A random u32, never 0, that is in use until it is released. */
  take(): number {
    for (;;) {
      const token = Buffer.from(this.#random.bytes(TOKEN_BYTES)).readUInt32BE();
      if (token === 0 || this.#taken.has(token)) continue;
      this.#taken.add(token);
      return token;
    }
  }

  release(token: number): void {
    this.#taken.delete(token);
  }
}
