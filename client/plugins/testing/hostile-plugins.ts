import { pluginOf, type TestPlugin } from './wat.ts';

/*
 * Plugins that do what no plugin should, or the least that one does: in the hook on_command, and where it says so with frames. Each is as an author
 * would write it by hand; only its manifest is well-behaved.
 */

const ENV = '"extism:host/env"';
const USER = '"extism:host/user"';
const IMPORTS = `
  (import ${ENV} "alloc" (func $alloc (param i64) (result i64)))
  (import ${ENV} "free" (func $free (param i64)))
  (import ${ENV} "length" (func $length (param i64) (result i64)))
  (import ${ENV} "load_u8" (func $load_u8 (param i64) (result i32)))
  (import ${ENV} "load_u64" (func $load_u64 (param i64) (result i64)))
  (import ${ENV} "store_u8" (func $store_u8 (param i64 i32)))
  (import ${ENV} "store_u64" (func $store_u64 (param i64 i64)))
  (import ${ENV} "input_offset" (func $input_offset (result i64)))
  (import ${ENV} "input_length" (func $input_length (result i64)))
  (import ${ENV} "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import ${ENV} "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import ${ENV} "output_set" (func $output_set (param i64 i64)))
  (import ${ENV} "error_set" (func $error_set (param i64)))
  (import ${ENV} "config_get" (func $config_get (param i64) (result i64)))`;
const LOG = `(import ${ENV} "log_info" (func $log_info (param i64)))`;
const STORAGE = `
  (import ${ENV} "var_get" (func $var_get (param i64) (result i64)))
  (import ${ENV} "var_set" (func $var_set (param i64 i64)))`;
const HTTP = `(import ${USER} "http_fetch" (func $http_fetch (param i64) (result i64)))`;

/** Of a module's own memory, a text put into a new block; `$text` is its address, `$size` its length. */
const TEXT = `
  (func $block (param $text i32) (param $size i32) (result i64)
    (local $handle i64)
    (local $index i32)
    (local.set $handle (call $alloc (i64.extend_i32_u (local.get $size))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $index) (local.get $size)))
        (call $store_u8
          (i64.add (local.get $handle) (i64.extend_i32_u (local.get $index)))
          (i32.load8_u (i32.add (local.get $text) (local.get $index))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (local.get $handle))`;

const FRAME_HOOKS = ['on_audio_frame_captured', 'on_audio_frame_received'] as const;

/** A module with the imports that need no permission, and more. */
export function watWith(body: string, imports = ''): string {
  return `(module ${IMPORTS} ${imports} (memory (export "memory") 1) ${TEXT} ${body})`;
}

/** One function for the hook on_command and for captured frames. */
function both(body: string): string {
  return `(func $hook ${body})
    (export "on_command" (func $hook))
    (export "on_audio_frame_captured" (func $hook))`;
}

const BOTH = { hooks: ['on_command', 'on_audio_frame_captured'] } as const;

/** A string constant of WAT. */
function quoted(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(16).padStart(2, '0')}`);
  return `"${bytes.join('')}"`;
}

/** A text as data at an address, and the two constants that `$block` takes. */
function data(at: number, text: string): { readonly segment: string; readonly place: string } {
  const size = new TextEncoder().encode(text).length;
  return {
    segment: `(data (i32.const ${at}) ${quoted(text)})`,
    place: `(i32.const ${at}) (i32.const ${size})`,
  };
}

/** Never comes back. */
export function infiniteLoop(): Promise<TestPlugin> {
  return pluginOf({
    id: 'infinite-loop',
    ...BOTH,
    wat: watWith(both('(result i32) (loop $again (br $again)) (i32.const 0)')),
  });
}

/** Never comes back from its start section. */
export function loopInStart(): Promise<TestPlugin> {
  return pluginOf({
    id: 'loop-in-start',
    ...BOTH,
    wat: watWith(`${both('(result i32) (i32.const 0)')} (func $start (loop $again (br $again))) (start $start)`),
  });
}

export function trap(): Promise<TestPlugin> {
  return pluginOf({ id: 'trap', ...BOTH, wat: watWith(both('(result i32) unreachable')) });
}

/** Calls itself until the stack ends. */
export function recursion(): Promise<TestPlugin> {
  return pluginOf({
    id: 'recursion',
    ...BOTH,
    wat: watWith(both('(result i32) (i32.add (call $hook) (i32.const 1))')),
  });
}

/** Takes all memory that it can have, touches it, and traps when there is no more. */
export function memoryBomb(): Promise<TestPlugin> {
  return pluginOf({
    id: 'memory-bomb',
    ...BOTH,
    wat: watWith(
      both(`(result i32) (local $pages i32)
        (loop $again
          (local.set $pages (memory.grow (i32.const 1)))
          (if (i32.eq (local.get $pages) (i32.const -1)) (then unreachable))
          (memory.fill (i32.shl (local.get $pages) (i32.const 16)) (i32.const 1) (i32.const 65536))
          (br $again))
        (i32.const 0)`),
    ),
  });
}

/** Asks for one byte, for ever. */
export function tinyAllocLoop(): Promise<TestPlugin> {
  return pluginOf({
    id: 'tiny-alloc-loop',
    ...BOTH,
    wat: watWith(both('(result i32) (loop $again (drop (call $alloc (i64.const 1))) (br $again)) (i32.const 0)')),
  });
}

/** Answers with the largest block that there can be. */
export function giantOutput(): Promise<TestPlugin> {
  return pluginOf({
    id: 'giant-output',
    ...BOTH,
    wat: watWith(
      both(`(result i32)
        (call $output_set (call $alloc (i64.const 1048576)) (i64.const 1048576))
        (i32.const 0)`),
    ),
  });
}

/** Keeps a block of 64 KiB under a new name, again and again. */
export function variablesBomb(): Promise<TestPlugin> {
  return pluginOf({
    id: 'variables-bomb',
    permissions: [{ name: 'storage' }],
    ...BOTH,
    wat: watWith(
      both(`(result i32) (local $key i64) (local $value i64) (local $index i32)
        (local.set $value (call $alloc (i64.const 65536)))
        (local.set $key (call $alloc (i64.const 2)))
        (loop $again
          (call $store_u8 (local.get $key) (i32.add (i32.const 97) (i32.and (local.get $index) (i32.const 15))))
          (call $store_u8
            (i64.add (local.get $key) (i64.const 1))
            (i32.add (i32.const 97) (i32.shr_u (local.get $index) (i32.const 4))))
          (call $var_set (local.get $key) (local.get $value))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $index) (i32.const 200))))
        (i32.const 0)`),
      STORAGE,
    ),
  });
}

/** Reads a byte behind the end of a block, and would write there. */
export function badPointers(): Promise<TestPlugin> {
  return pluginOf({
    id: 'bad-pointers',
    ...BOTH,
    wat: watWith(
      both(`(result i32) (local $handle i64)
        (local.set $handle (call $alloc (i64.const 8)))
        (drop (call $load_u8 (i64.const -1)))
        (call $store_u64 (i64.const 0x7fff000000000000) (i64.const -1))
        (call $store_u64 (i64.add (local.get $handle) (i64.const 4294967288)) (i64.const -1))
        (i32.const 0)`),
    ),
  });
}

/** Asks for a setting, for ever. */
export function hostCallFlood(): Promise<TestPlugin> {
  return pluginOf({
    id: 'host-call-flood',
    ...BOTH,
    wat: watWith(both('(result i32) (loop $again (drop (call $config_get (i64.const 0))) (br $again)) (i32.const 0)')),
  });
}

/** Writes 400 lines into the log with each call. */
export function logFlood(): Promise<TestPlugin> {
  const line = data(0, 'flood');
  return pluginOf({
    id: 'log-flood',
    permissions: [{ name: 'log' }],
    ...BOTH,
    wat: watWith(
      `${line.segment} ${both(`(result i32) (local $index i32)
        (loop $again
          (call $log_info (call $block ${line.place}))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $index) (i32.const 400))))
        (i32.const 0)`)}`,
      LOG,
    ),
  });
}

/** Imports what it has no permission for. */
export function forbiddenImport(): Promise<TestPlugin> {
  return pluginOf({
    id: 'forbidden-import',
    wat: watWith('(func (export "on_command") (result i32) (i32.const 0))', HTTP),
  });
}

/** A frame of NaN, infinities and samples far too loud; +∞, −∞, NaN, 100, −100, and so on from the start. */
export function nanFrames(): Promise<TestPlugin> {
  return pluginOf({
    id: 'nan-frames',
    hooks: FRAME_HOOKS,
    wat: watWith(
      frameHooks(`(result i32) (local $handle i64) (local $index i32) (local $bits i64)
        (local.set $handle (call $alloc (i64.const 3840)))
        (loop $again
          ${[0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x42c8_0000, 0xc2c8_0000]
            .map(
              (bits, at) => `
          (call $store_u8 (i64.add (local.get $handle) (i64.extend_i32_u (i32.add (local.get $index) (i32.const ${4 * at})))) (i32.const ${bits & 0xff}))
          ${[1, 2, 3]
            .map(
              (byte) =>
                `(call $store_u8 (i64.add (local.get $handle) (i64.extend_i32_u (i32.add (local.get $index) (i32.const ${4 * at + byte})))) (i32.const ${(bits >>> (8 * byte)) & 0xff}))`,
            )
            .join('\n')}`,
            )
            .join('\n')}
          (local.set $index (i32.add (local.get $index) (i32.const 20)))
          (br_if $again (i32.lt_u (local.get $index) (i32.const 3840))))
        (call $output_set (local.get $handle) (i64.const 3840))
        (i32.const 0)`),
    ),
  });
}

/** Answers with one sample too few. */
export function wrongLengthFrames(): Promise<TestPlugin> {
  return pluginOf({
    id: 'wrong-length-frames',
    hooks: FRAME_HOOKS,
    wat: watWith(
      frameHooks(`(result i32)
        (call $output_set (call $alloc (i64.const 3836)) (i64.const 3836))
        (i32.const 0)`),
    ),
  });
}

/** Answers with a byte that no text in UTF-8 has. */
export function notUtf8Output(): Promise<TestPlugin> {
  return pluginOf({
    id: 'not-utf8-output',
    wat: watWith(
      `(func (export "on_command") (result i32) (local $handle i64)
        (local.set $handle (call $alloc (i64.const 1)))
        (call $store_u8 (local.get $handle) (i32.const 0xff))
        (call $output_set (local.get $handle) (i64.const 1))
        (i32.const 0))`,
    ),
  });
}

/** May speak to api.example.org, and asks for another host. It replies with what http_fetch answers. */
export function forbiddenHttp(): Promise<TestPlugin> {
  return httpFetch('api.example.org', 'https://intranet.example.org/');
}

/**
 * Asks for an address when it is given its command. It replies `no` where it may not, else `yes`; what then comes back it writes into its log, as the
 * hook on_http is told it.
 */
export function httpFetch(host: string, url: string): Promise<TestPlugin> {
  const request = data(0, JSON.stringify({ url }));
  const no = data(8_192, JSON.stringify({ reply: 'no' }));
  const yes = data(8_448, JSON.stringify({ reply: 'yes' }));
  return pluginOf({
    id: 'http-fetch',
    permissions: [{ name: 'http', hosts: [host] }, { name: 'log' }],
    wat: watWith(
      `${request.segment} ${no.segment} ${yes.segment}
      (func (export "on_command") (result i32) (local $handle i64)
        (if (i64.lt_s (call $http_fetch (call $block ${request.place})) (i64.const 0))
          (then (local.set $handle (call $block ${no.place})))
          (else (local.set $handle (call $block ${yes.place}))))
        (call $output_set (local.get $handle) (call $length (local.get $handle)))
        (i32.const 0))
      (func (export "on_http") (result i32)
        (call $log_info (call $input_offset))
        (i32.const 0))`,
      `${HTTP} ${LOG}`,
    ),
  });
}

/** Halves each frame, in both directions: the least that a plugin for sound does. Its command replies `gain`. */
export function gain(): Promise<TestPlugin> {
  const reply = data(0, JSON.stringify({ reply: 'gain' }));
  return pluginOf({
    id: 'gain',
    wat: watWith(
      `${reply.segment}
      (func (export "on_command") (result i32) (local $handle i64)
        (local.set $handle (call $block ${reply.place}))
        (call $output_set (local.get $handle) (call $length (local.get $handle)))
        (i32.const 0))
      ${frameHooks(`(result i32) (local $handle i64) (local $at i64) (local $two i64)
        (local.set $handle (call $alloc (i64.const 3840)))
        (loop $again
          (local.set $two (call $input_load_u64 (local.get $at)))
          (call $store_u64
            (i64.add (local.get $handle) (local.get $at))
            (i64.or
              (i64.extend_i32_u (call $half (i32.wrap_i64 (local.get $two))))
              (i64.shl
                (i64.extend_i32_u (call $half (i32.wrap_i64 (i64.shr_u (local.get $two) (i64.const 32)))))
                (i64.const 32))))
          (local.set $at (i64.add (local.get $at) (i64.const 8)))
          (br_if $again (i64.lt_u (local.get $at) (i64.const 3840))))
        (call $output_set (local.get $handle) (i64.const 3840))
        (i32.const 0)`)}
      (func $half (param $bits i32) (result i32)
        (i32.reinterpret_f32 (f32.mul (f32.reinterpret_i32 (local.get $bits)) (f32.const 0.5))))`,
    ),
  });
}

/** Answers with what it was told, to the byte: for the command that is no answer, but to see what went in and out. */
export function echo(): Promise<TestPlugin> {
  return pluginOf({
    id: 'echo',
    hooks: ['on_command', ...FRAME_HOOKS],
    wat: watWith(
      `(func (export "on_command") (result i32)
        (call $output_set (call $input_offset) (call $input_length))
        (i32.const 0))
      ${frameHooks(`(result i32)
        (call $output_set (call $input_offset) (call $input_length))
        (i32.const 0)`)}`,
    ),
  });
}

function frameHooks(body: string): string {
  return `(func $frame ${body})
    (export "on_audio_frame_captured" (func $frame))
    (export "on_audio_frame_received" (func $frame))`;
}
