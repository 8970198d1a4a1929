import { createPlugin, type Plugin } from '@extism/extism';
import type { PluginConfig } from '@switchboard/protocol';
import { watWith } from '../../testing/hostile-plugins.ts';
import { pluginOf, type TestPlugin } from '../../testing/wat.ts';
import { SandboxFixture } from './sandbox-fixture.ts';

/** What became of a call: what the plugin answered, its error, or that it trapped; and what it wrote into the log. */
export type Outcome = ({ readonly output: string } | { readonly error: string } | { readonly trapped: true }) & {
  readonly log?: readonly string[];
};

export interface Case {
  /** What on_command does. `$say` notes a number, `$tell` answers with all that was noted, in hexadecimal. */
  readonly body: string;
  /** More of the module. */
  readonly more?: string;
  /** Of each call, one after the other. */
  readonly inputs?: readonly string[];
  readonly config?: PluginConfig;
}

const ENV = '"extism:host/env"';

const IMPORTS = `
  (import ${ENV} "length_unsafe" (func $length_unsafe (param i64) (result i64)))
  (import ${ENV} "error_get" (func $error_get (result i64)))
  (import ${ENV} "var_get" (func $var_get (param i64) (result i64)))
  (import ${ENV} "var_set" (func $var_set (param i64 i64)))
  (import ${ENV} "log_trace" (func $log_trace (param i64)))
  (import ${ENV} "log_debug" (func $log_debug (param i64)))
  (import ${ENV} "log_info" (func $log_info (param i64)))
  (import ${ENV} "log_warn" (func $log_warn (param i64)))
  (import ${ENV} "log_error" (func $log_error (param i64)))
  (import ${ENV} "get_log_level" (func $get_log_level (result i32)))`;

/** Notes are in the first 32 KiB of the plugin's memory. */
const NOTES = `
  (global $noted (mut i32) (i32.const 0))
  (func $note (param $byte i32)
    (i32.store8 (global.get $noted) (local.get $byte))
    (global.set $noted (i32.add (global.get $noted) (i32.const 1))))
  (func $say (param $value i64) (local $shift i64) (local $digit i32) (local $begun i32)
    (local.set $shift (i64.const 64))
    (loop $next
      (local.set $shift (i64.sub (local.get $shift) (i64.const 4)))
      (local.set $digit (i32.wrap_i64 (i64.and (i64.shr_u (local.get $value) (local.get $shift)) (i64.const 15))))
      (local.set $begun
        (i32.or (i32.or (local.get $begun) (local.get $digit)) (i64.eqz (local.get $shift))))
      (if (local.get $begun)
        (then
          (call $note
            (i32.add
              (local.get $digit)
              (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get $digit) (i32.const 10)))))))
      (br_if $next (i64.ne (local.get $shift) (i64.const 0))))
    (call $note (i32.const 32)))
  ;; 1 for what is not 0: of handles it is not said that they are the same.
  (func $some (param $value i64) (call $say (i64.extend_i32_u (i64.ne (local.get $value) (i64.const 0)))))
  (func $tell (local $handle i64)
    (local.set $handle (call $block (i32.const 0) (global.get $noted)))
    (global.set $noted (i32.const 0))
    (call $output_set (local.get $handle) (call $length (local.get $handle))))`;

/** A plugin with one hook, and all imports that Extism and we have in common. */
export function pluginFor({ body, more = '' }: Case): Promise<TestPlugin> {
  return pluginOf({
    permissions: [{ name: 'log' }, { name: 'storage' }],
    wat: watWith(`${NOTES} (func (export "on_command") (result i32) ${body} (i32.const 0)) ${more}`, IMPORTS),
  });
}

export async function onSandbox(wanted: Case): Promise<readonly Outcome[]> {
  const sandbox = new SandboxFixture().start(await pluginFor(wanted), { config: wanted.config ?? {} });
  if (sandbox.said.at(0)?.type !== 'started') throw new Error(JSON.stringify(sandbox.said));
  return (wanted.inputs ?? ['']).map((input) => {
    let outcome: Outcome | undefined;
    const log: string[] = [];
    for (const message of sandbox.messagesOf(input)) {
      if (message.type === 'log') log.push(`${message.level} ${message.text}`);
      if (message.type === 'result') outcome = { output: message.output };
      if (message.type === 'fault') {
        outcome = message.fault.kind === 'trapped' ? { trapped: true } : { error: message.fault.reason };
      }
    }
    if (outcome === undefined) throw new Error('The call was not answered.');
    return outcomeOf(outcome, log);
  });
}

export async function onExtism(wanted: Case): Promise<readonly Outcome[]> {
  const log: string[] = [];
  const write = (level: string) => (text: string) => {
    // What the SDK says by itself about handles.
    if (!/^(failed to log|attempted to set)/.test(text)) log.push(`${level} ${text}`);
  };
  const { wasm } = await pluginFor(wanted);
  const plugin = await createPlugin(
    { wasm: [{ data: wasm }] },
    {
      logLevel: 'debug',
      logger: {
        ...console,
        trace: write('trace'),
        debug: write('debug'),
        info: write('info'),
        warn: write('warn'),
        error: write('error'),
      },
      config: Object.fromEntries(Object.entries(wanted.config ?? {}).map(([name, value]) => [name, String(value)])),
    },
  );
  try {
    const outcomes: Outcome[] = [];
    for (const input of wanted.inputs ?? ['']) {
      const from = log.length;
      outcomes.push(outcomeOf(await callExtism(plugin, input), log.slice(from)));
    }
    return outcomes;
  } finally {
    await plugin.close();
  }
}

const ERROR = 'Plugin-originated error: ';

async function callExtism(plugin: Plugin, input: string): Promise<Outcome> {
  try {
    return { output: (await plugin.call('on_command', input))?.text() ?? '' };
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith(ERROR) ? { error: message.slice(ERROR.length) } : { trapped: true };
  }
}

function outcomeOf(outcome: Outcome, log: readonly string[]): Outcome {
  return log.length === 0 ? outcome : { ...outcome, log };
}
