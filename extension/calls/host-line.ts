import { VoiceClient, type EngineHost, type EngineHostEvents, type Platform, type SignIn } from '@switchboard/client';
import {
  fetchBytes,
  fetchForPlugin,
  fetchJson,
  FolderBlobs,
  nodeClock,
  openControlSocket,
  type ServerTrust,
} from '@switchboard/client/host';
import { randomBytes } from 'node:crypto';
import { AccountLogIn } from '../servers/account-log-in.ts';
import type { Bookmark } from '../servers/bookmark.ts';
import type { ServerSecrets } from '../servers/server-secrets.ts';
import { HostStore, type Memory } from './host-store.ts';
import type { Line } from './window-calls.ts';

/** The engines of one call: they run elsewhere. */
interface Engines {
  start(events: EngineHostEvents): Promise<EngineHost>;
  /** Ends those that are left, also those that are only starting. */
  close(): Promise<void>;
}

export interface HostLineOptions {
  readonly memory: Memory;
  readonly secrets: ServerSecrets;
  readonly version: string;
  /** Where plugins are kept, for all windows and servers. */
  readonly pluginsFolder: string;
  /** @param trust of the server that is talked with */
  readonly makeEngines: (trust: ServerTrust | undefined) => Engines;
  /** Is told of what goes wrong where nobody waits for it. */
  readonly failed: (error: unknown) => void;
}

/** A line to the server of a bookmark: session, chat and state in this process, the sound in another. */
export async function openHostLine(bookmark: Bookmark, options: HostLineOptions): Promise<Line> {
  const { memory, secrets, version, pluginsFolder, makeEngines, failed } = options;
  const trust = bookmark.fingerprint === undefined ? undefined : { fingerprint: bookmark.fingerprint };
  const store = await HostStore.load(memory, secrets, bookmark.id, failed);
  const engines = makeEngines(trust);
  const platform: Platform = {
    clock: nodeClock,
    epochMs: () => Date.now(),
    random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    store,
    fetchJson: (url) => fetchJson(url, trust),
    blobs: new FolderBlobs(pluginsFolder),
    fetchBytes: (url, maxBytes) => fetchBytes(url, maxBytes, trust),
    fetchForPlugin,
    openControlSocket: (url, events) => openControlSocket(url, events, trust),
    startEngine: (events) => engines.start(events),
    // Node tells nobody that the network is back: the client's own attempts find it.
    onOnline: () => () => undefined,
  };
  const client = new VoiceClient({
    server: bookmark.address,
    platform,
    client: { name: 'switchboard-vscode', version },
  });
  return {
    client,
    signIn: signInOf(bookmark, secrets),
    flush: () => store.flush(),
    async close() {
      // With what was set at the very end.
      await Promise.all([engines.close(), store.flush()]);
    },
  };
}

function signInOf(bookmark: Bookmark, secrets: ServerSecrets): SignIn {
  if (bookmark.signIn.type === 'guest') return { type: 'guest', nickname: bookmark.nickname };
  const logIn = new AccountLogIn(bookmark, secrets);
  return { type: 'access', getAccessToken: () => logIn.accessToken() };
}
