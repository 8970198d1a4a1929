import { deriveSenderKey, EPOCH_SEND_DELAY_MS, hexToBytes, type WhisperTarget } from '@switchboard/protocol';

/** One's key for a target: of the secret now, and of the one before while that is sent with. */
interface TargetKeys {
  readonly secret: string;
  readonly current: Uint8Array;
  readonly previous: Uint8Array | undefined;
  readonly sendsCurrentFromMs: number;
}

/** The targets that one may whisper to, each with one's key for it. */
export class WhisperTargets {
  readonly #token: number;
  readonly #keys = new Map<number, TargetKeys>();

  /** @param token one's own voice token. */
  constructor(token: number) {
    this.#token = token;
  }

  /**
   * A new target, whispered under at once: its audience was told before. Or a new secret of one that is known: whispered under
   * after `EPOCH_SEND_DELAY_MS`, as the news of it may reach a listener later than the voice.
   */
  set({ targetToken, secret }: WhisperTarget, nowMs: number): void {
    const known = this.#keys.get(targetToken);
    if (known?.secret === secret) return;
    known?.previous?.fill(0);
    this.#keys.set(targetToken, {
      secret,
      current: deriveSenderKey(hexToBytes(secret), this.#token),
      previous: known?.current,
      sendsCurrentFromMs: nowMs + EPOCH_SEND_DELAY_MS,
    });
  }

  /** What is whispered under now. */
  keyOf(targetToken: number, nowMs: number): Uint8Array | undefined {
    const keys = this.#keys.get(targetToken);
    if (keys?.previous === undefined) return keys?.current;
    if (nowMs < keys.sendsCurrentFromMs) return keys.previous;
    keys.previous.fill(0);
    this.#keys.set(targetToken, { ...keys, previous: undefined });
    return keys.current;
  }

  forget(targetToken: number): void {
    const keys = this.#keys.get(targetToken);
    keys?.current.fill(0);
    keys?.previous?.fill(0);
    this.#keys.delete(targetToken);
  }

  wipe(): void {
    for (const targetToken of [...this.#keys.keys()]) this.forget(targetToken);
  }
}
