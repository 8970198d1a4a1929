import {
  deriveSenderKey,
  EPOCH_OVERLAP_MS,
  EPOCH_SEND_DELAY_MS,
  hexToBytes,
  type EpochGrant,
} from '@switchboard/protocol';

/** Epoch numbers stand in packets modulo this. */
const EPOCH_MODULUS = 4;

class Epoch {
  readonly number: number;
  readonly #secret: Uint8Array;
  readonly #keys = new Map<number, Uint8Array>();

  constructor(grant: EpochGrant) {
    this.number = grant.epoch;
    this.#secret = hexToBytes(grant.secret);
  }

  get bits(): number {
    return this.number % EPOCH_MODULUS;
  }

  keyOf(token: number): Uint8Array {
    const known = this.#keys.get(token);
    if (known !== undefined) return known;
    const key = deriveSenderKey(this.#secret, token);
    this.#keys.set(token, key);
    return key;
  }

  forget(token: number): void {
    this.#keys.get(token)?.fill(0);
    this.#keys.delete(token);
  }

  wipe(): void {
    this.#secret.fill(0);
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }
}

/**
 * The keys of a room: each sender's, for the epoch now and, for a while, the one before. Derived when first needed, zeroed
 * when done with.
 */
export class VoiceKeys {
  #current: Epoch;
  #previous: Epoch | undefined;
  #previousUntilMs = 0;
  #sendsCurrentFromMs = 0;

  constructor(grant: EpochGrant) {
    this.#current = new Epoch(grant);
  }

  /** What is sent with: the low bits of the epoch, and the sender's key in it. */
  sending(token: number, nowMs: number): { readonly bits: number; readonly key: Uint8Array } {
    const epoch = (nowMs < this.#sendsCurrentFromMs ? this.#previous : undefined) ?? this.#current;
    return { bits: epoch.bits, key: epoch.keyOf(token) };
  }

  /**
   * A new epoch: sent with after `EPOCH_SEND_DELAY_MS`, while what comes under the one before is understood for
   * `EPOCH_OVERLAP_MS`.
   */
  advance(grant: EpochGrant, nowMs: number): void {
    if (grant.epoch <= this.#current.number) return;
    this.#previous?.wipe();
    this.#previous = this.#current;
    this.#previousUntilMs = nowMs + EPOCH_OVERLAP_MS;
    this.#sendsCurrentFromMs = nowMs + EPOCH_SEND_DELAY_MS;
    this.#current = new Epoch(grant);
  }

  /** The key of a sender for the epoch bits of its packet; undefined when no epoch in force has these. */
  receivingKey(token: number, bits: number, nowMs: number): Uint8Array | undefined {
    if (bits === this.#current.bits) return this.#current.keyOf(token);
    if (this.#previous !== undefined && nowMs >= this.#previousUntilMs) {
      this.#previous.wipe();
      this.#previous = undefined;
    }
    return bits === this.#previous?.bits ? this.#previous.keyOf(token) : undefined;
  }

  /** Whether these bits may be of the epoch that comes next, with the news of it still on its way. */
  isNext(bits: number): boolean {
    return bits === (this.#current.number + 1) % EPOCH_MODULUS;
  }

  /** A sender has gone. */
  forget(token: number): void {
    this.#current.forget(token);
    this.#previous?.forget(token);
  }

  wipe(): void {
    this.#current.wipe();
    this.#previous?.wipe();
    this.#previous = undefined;
  }
}
