import type { EpochGrant } from '@switchboard/protocol';
import type { Clock } from '../common/clock.ts';
import type { Randomness } from '../common/randomness.ts';
import { RotatingSecret } from './rotating-secret.ts';

/** The secret that a room's voice is encrypted under, and its number, which counts up with each new one. */
export class RoomEpoch {
  readonly #channelId: string;
  readonly #secret: RotatingSecret;
  #epoch = 0;

  constructor(channelId: string, clock: Clock, random: Randomness, announce: (grant: EpochGrant) => void) {
    this.#channelId = channelId;
    this.#secret = new RotatingSecret(clock, random, () => {
      this.#epoch++;
      announce(this.grant);
    });
  }

  get grant(): EpochGrant {
    return { channelId: this.#channelId, epoch: this.#epoch, secret: this.#secret.hex };
  }

  /** Someone left: a new secret is due within two seconds. */
  rotateSoon(): void {
    this.#secret.rotateSoon();
  }

  /** A new secret at once, for everyone who is in the room now. */
  rotateNow(): void {
    this.#secret.rotateNow();
  }

  /** The room is empty. */
  stop(): void {
    this.#secret.stop();
  }
}
