import { MAX_WHISPERS_HEARD, UNKNOWN_TOKEN_HOLD_MS, type SealedPacket } from '@switchboard/protocol';

/** Of one sender: what it may send while a packet is held, with a burst. */
export const MAX_HELD_PER_SENDER = 16;
/** Senders held at most: everyone who may whisper to one, and four that begin to talk in the room. */
const MAX_HELD_SENDERS = MAX_WHISPERS_HEARD + 4;
export const MAX_HELD = MAX_HELD_SENDERS * MAX_HELD_PER_SENDER;

interface Held {
  readonly packet: SealedPacket;
  readonly untilMs: number;
}

/**
 * Packets that cannot be understood yet: the control lane, which tells whose they are and the key, may be slower than the
 * voice. Beyond the limits the newest is refused: a flood of strangers costs a fixed amount of memory, and no sender takes the
 * places of the others.
 */
export class PacketHold {
  #held: Held[] = [];

  /** False when it is full, or this sender has its share. */
  hold(packet: SealedPacket, nowMs: number): boolean {
    if (this.#held.length >= MAX_HELD || this.#heldOf(packet.header.token) >= MAX_HELD_PER_SENDER) return false;
    this.#held.push({ packet, untilMs: nowMs + UNKNOWN_TOKEN_HOLD_MS });
    return true;
  }

  /** Takes out what is kept no longer, oldest first. */
  expired(nowMs: number): readonly SealedPacket[] {
    let count = 0;
    while (count < this.#held.length && (this.#held[count]?.untilMs ?? 0) <= nowMs) count++;
    if (count === 0) return NONE;
    return this.#held.splice(0, count).map(({ packet }) => packet);
  }

  /** Offers each once more, in the order of arrival; what `take` refuses waits on. */
  retry(take: (packet: SealedPacket) => boolean): void {
    this.#held = this.#held.filter(({ packet }) => !take(packet));
  }

  clear(): void {
    this.#held = [];
  }

  #heldOf(token: number): number {
    let count = 0;
    for (const { packet } of this.#held) if (packet.header.token === token) count++;
    return count;
  }
}

const NONE: readonly SealedPacket[] = [];
