import {
  MAX_PLUGIN_CLIPS_PER_MINUTE,
  MAX_PLUGIN_FETCHES_PER_MINUTE,
  MAX_PLUGIN_LOG_LINES_PER_MINUTE,
  MAX_PLUGIN_MESSAGES_PER_MINUTE,
  MAX_PLUGIN_STATUSES_PER_MINUTE,
} from '@switchboard/protocol';
import type { Clock } from '../platform/platform.ts';
import type { ActKind, SpentQuotas } from './sandbox-messages.ts';

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Of messages of a thread in a second that answer nothing. A plugin that keeps its quotas has some; who has more is after the host itself. */
export const MAX_THREAD_MESSAGES_PER_SECOND = 5_000;

const PER_MINUTE: Readonly<Record<ActKind, number>> = {
  'message.send': MAX_PLUGIN_MESSAGES_PER_MINUTE,
  'status.set': MAX_PLUGIN_STATUSES_PER_MINUTE,
  'clip.play': MAX_PLUGIN_CLIPS_PER_MINUTE,
  'http.fetch': MAX_PLUGIN_FETCHES_PER_MINUTE,
  log: MAX_PLUGIN_LOG_LINES_PER_MINUTE,
};

/** How often a plugin did what, over all of its threads: one that breaks has not more for it. */
export class ActQuota {
  readonly #clock: Pick<Clock, 'nowMs'>;
  /** When, in the last minute; oldest first, never more than are allowed. */
  readonly #done = new Map<ActKind, number[]>();
  #second = { sinceMs: -Infinity, messages: 0 };

  /** @param spent by threads before */
  constructor(clock: Pick<Clock, 'nowMs'>, spent: SpentQuotas = []) {
    this.#clock = clock;
    const nowMs = clock.nowMs();
    for (const { kind, agesMs } of spent)
      this.#done.set(
        kind,
        agesMs.map((ms) => nowMs - ms),
      );
  }

  /** Of this minute. */
  get spent(): SpentQuotas {
    const nowMs = this.#clock.nowMs();
    return Array.from(this.#done, ([kind, done]) => ({ kind, agesMs: this.#ofMinute(done).map((ms) => nowMs - ms) }));
  }

  /** Another thread speaks from now on. */
  begin(): void {
    this.#second = { sinceMs: -Infinity, messages: 0 };
  }

  /** Counts one, unless it is too much: then it is not to be done. */
  take(kind: ActKind): boolean {
    const done = this.#ofMinute(this.#done.get(kind) ?? []);
    this.#done.set(kind, done);
    if (done.length >= PER_MINUTE[kind]) return false;
    done.push(this.#clock.nowMs());
    return true;
  }

  /** Counts a message of the thread, of any kind; false where it floods its host. */
  hear(): boolean {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#second.sinceMs + SECOND_MS) this.#second = { sinceMs: nowMs, messages: 0 };
    return ++this.#second.messages <= MAX_THREAD_MESSAGES_PER_SECOND;
  }

  /** The last one was an answer, of which there are as many as questions. */
  forget(): void {
    this.#second.messages--;
  }

  #ofMinute(done: readonly number[]): number[] {
    const nowMs = this.#clock.nowMs();
    return done.filter((ms) => ms > nowMs - MINUTE_MS);
  }
}
