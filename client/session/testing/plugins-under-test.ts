import { consentsOf, type PluginHook } from '@switchboard/protocol';
import { packageOf, wasmWith, type TestPublisher } from '../../plugins/package/testing/plugin-package-fixture.ts';
import type { VoiceClient } from '../../voice-client.ts';
import type { ClientState } from '../../client-state.ts';
import { connected } from './client-under-test.ts';
import { settled } from './fake-clock.ts';

export interface PluginWish {
  readonly hooks?: readonly PluginHook[];
  readonly version?: string;
  readonly publisher?: TestPublisher;
  /** Other fields of the manifest. */
  readonly [field: string]: unknown;
}

/** The package of a client plugin. Its code does nothing: in `FakeThreads` the test does it. */
export function aPlugin(
  id: string,
  { hooks = ['on_http'], publisher, ...fields }: PluginWish = {},
): Promise<Uint8Array> {
  return packageOf({
    manifest: { id, name: `The ${id}`, targets: ['client'], hooks, ...fields },
    wasm: wasmWith(hooks),
    readme: `# ${id}`,
    ...(publisher === undefined ? {} : { publisher }),
  });
}

/** Installs a package, agreeing to all that it wants. */
export async function install(
  sut: VoiceClient,
  pluginPackage: Uint8Array,
  origin: 'file' | 'server' = 'file',
): Promise<void> {
  const { manifest } = await sut.inspectPlugin(pluginPackage);
  await sut.installPlugin(pluginPackage, consentsOf(manifest), origin);
}

/** The first state, from now on, that is as it should be: reading a package takes other threads, and so real time. */
export function until(sut: VoiceClient, holds: (state: ClientState) => boolean): Promise<ClientState> {
  if (holds(sut.state)) return Promise.resolve(sut.state);
  return new Promise((resolve) => {
    const stop = sut.subscribe((state) => {
      if (!holds(state)) return;
      stop();
      resolve(state);
    });
  });
}

export const allRun = ({ plugins }: ClientState) =>
  plugins.every(({ enabled, status }) => !enabled || status.kind === 'running');

/** In the lobby with these plugins, all of them running. */
export async function inLobbyWith(...wishes: readonly (readonly [id: string, wish?: PluginWish])[]) {
  const set = await connected();
  for (const [id, wish] of wishes) await install(set.sut, await aPlugin(id, wish));
  await set.sut.join('lobby');
  await until(set.sut, allRun);
  await settled();
  return { ...set, threads: set.platform.threads };
}
