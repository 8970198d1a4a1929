import { sendPluginFetch } from '../../plugins/plugin-fetch.ts';
import type { Platform } from '../platform.ts';
import { BrowserBlobs } from './browser-blobs.ts';
import { browserClock } from './browser-clock.ts';
import { openControlSocket } from './browser-control-socket.ts';
import { BrowserStore } from './browser-store.ts';
import { BrowserEngineHost } from './engine-host.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { fetchJson } from './fetch-json.ts';

export interface BrowserPlatformOptions {
  /**
   * The folder of `engine-worker.js`, `audio-worklet.js` and `sandbox-worker.js`, ending in a slash; by default the one this module came from.
   * It may be of another origin, if served with CORS headers.
   */
  readonly assetBase?: URL;
  /** Sound waits for the user's next click, tap or key, or no longer does. */
  readonly onAudioBlocked?: (blocked: boolean) => void;
}

/** Web pages. Nothing of voice is loaded before the engine is started. */
export function createBrowserPlatform(options: BrowserPlatformOptions = {}): Platform {
  const assetBase = options.assetBase ?? moduleFolder();
  return {
    clock: browserClock,
    epochMs: () => Date.now(),
    random: () => randomWord() / 2 ** 32,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    store: new BrowserStore(),
    fetchJson,
    blobs: new BrowserBlobs(),
    fetchBytes,
    fetchForPlugin: (request) => sendPluginFetch((url, init) => fetch(url, init), browserClock, request),
    openControlSocket,
    startEngine: (events) =>
      BrowserEngineHost.start({
        assets: {
          engineWorker: new URL('engine-worker.js', assetBase),
          audioWorklet: new URL('audio-worklet.js', assetBase),
          sandboxWorker: new URL('sandbox-worker.js', assetBase),
        },
        clock: browserClock,
        events,
        audio: { blocked: (blocked) => options.onAudioBlocked?.(blocked) },
      }),
    onOnline(listener) {
      addEventListener('online', listener);
      return () => removeEventListener('online', listener);
    },
  };
}

function randomWord(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** Not `new URL('…', import.meta.url)` in one piece: bundlers would take it for a file to emit. */
function moduleFolder(): URL {
  const here = import.meta.url;
  return new URL('.', here);
}
