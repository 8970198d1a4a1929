import { consentsOf, type PluginPermission } from '@switchboard/protocol';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AudioBackend } from '../platform/node/audio-backend.ts';
import { FolderBlobs } from '../platform/node/folder-blobs.ts';
import { MemoryStore } from '../platform/node/memory-store.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import { writePluginPackage } from '../plugins/package/package-writer.ts';
import { watWith } from '../plugins/testing/hostile-plugins.ts';
import { pluginOf } from '../plugins/testing/wat.ts';
import { VoiceClient } from '../voice-client.ts';
import { texts } from './testing/client-under-test.ts';
import { allRun, until } from './testing/plugins-under-test.ts';
import { RealServer, SERVER_IS_BUILT } from './testing/real-server.ts';

const SILENT: AudioBackend = {
  start: () => Promise.resolve(),
  openMicrophone: () => Promise.resolve(),
  closeMicrophone: () => undefined,
  useSpeaker: () => Promise.resolve(),
  devices: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

/** A hook that always answers the same, in WebAssembly's text format. */
function answering(hook: string, answer: object): string {
  const text = JSON.stringify(answer);
  const quoted = Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(
    '',
  );
  const size = quoted.length / 3;
  return watWith(`(data (i32.const 64) "${quoted}")
    (func (export "${hook}") (result i32)
      (call $output_set (call $block (i32.const 64) (i32.const ${size})) (i64.const ${size}))
      (i32.const 0))`);
}

const HANGING = watWith('(func (export "on_message_send") (result i32) (loop $again (br $again)) (i32.const 0))');

interface Made {
  readonly id: string;
  readonly wat: string;
  readonly permissions?: readonly PluginPermission[];
}

async function install(client: VoiceClient, made: Made): Promise<void> {
  const { manifest, wasm } = await pluginOf(made);
  const bytes = writePluginPackage({ manifestBytes: new TextEncoder().encode(JSON.stringify(manifest)), wasm });
  await client.installPlugin(bytes, consentsOf(manifest), 'file');
}

describe.skipIf(!SERVER_IS_BUILT)('plugins of a client, in threads of their own', () => {
  let server: RealServer;
  let folder: string;
  const clients: VoiceClient[] = [];

  async function person(nickname: string, ...plugins: readonly Made[]): Promise<VoiceClient> {
    const platform = createNodePlatform({
      audio: SILENT,
      store: new MemoryStore(),
      blobs: new FolderBlobs(join(folder, nickname)),
    });
    const client = new VoiceClient({ server: server.url, platform });
    clients.push(client);
    await client.connect({ type: 'guest', nickname });
    for (const plugin of plugins) await install(client, plugin);
    await client.join(client.state.channels.find(({ name }) => name === 'Lobby')?.id ?? '');
    await until(client, allRun);
    return client;
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
    server = await RealServer.start();
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('rewrite what one says, remark on what one reads, and answer commands', async () => {
    const ada = await person('Ada', {
      id: 'polite',
      wat: answering('on_message_send', { action: 'rewrite', text: 'Good day' }),
    });
    const bob = await person(
      'Bob',
      { id: 'notes', wat: answering('on_message', { action: 'annotate', note: 'Seen' }) },
      { id: 'dice', wat: answering('on_command', { reply: 'You got 4.' }) },
    );
    await ada.sendMessage('hi');
    expect(texts(ada.state)).toEqual(['Good day']);
    await until(bob, ({ chat }) => chat.entries.length === 1);
    expect(bob.state.chat.entries).toMatchObject([
      { message: { text: 'Good day' }, remarks: { hidden: null, notes: [{ pluginName: 'notes', text: 'Seen' }] } },
    ]);
    expect(bob.state.commands.map(({ name }) => name)).toEqual(['test']);
    await bob.invokeCommand('test', '');
    expect(texts(bob.state)).toEqual(['Good day', 'reply: You got 4.']);
  });

  it('hang by themselves: the message goes out, the call goes on, and the plugin is back', async () => {
    const ada = await person('Ada', { id: 'hanging', wat: HANGING });
    const problems = new Set<string>();
    ada.subscribe(({ plugins: [plugin] }) => {
      if (plugin?.status.kind === 'restarting') problems.add(plugin.status.problem.code);
    });
    await ada.sendMessage('still here');
    expect(texts(ada.state)).toEqual(['still here']);
    await until(ada, allRun);
    expect([...problems]).toEqual(['plugin.timed_out']);
    expect(ada.state.lane.status).not.toBe('idle');
  });

  it('are there again with the next client, from the disk', async () => {
    const made = { id: 'dice', wat: answering('on_command', { reply: 'You got 4.' }) };
    const ada = await person('Ada', made);
    await ada.close();
    const next = await person('Ada');
    await until(next, ({ plugins }) => plugins.length === 1);
    await until(next, allRun);
    await next.invokeCommand('test', '');
    expect(texts(next.state)).toEqual(['reply: You got 4.']);
  });
});
