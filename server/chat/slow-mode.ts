import { MAX_SLOW_MODE_S } from '@switchboard/protocol';

/** When people wrote last, in channels where they are to wait between two messages. In memory: a restart lifts it, which is rare. */
export class SlowMode {
  /** By channel and person; who wrote longest ago comes first. */
  readonly #wroteAtMs = new Map<string, number>();

  get size(): number {
    return this.#wroteAtMs.size;
  }

  /** How long someone has to wait yet; 0 if not. */
  waitMs(channelId: string, userId: string, slowModeS: number, nowMs: number): number {
    const wroteAtMs = this.#wroteAtMs.get(keyOf(channelId, userId)) ?? -Infinity;
    return Math.max(0, wroteAtMs + slowModeS * 1_000 - nowMs);
  }

  wrote(channelId: string, userId: string, nowMs: number): void {
    for (const [key, wroteAtMs] of this.#wroteAtMs) {
      if (nowMs - wroteAtMs < MAX_SLOW_MODE_S * 1_000) break;
      this.#wroteAtMs.delete(key);
    }
    const key = keyOf(channelId, userId);
    this.#wroteAtMs.delete(key);
    this.#wroteAtMs.set(key, nowMs);
  }
}

function keyOf(channelId: string, userId: string): string {
  return `${channelId} ${userId}`;
}
