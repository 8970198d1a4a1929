import { FRAME_SAMPLES, type PluginPermission } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { FromSandbox } from './sandbox-messages.ts';
import { trap, watWith, wrongLengthFrames } from './testing/hostile-plugins.ts';
import { pluginOf, type TestPlugin } from './testing/wat.ts';
import { warmedUpSandbox } from './warm-up.ts';

const TEXT = '{"text":"Hi"}';
const PERMISSIONS: readonly PluginPermission[] = [
  { name: 'message.send' },
  { name: 'status.set' },
  { name: 'log' },
  { name: 'storage' },
];

/** With each frame does all that there is to do outside. Its error is what the host has answered. */
function busy(): Promise<TestPlugin> {
  return pluginOf({
    permissions: PERMISSIONS,
    wat: watWith(
      `(data (i32.const 0) "${TEXT.replaceAll('"', '\\"')}")
      (func $text (result i64) (call $block (i32.const 0) (i32.const ${TEXT.length})))
      (func (export "on_audio_frame_captured") (result i32)
        (call $var_set (call $text) (call $text))
        (call $log_info (call $text))
        (drop (call $set_status (call $text)))
        (i32.wrap_i64 (call $send_message (call $text))))`,
      `(import "extism:host/user" "send_message" (func $send_message (param i64) (result i64)))
      (import "extism:host/user" "set_status" (func $set_status (param i64) (result i64)))
      (import "extism:host/env" "log_info" (func $log_info (param i64)))
      (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))`,
    ),
  });
}

describe(warmedUpSandbox, () => {
  let said: FromSandbox[];
  let sut: Sandbox;

  beforeEach(() => {
    said = [];
    sut = warmedUpSandbox({ post: (message) => said.push(message), nowMs: () => 0 });
  });

  const start = ({ manifest, wasm }: TestPlugin): void =>
    sut.receive({ type: 'start', wasm, manifest, target: 'client', config: {}, storage: {} });
  const frame = (): boolean =>
    sut.frame({ sequence: 0, hook: 'on_audio_frame_captured', speaker: 0, samples: new Float32Array(FRAME_SAMPLES) })
      .failed;

  it('lets nobody learn what a plugin does with the silence', async () => {
    start(await busy());
    expect(said).toEqual([{ type: 'started' }]);
    expect(frame()).toBe(false);
    expect(said.slice(1)).toMatchObject([
      { type: 'log', text: TEXT },
      { type: 'act', act: { type: 'status.set' } },
      { type: 'act', act: { type: 'message.send' } },
      { type: 'stored', key: TEXT },
    ]);
  });

  it('says what is wrong with frames when it comes again', async () => {
    start(await wrongLengthFrames());
    expect(said).toEqual([{ type: 'started' }]);
    expect([frame(), frame()]).toEqual([true, true]);
    expect(said.slice(1)).toMatchObject([{ type: 'log', level: 'error' }]);
  });

  it('tells that a plugin traps with silence before it is said to run', async () => {
    start(await trap());
    expect(said[0]).toMatchObject({ type: 'failed', fault: { kind: 'trapped' } });
  });
});
