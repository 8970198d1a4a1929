import {
  PLUGIN_CALL_TIMEOUT_MS,
  PLUGIN_START_TIMEOUT_MS,
  type EventHook,
  type PluginMembers,
  type SwitchboardError,
} from '@switchboard/protocol';
import type { Clock } from '../platform/platform.ts';
import { CallQueue } from './call-queue.ts';
import { pluginProblem, problemError } from './plugin-problems.ts';

/** A call that could not even begin within this is given up: longer than a start and the longest call take. */
const WAIT_LIMIT_MS = PLUGIN_START_TIMEOUT_MS + PLUGIN_CALL_TIMEOUT_MS;
/** Where the host itself was held up, the answer is there already, and is read before this is over. */
const GRACE_MS = 1;

export interface PluginCall {
  readonly id: number;
  readonly hook: EventHook;
  readonly input: string;
  /** Who was in the room when it was asked for. */
  readonly members: PluginMembers | undefined;
  readonly resolve: (output: string) => void;
  readonly reject: (error: SwitchboardError) => void;
}

interface TimedCall extends PluginCall {
  cancelTimer: () => void;
}

export interface PluginCallsOptions {
  readonly clock: Clock;
  /** Of one call. */
  readonly limitMs: number;
  readonly events: {
    /** The thread is to be told now. */
    begin(call: PluginCall): void;
    /** All is done. */
    idle(): void;
    /** The thread has not come back from this. */
    late(hook: EventHook): void;
  };
}

/** The calls of one plugin, one after the other. They outlive a thread, but for the one that it was at. */
export class PluginCalls {
  readonly #options: PluginCallsOptions;
  readonly #queue = new CallQueue<TimedCall>();
  #calling: TimedCall | undefined;
  #running = false;
  #count = 0;

  constructor(options: PluginCallsOptions) {
    this.#options = options;
  }

  /** The call that the thread is at. */
  get calling(): number | undefined {
    return this.#calling?.id;
  }

  get isIdle(): boolean {
    return this.#calling === undefined && this.#queue.length === 0;
  }

  isWaiting(hook: EventHook): boolean {
    return this.#queue.has(hook);
  }

  /** @param first before those that wait */
  ask(hook: EventHook, input: string, members: PluginMembers | undefined, first: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const id = ++this.#count;
      const call: TimedCall = { id, hook, input, members, resolve, reject, cancelTimer: () => undefined };
      call.cancelTimer = this.#options.clock.after(WAIT_LIMIT_MS, () => {
        this.#queue.remove(call);
        call.reject(tooSlow(hook));
      });
      if (first) this.#queue.addFirst(call);
      else this.#leaveOut(this.#queue.add(call));
      this.#next();
    });
  }

  /** There is a thread that can be called. */
  resume(): void {
    this.#running = true;
    this.#next();
  }

  /** There is none any more. What it was at may be what broke it, and is not tried again. @returns that one */
  interrupt(): PluginCall | undefined {
    this.#running = false;
    const call = this.#calling;
    this.#calling = undefined;
    call?.cancelTimer();
    return call;
  }

  /** @returns the call that the thread has answered, if it is the one it was asked; the next one has begun */
  answered(id: number): PluginCall | undefined {
    const call = this.#calling;
    if (call?.id !== id) return undefined;
    this.#calling = undefined;
    call.cancelTimer();
    this.#next();
    return call;
  }

  /** All that wait, or those of one hook. */
  rejectAll(error: SwitchboardError, hook?: EventHook): void {
    for (const call of this.#queue.take(hook)) {
      call.cancelTimer();
      call.reject(error);
    }
  }

  #next(): void {
    if (this.#calling !== undefined || !this.#running) return;
    const { clock, limitMs, events } = this.#options;
    const call = this.#queue.next();
    if (call === undefined) {
      events.idle();
      return;
    }
    call.cancelTimer();
    call.cancelTimer = afterGrace(clock, limitMs, () => events.late(call.hook));
    this.#calling = call;
    events.begin(call);
  }

  #leaveOut(call: TimedCall | undefined): void {
    call?.cancelTimer();
    call?.reject(tooSlow(call.hook));
  }
}

/** Calls back after this time and one more turn of the host's loop, in which it hears what has come meanwhile. */
export function afterGrace(clock: Clock, delayMs: number, callback: () => void): () => void {
  let cancel = clock.after(delayMs, () => {
    cancel = clock.after(GRACE_MS, callback);
  });
  return () => cancel();
}

function tooSlow(hook: EventHook): SwitchboardError {
  const detail = `It has more to do than it gets done: ${hook} was left out.`;
  return problemError(pluginProblem('plugin.timed_out', detail));
}
