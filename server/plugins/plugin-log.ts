import { PLUGIN_LOG_LINES } from '@switchboard/protocol';
import type { PluginLogLine } from '@switchboard/client/plugins';

/** The last lines of a plugin's log: in memory, as they may hold what people wrote. */
export class PluginLog {
  readonly #lines: PluginLogLine[] = [];

  /** Oldest first. */
  get lines(): readonly PluginLogLine[] {
    return this.#lines;
  }

  add(line: PluginLogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > PLUGIN_LOG_LINES) this.#lines.shift();
  }
}
