import { bytesToHex, EPOCH_GATHER_MS, EPOCH_SECRET_BYTES, type EpochGrant } from '@switchboard/protocol';
import type { Clock } from '../common/clock.ts';
import type { Randomness } from '../common/randomness.ts';

/**
 * The secret that a room's voice is encrypted under, replaced after someone left: who is gone cannot decrypt what is said
 * later. Plain leaving is gathered, so that a crowd going home costs one new secret, not one for each.
 */
export class RoomEpoch {
  readonly #channelId: string;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #announce: (grant: EpochGrant) => void;
  #epoch = 0;
  #secret: string;
  #cancelRotation: (() => void) | undefined;

  constructor(channelId: string, clock: Clock, random: Randomness, announce: (grant: EpochGrant) => void) {
    this.#channelId = channelId;
    this.#clock = clock;
    this.#random = random;
    this.#announce = announce;
    this.#secret = this.#freshSecret();
  }

  get grant(): EpochGrant {
    return { channelId: this.#channelId, epoch: this.#epoch, secret: this.#secret };
  }

  /** Someone left: a new secret is due within two seconds. */
  rotateSoon(): void {
    this.#cancelRotation ??= this.#clock.after(EPOCH_GATHER_MS, () => {
      this.rotateNow();
    });
  }

  /** A new secret at once, for everyone who is in the room now. */
  rotateNow(): void {
    this.stop();
    this.#epoch++;
    this.#secret = this.#freshSecret();
    this.#announce(this.grant);
  }

  /** The room is empty. */
  stop(): void {
    this.#cancelRotation?.();
    this.#cancelRotation = undefined;
  }

  #freshSecret(): string {
    return bytesToHex(this.#random.bytes(EPOCH_SECRET_BYTES));
  }
}
