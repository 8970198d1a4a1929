import { PLUGIN_LOG_LINES } from '@switchboard/protocol';
import type { PluginLogLine } from '../voice-client-api.ts';

/** What each plugin has logged since the start, the newest lines. */
export class PluginLogs {
  readonly #lines = new Map<string, PluginLogLine[]>();

  add(pluginId: string, line: PluginLogLine): void {
    const lines = this.#lines.get(pluginId) ?? [];
    this.#lines.set(pluginId, lines);
    lines.push(line);
    if (lines.length > PLUGIN_LOG_LINES) lines.shift();
  }

  /** Oldest first. */
  of(pluginId: string): readonly PluginLogLine[] {
    return [...(this.#lines.get(pluginId) ?? [])];
  }

  remove(pluginId: string): void {
    this.#lines.delete(pluginId);
  }
}
