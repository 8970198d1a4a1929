import type { SealedPacket, WhisperGrant } from '@switchboard/protocol';
import type { Speaker } from './speaker.ts';
import { WhisperKeys } from './whisper-keys.ts';

/** What `open` found. */
export interface OpenedWhisper {
  readonly speaker: Speaker;
  readonly payload: Uint8Array;
}

/**
 * The whispers that one is addressed by. Whispers have a counter of their own for each voice token, whatever their target:
 * so each who whispers is played as one stream, beside the one that the room hears.
 */
export class HeardWhispers {
  /** By target token. */
  readonly #targets = new Map<number, WhisperKeys>();
  /** By voice token. */
  readonly #speakers = new Map<number, Speaker>();

  get speakers(): Iterable<Speaker> {
    return this.#speakers.values();
  }

  has(targetToken: number): boolean {
    return this.#targets.has(targetToken);
  }

  /** Learns of a target, or of its new secret. A stream is made for who has none yet. */
  listen(grant: WhisperGrant, makeSpeaker: () => Speaker, nowMs: number): void {
    const known = this.#targets.get(grant.targetToken);
    if (known === undefined) this.#targets.set(grant.targetToken, new WhisperKeys(grant));
    else known.advance(grant.secret, nowMs);
    if (!this.#speakers.has(grant.token)) this.#speakers.set(grant.token, makeSpeaker());
  }

  /** @returns the stream that this was the last target of. */
  forget(targetToken: number): Speaker | undefined {
    const keys = this.#targets.get(targetToken);
    if (keys === undefined) return undefined;
    keys.wipe();
    this.#targets.delete(targetToken);
    if ([...this.#targets.values()].some(({ token }) => token === keys.token)) return undefined;
    const speaker = this.#speakers.get(keys.token);
    this.#speakers.delete(keys.token);
    return speaker;
  }

  /** Undefined if the target, or the secret it is sealed under, is not known (yet). */
  open(packet: SealedPacket, targetToken: number, nowMs: number): OpenedWhisper | undefined {
    const payload = this.#targets.get(targetToken)?.open(packet, nowMs);
    const speaker = this.#speakers.get(packet.header.token);
    return payload === undefined || speaker === undefined ? undefined : { speaker, payload };
  }

  /** Forgets all; the streams are the caller's. */
  clear(): Speaker[] {
    for (const keys of this.#targets.values()) keys.wipe();
    this.#targets.clear();
    const speakers = [...this.#speakers.values()];
    this.#speakers.clear();
    return speakers;
  }
}
