import type { EventHook } from '@switchboard/protocol';

/** Calls of one plugin that wait for it to get on. */
export const MAX_WAITING_CALLS = 64;

/** Nobody waits for what these lead to, and the next one tells more: where there is too much, the oldest of them is left out. */
const SKIPPABLE: ReadonlySet<EventHook> = new Set(['on_speaking', 'on_timer', 'on_user_leave_channel']);

/** A queue that is never longer than `MAX_WAITING_CALLS`. */
export class CallQueue<Call extends { readonly hook: EventHook }> {
  #waiting: Call[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /** @returns the call that is left out for it, which may be the new one itself */
  add(call: Call): Call | undefined {
    this.#waiting.push(call);
    if (this.#waiting.length <= MAX_WAITING_CALLS) return undefined;
    // Where there is none, −1: the last is the new one.
    const skipped = this.#waiting.findIndex(({ hook }) => SKIPPABLE.has(hook));
    return this.#waiting.splice(skipped, 1)[0];
  }

  /** Before all others. */
  addFirst(call: Call): void {
    this.#waiting.unshift(call);
  }

  next(): Call | undefined {
    return this.#waiting.shift();
  }

  remove(call: Call): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== call);
  }

  has(wanted: EventHook): boolean {
    return this.#waiting.some(({ hook }) => hook === wanted);
  }

  /** All that wait, or those of one hook, which are forgotten. */
  take(wanted?: EventHook): readonly Call[] {
    const taken = this.#waiting.filter(({ hook }) => wanted === undefined || hook === wanted);
    this.#waiting = this.#waiting.filter((call) => !taken.includes(call));
    return taken;
  }
}
