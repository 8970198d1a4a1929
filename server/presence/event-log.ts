import { MAX_REPLAY_EVENTS, numberEvent } from '@switchboard/protocol';

/**
 * The events of one session, numbered from 1, of which the last 1,000 are kept for replay.
 * They are kept as encoded without their number: one text for all sessions that an event goes to.
 */
export class EventLog {
  readonly #kept: string[] = [];
  #seq = 0;

  /** Number of the newest event, 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** Keeps an event and returns it as it is sent. */
  append(encoded: string): string {
    this.#kept[this.#seq % MAX_REPLAY_EVENTS] = encoded;
    this.#seq++;
    return numberEvent(encoded, this.#seq);
  }

  /** Everything after event number `seq`, as it is sent; undefined if some of it is gone, or it never was. */
  after(seq: number): string[] | undefined {
    const missed = this.#seq - seq;
    if (missed < 0 || missed > MAX_REPLAY_EVENTS) return undefined;
    return Array.from({ length: missed }, (_, i) => {
      const encoded = this.#kept[(seq + i) % MAX_REPLAY_EVENTS] ?? '';
      return numberEvent(encoded, seq + i + 1);
    });
  }
}
