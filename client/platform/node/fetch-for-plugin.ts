import type { PluginFetch } from '@switchboard/protocol';
import { sendPluginFetch } from '../../plugins/plugin-fetch.ts';
import { nodeClock } from './node-clock.ts';

/** By the system's authorities, whatever certificate is believed of one's own server. Throws as `sendPluginFetch` does. */
export function fetchForPlugin(request: PluginFetch): Promise<{ readonly status: number; readonly body: string }> {
  return sendPluginFetch((url, init) => fetch(url, init), nodeClock, request);
}
