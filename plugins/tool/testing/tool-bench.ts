import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { wasmOf } from '../../../client/plugins/testing/wat.ts';
import type { ToolIo } from '../tool-io.ts';
import { runTool } from '../tool.ts';

const MANIFEST = {
  schema: 1,
  id: 'half',
  version: '1.2.0',
  abi: 1,
  name: 'Half',
  description: 'Half as loud.',
  author: 'Ada',
  licence: 'MIT',
  targets: ['client'],
  hooks: ['on_audio_frame_captured', 'on_command'],
  commands: [{ name: 'half', description: 'Says what it was given.' }],
  permissions: [{ name: 'log' }, { name: 'status.set' }],
};

/** The tool in a folder of its own, and what it said. */
export class ToolBench implements ToolIo {
  readonly cwd: string;
  readonly said: string[] = [];
  readonly complaints: string[] = [];
  readonly #end = new AbortController();
  now = 1_767_225_600_000;

  private constructor(cwd: string) {
    this.cwd = cwd;
  }

  static async open(): Promise<ToolBench> {
    return new ToolBench(await mkdtemp(join(tmpdir(), 'switchboard-tool-')));
  }

  async close(): Promise<void> {
    this.#end.abort();
    await rm(this.cwd, { recursive: true, force: true });
  }

  say(line: string): void {
    this.said.push(line);
  }

  nowMs(): number {
    return this.now;
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
  }

  path(name: string): string {
    return join(this.cwd, name);
  }

  /** @returns the exit code */
  run(...args: readonly string[]): Promise<number> {
    return runTool(args, this, (line) => this.complaints.push(line));
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
  }

  /** The folder of a plugin that was built: half as loud, and with a command that answers its own event. */
  async writePlugin(folder: string, changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.write(join(folder, 'plugin.json'), JSON.stringify({ ...MANIFEST, ...changes }));
    await this.write(join(folder, 'plugin.wasm'), await wasmOf(HALF));
  }
}

const HALF = `(module
  (import "extism:host/env" "input_length" (func $length (result i64)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "input_load_u64" (func $in64 (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $out64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/env" "log_info" (func $log (param i64)))
  (import "extism:host/user" "set_status" (func $status (param i64) (result i64)))
  (memory 1)

  ;; Two samples at a time.
  (func $half (param $sample i32) (result i32)
    (i32.reinterpret_f32 (f32.mul (f32.reinterpret_i32 (local.get $sample)) (f32.const 0.5))))
  (func (export "on_audio_frame_captured") (result i32)
    (local $at i64) (local $out i64) (local $two i64)
    (local.set $out (call $alloc (call $length)))
    (loop $next
      (local.set $two (call $in64 (local.get $at)))
      (call $out64 (i64.add (local.get $out) (local.get $at))
        (i64.or
          (i64.extend_i32_u (call $half (i32.wrap_i64 (local.get $two))))
          (i64.shl (i64.extend_i32_u (call $half (i32.wrap_i64 (i64.shr_u (local.get $two) (i64.const 32))))) (i64.const 32))))
      (local.set $at (i64.add (local.get $at) (i64.const 8)))
      (br_if $next (i64.lt_u (local.get $at) (call $length))))
    (call $output (local.get $out) (call $length))
    (i32.const 0))

  (data (i32.const 0) "{\\"reply\\":\\"It works.\\"}Half on")
  (func $text (param $from i32) (param $bytes i32) (result i64)
    (local $at i32) (local $block i64)
    (local.set $block (call $alloc (i64.extend_i32_u (local.get $bytes))))
    (loop $next
      (call $store (i64.add (local.get $block) (i64.extend_i32_u (local.get $at)))
        (i32.load8_u (i32.add (local.get $from) (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $bytes))))
    (local.get $block))
  (func (export "on_command") (result i32)
    (call $log (call $text (i32.const 10) (i32.const 9)))
    (drop (call $status (call $text (i32.const 21) (i32.const 7))))
    (call $output (call $text (i32.const 0) (i32.const 21)) (i64.const 21))
    (i32.const 0)))`;
