import { UNKNOWN_TOKEN_HOLD_MS, type SealedPacket } from '@switchboard/protocol';

/** Packets held at most, of all senders: four that talk at once, and a burst. */
const MAX_HELD = 64;

interface Held {
  readonly packet: SealedPacket;
  readonly untilMs: number;
}

/**
 * Packets that cannot be understood yet: the control lane, which tells whose they are and the key, may be slower than the
 * voice. Beyond the limit the newest is refused, so that a flood of strangers costs a fixed amount of memory.
 */
export class PacketHold {
  #held: Held[] = [];

  /** False when it is full. */
  hold(packet: SealedPacket, nowMs: number): boolean {
    if (this.#held.length >= MAX_HELD) return false;
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

  /** Takes out what `understood` accepts now, in the order of arrival; the rest waits on. */
  release(understood: (packet: SealedPacket) => boolean): readonly SealedPacket[] {
    const released = this.#held.filter(({ packet }) => understood(packet)).map(({ packet }) => packet);
    if (released.length > 0) this.#held = this.#held.filter(({ packet }) => !released.includes(packet));
    return released;
  }

  clear(): void {
    this.#held = [];
  }
}

const NONE: readonly SealedPacket[] = [];
