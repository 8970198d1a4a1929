import type { PluginHook } from '@switchboard/protocol';
import { packageOf, type TestPublisher } from '../../../client/plugins/package/testing/plugin-package-fixture.ts';
import { wasmOf } from '../../../client/plugins/testing/wat.ts';

/** What a hook does where its input holds a text; each of them in this order. */
interface Rule {
  /** Absent for whatever the input holds. */
  readonly when?: string;
  /** Never comes back. */
  readonly spins?: boolean;
  readonly traps?: boolean;
  /** Takes some milliseconds. */
  readonly lingers?: boolean;
  /** JSON for `send_message`. */
  readonly sends?: string;
  /** JSON for `http_fetch`. */
  readonly fetches?: string;
  readonly logs?: string;
  /** Who is there, into the log. */
  readonly logsMembers?: boolean;
  readonly stores?: { readonly key: string; readonly value: string };
  /** What the hook answers: a text, or what is stored under a key. */
  readonly answers?: string | { readonly stored: string };
}

export interface WatPlugin {
  readonly id?: string;
  readonly hooks: Partial<Record<PluginHook, readonly Rule[]>>;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly publisher?: TestPublisher;
  readonly readme?: string;
}

const ENV = '"extism:host/env"';
const USER = '"extism:host/user"';
const IMPORTS = `
  (import ${ENV} "alloc" (func $alloc (param i64) (result i64)))
  (import ${ENV} "length" (func $length (param i64) (result i64)))
  (import ${ENV} "store_u8" (func $store_u8 (param i64 i32)))
  (import ${ENV} "input_length" (func $input_length (result i64)))
  (import ${ENV} "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import ${ENV} "output_set" (func $output_set (param i64 i64)))`;
/** By the permission that they need. */
const PERMITTED: Readonly<Record<string, string>> = {
  log: `(import ${ENV} "log_info" (func $log_info (param i64)))`,
  storage: `
    (import ${ENV} "var_get" (func $var_get (param i64) (result i64)))
    (import ${ENV} "var_set" (func $var_set (param i64 i64)))`,
  'message.send': `(import ${USER} "send_message" (func $send_message (param i64) (result i64)))`,
  'members.read': `(import ${USER} "members" (func $members (result i64)))`,
  http: `(import ${USER} "http_fetch" (func $http_fetch (param i64) (result i64)))`,
};
const FUNCTIONS = `
  (func $block (param $text i32) (param $size i32) (result i64)
    (local $handle i64) (local $index i32)
    (local.set $handle (call $alloc (i64.extend_i32_u (local.get $size))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get $size)))
      (call $store_u8
        (i64.add (local.get $handle) (i64.extend_i32_u (local.get $index)))
        (i32.load8_u (i32.add (local.get $text) (local.get $index))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
    (local.get $handle))
  (func $has (param $text i32) (param $size i32) (result i32)
    (local $from i32) (local $index i32)
    (block $none (loop $next_from
      (br_if $none (i32.gt_u (i32.add (local.get $from) (local.get $size)) (i32.wrap_i64 (call $input_length))))
      (local.set $index (i32.const 0))
      (block $other (loop $next
        (if (i32.ge_u (local.get $index) (local.get $size)) (then (return (i32.const 1))))
        (br_if $other (i32.ne
          (call $input_load_u8 (i64.extend_i32_u (i32.add (local.get $from) (local.get $index))))
          (i32.load8_u (i32.add (local.get $text) (local.get $index)))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (br $next_from)))
    (i32.const 0))
  (func $linger
    (local $left i32)
    (local.set $left (i32.const 3000000))
    (loop $next
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $next (local.get $left))))
  (func $answer (param $handle i64)
    (if (i64.ne (local.get $handle) (i64.const 0))
      (then (call $output_set (local.get $handle) (call $length (local.get $handle))))))`;

/** A package of a plugin for the server that does what it is told here, in real WebAssembly. */
export async function watPackage({ id = 'test', hooks, manifest = {}, publisher, readme }: WatPlugin) {
  const permissions = (manifest.permissions ?? []) as readonly { readonly name: string }[];
  const texts = new Texts();
  const functions = Object.entries(hooks).map(
    ([hook, rules]) =>
      `(func (export "${hook}") (result i32) ${rules.map((rule) => bodyOf(rule, texts)).join(' ')} (i32.const 0))`,
  );
  const imports = permissions.map(({ name }) => PERMITTED[name] ?? '').join(' ');
  const wat = `(module ${IMPORTS} ${imports} (memory (export "memory") 1) ${texts.segments} ${FUNCTIONS} ${functions.join(' ')})`;
  return packageOf({
    wasm: await wasmOf(wat),
    manifest: { id, name: id, version: '1.0.0', targets: ['server'], hooks: Object.keys(hooks), ...manifest },
    ...(publisher === undefined ? {} : { publisher }),
    ...(readme === undefined ? {} : { readme }),
  });
}

function bodyOf(rule: Rule, texts: Texts): string {
  const { when, spins, traps, lingers, sends, fetches, logs, logsMembers, stores, answers } = rule;
  const steps = [
    lingers === true ? '(call $linger)' : '',
    logs === undefined ? '' : `(call $log_info (call $block ${texts.place(logs)}))`,
    logsMembers === true ? '(call $log_info (call $members))' : '',
    stores === undefined
      ? ''
      : `(call $var_set (call $block ${texts.place(stores.key)}) (call $block ${texts.place(stores.value)}))`,
    sends === undefined ? '' : `(drop (call $send_message (call $block ${texts.place(sends)})))`,
    fetches === undefined ? '' : `(drop (call $http_fetch (call $block ${texts.place(fetches)})))`,
    answers === undefined ? '' : `(call $answer ${answerOf(answers, texts)})`,
    spins === true ? '(loop $ever (br $ever))' : '',
    traps === true ? '(unreachable)' : '',
  ].join(' ');
  return when === undefined ? steps : `(if (call $has ${texts.place(when)}) (then ${steps}))`;
}

function answerOf(answers: NonNullable<Rule['answers']>, texts: Texts): string {
  if (typeof answers === 'string') return `(call $block ${texts.place(answers)})`;
  return `(call $var_get (call $block ${texts.place(answers.stored)}))`;
}

/** Texts in a module's memory. */
class Texts {
  readonly #segments: string[] = [];
  #next = 16;

  get segments(): string {
    return this.#segments.join(' ');
  }

  /** The two constants that say where it is. */
  place(text: string): string {
    const bytes = Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(16).padStart(2, '0')}`);
    this.#segments.push(`(data (i32.const ${this.#next}) "${bytes.join('')}")`);
    const place = `(i32.const ${this.#next}) (i32.const ${bytes.length})`;
    this.#next += bytes.length;
    return place;
  }
}
