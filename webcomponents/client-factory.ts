import type { VoiceClientApi } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';

/** What happens to sound outside of any call. */
export interface SoundEvents {
  /** The browser keeps sound back until the next click, tap or key; or no longer does. */
  blocked(blocked: boolean): void;
}

/** Makes the client of a server. */
export type ClientFactory = (server: URL, sound: SoundEvents) => Promise<VoiceClientApi>;

/** Where this code came from: the worker and the worklet lie beside it. */
const HERE = import.meta.url;

/**
 * The real client, loaded when somebody wants to come in: a page that merely shows the door stays light.
 * @throws SwitchboardError `client.unreachable` when its code cannot be loaded
 */
export const createBrowserClient: ClientFactory = async (server, sound) => {
  const [{ VoiceClient }, { createBrowserPlatform }] = await load();
  const platform = createBrowserPlatform({
    assetBase: new URL('.', HERE),
    onAudioBlocked: (blocked) => sound.blocked(blocked),
  });
  return new VoiceClient({ server, platform });
};

async function load() {
  try {
    return await Promise.all([import('@switchboard/client'), import('@switchboard/client/browser')]);
  } catch (cause) {
    throw new SwitchboardError('client.unreachable', undefined, { cause });
  }
}
