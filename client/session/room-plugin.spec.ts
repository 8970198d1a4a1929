import type { PluginFetch } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FakeSandboxes } from '../plugins/testing/fake-sandboxes.ts';
import { pluginOf } from '../plugins/testing/wat.ts';
import { RoomPlugin } from './room-plugin.ts';
import { FakeClock, settled } from './testing/fake-clock.ts';

describe(RoomPlugin, () => {
  it('passes no answer to another thread than the one that asked', async () => {
    const { manifest, wasm } = await pluginOf({
      wat: '(module (func (export "on_http") (result i32) (i32.const 0)))',
      permissions: [{ name: 'http', hosts: ['a.example'] }],
    });
    const sandboxes = new FakeSandboxes();
    const answers: (() => void)[] = [];
    const plugin = { id: 'test', manifest, icon: '', origin: 'file', server: null, packageSha256: '' } as const;
    const sut = new RoomPlugin(
      { ...plugin, enabled: true, config: {}, agreed: [] },
      {
        platform: {
          clock: new FakeClock(),
          epochMs: () => 0,
          random: () => 0,
          fetchForPlugin: ({ url }: PluginFetch) =>
            new Promise((resolve) => answers.push(() => resolve({ status: 200, body: url }))),
        },
        open: sandboxes.open,
        load: () => Promise.resolve({ wasm, storage: {} }),
        changed: () => undefined,
        log: () => undefined,
        stored: () => undefined,
        act: () => undefined,
      },
    );
    const ask = (url: string): void =>
      sandboxes.say({ type: 'act', act: { type: 'http.fetch', requestId: 1, request: { url } } });

    sut.start();
    await settled();
    sandboxes.started();
    ask('https://a.example/old');
    sandboxes.last.events.ended('gone');
    // As it starts, already.
    ask('https://a.example/new');
    sandboxes.started();
    await settled();
    for (const answer of answers) {
      answer();
      await settled();
    }
    const told = sandboxes.told('call').map(({ input }) => JSON.parse(input) as unknown);
    expect(told).toEqual([expect.objectContaining({ requestId: 1, body: 'https://a.example/new' })]);
    sut.close();
  });
});
