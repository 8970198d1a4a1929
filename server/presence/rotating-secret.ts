import { bytesToHex, EPOCH_GATHER_MS, EPOCH_SECRET_BYTES } from '@switchboard/protocol';
import type { Clock } from '../common/clock.ts';
import type { Randomness } from '../common/randomness.ts';

/**
 * A secret of 32 bytes that voice is encrypted under, replaced after someone left: who is gone cannot decrypt what is said
 * later. Plain leaving is gathered, so that a crowd going home costs one new secret, not one for each.
 */
export class RotatingSecret {
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #rotated: () => void;
  #hex: string;
  #cancelRotation: (() => void) | undefined;

  /** @param rotated called when `hex` is another one. */
  constructor(clock: Clock, random: Randomness, rotated: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#rotated = rotated;
    this.#hex = this.#fresh();
  }

  /** The one in force, in hexadecimal. */
  get hex(): string {
    return this.#hex;
  }

  /** Someone left: a new secret is due within two seconds. */
  rotateSoon(): void {
    this.#cancelRotation ??= this.#clock.after(EPOCH_GATHER_MS, () => {
      this.rotateNow();
    });
  }

  rotateNow(): void {
    this.stop();
    this.#hex = this.#fresh();
    this.#rotated();
  }

  /** Nobody is left who would need it. */
  stop(): void {
    this.#cancelRotation?.();
    this.#cancelRotation = undefined;
  }

  #fresh(): string {
    return bytesToHex(this.#random.bytes(EPOCH_SECRET_BYTES));
  }
}
