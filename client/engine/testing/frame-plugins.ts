import type { PluginManifest } from '@switchboard/protocol';
import { watWith } from '../../plugins/testing/hostile-plugins.ts';
import { pluginOf, type TestPlugin } from '../../plugins/testing/wat.ts';
import type { ToSandbox } from '../../plugins/sandbox-messages.ts';

/** Multiplies each sample, in both directions. */
export function multiplying(by: number): Promise<TestPlugin> {
  const half = (shift: number): string => `
    (i64.shl
      (i64.extend_i32_u (i32.reinterpret_f32 (f32.mul (f32.const ${by})
        (f32.reinterpret_i32 (i32.wrap_i64 (i64.shr_u (local.get $two) (i64.const ${shift})))))))
      (i64.const ${shift}))`;
  return pluginOf({
    id: 'multiplying',
    wat: watWith(`
      (func $frame (result i32) (local $handle i64) (local $at i64) (local $two i64)
        (local.set $handle (call $alloc (i64.const 3840)))
        (loop $again
          (local.set $two (call $input_load_u64 (local.get $at)))
          (call $store_u64 (i64.add (local.get $handle) (local.get $at)) (i64.or ${half(0)} ${half(32)}))
          (local.set $at (i64.add (local.get $at) (i64.const 8)))
          (br_if $again (i64.lt_u (local.get $at) (i64.const 3840))))
        (call $output_set (local.get $handle) (i64.const 3840))
        (i32.const 0))
      (export "on_audio_frame_captured" (func $frame))
      (export "on_audio_frame_received" (func $frame))`),
  });
}

/** Never comes back from a frame that is not silent in its middle. */
export function hangingAtSound(): Promise<TestPlugin> {
  return pluginOf({
    id: 'hanging-at-sound',
    wat: watWith(`
      (func $frame (result i32)
        (loop $again (br_if $again (i64.ne (call $input_load_u64 (i64.const 1920)) (i64.const 0))))
        (i32.const 0))
      (export "on_audio_frame_captured" (func $frame))
      (export "on_audio_frame_received" (func $frame))`),
  });
}

/** The first message to its thread. */
export function startOf({ manifest, wasm }: { manifest: PluginManifest; wasm: Uint8Array }): ToSandbox {
  return { type: 'start', wasm, manifest, target: 'client', config: {}, storage: {} };
}
