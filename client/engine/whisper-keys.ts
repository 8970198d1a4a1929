import {
  deriveSenderKey,
  EPOCH_OVERLAP_MS,
  hexToBytes,
  openVoicePacket,
  type SealedPacket,
  type WhisperGrant,
} from '@switchboard/protocol';

/**
 * The keys of a target that one is addressed by: of the secret now and, for a while, of the one before. A whisper's epoch
 * bits are zero, so which of the two it is sealed with shows by trying.
 */
export class WhisperKeys {
  /** Voice token of who whispers. */
  readonly token: number;
  #secret: string;
  #current: Uint8Array;
  #previous: Uint8Array | undefined;
  #previousUntilMs = 0;

  constructor({ token, secret }: WhisperGrant) {
    this.token = token;
    this.#secret = secret;
    this.#current = deriveSenderKey(hexToBytes(secret), token);
  }

  /** A new secret. What comes under the one before is understood for `EPOCH_OVERLAP_MS`. */
  advance(secret: string, nowMs: number): void {
    if (secret === this.#secret) return;
    this.#previous?.fill(0);
    this.#previous = this.#current;
    this.#previousUntilMs = nowMs + EPOCH_OVERLAP_MS;
    this.#secret = secret;
    this.#current = deriveSenderKey(hexToBytes(secret), this.token);
  }

  /** Undefined if it is under neither key, or somebody else's. */
  open(packet: SealedPacket, nowMs: number): Uint8Array | undefined {
    if (packet.header.token !== this.token) return undefined;
    const payload = openVoicePacket(packet, this.#current);
    if (payload !== undefined || this.#previous === undefined) return payload;
    if (nowMs < this.#previousUntilMs) return openVoicePacket(packet, this.#previous);
    this.#previous.fill(0);
    this.#previous = undefined;
    return undefined;
  }

  wipe(): void {
    this.#current.fill(0);
    this.#previous?.fill(0);
    this.#previous = undefined;
  }
}
