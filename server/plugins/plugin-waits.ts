import type { ServerHook } from '@switchboard/protocol';

/** How people waited for plugins in one hook, since the server started. */
export interface PluginWait {
  readonly hook: ServerHook;
  readonly answered: number;
  /** It failed, was late or did not run. */
  readonly unanswered: number;
  readonly seconds: number;
}

/** Counts how people waited for plugins: by hook, of which there are few. */
export class PluginWaits {
  readonly #waits = new Map<ServerHook, PluginWait>();

  get all(): readonly PluginWait[] {
    return [...this.#waits.values()];
  }

  count(hook: ServerHook, answered: boolean, ms: number): void {
    const before = this.#waits.get(hook) ?? { hook, answered: 0, unanswered: 0, seconds: 0 };
    this.#waits.set(hook, {
      hook,
      answered: before.answered + (answered ? 1 : 0),
      unanswered: before.unanswered + (answered ? 0 : 1),
      seconds: before.seconds + ms / 1_000,
    });
  }
}
