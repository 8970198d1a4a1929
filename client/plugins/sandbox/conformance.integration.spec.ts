import { createPlugin } from '@extism/extism';
import { describe, expect, it } from 'vitest';
import { wasmOf } from '../testing/wat.ts';
import { checkModule } from './module-check.ts';
import { onExtism, onSandbox, pluginFor, type Case, type Outcome } from './testing/two-hosts.ts';

/*
 * The same plugin on Extism's SDK and on ours. Handles are not compared, other than with 0.
 */

/** A block of eight bytes, `ABCDEFGH`. */
const EIGHT = `(local $handle i64) (local $other i64)
  (local.set $handle (call $alloc (i64.const 8)))
  (call $store_u64 (local.get $handle) (i64.const 0x4847464544434241))`;
const NOBODY = '(i64.const 0x0500000000000000)';

/** A new block with a text of four bytes; needs `WRITE`. */
function four(value: string): string {
  const bytes = Array.from(new TextEncoder().encode(value), (byte) => `(i32.const ${byte})`);
  return `(call $block (i32.const 40000) (call $write ${bytes.join(' ')}))`;
}

const WRITE = `(func $write (param i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 40000) (local.get 0))
  (i32.store8 (i32.const 40001) (local.get 1))
  (i32.store8 (i32.const 40002) (local.get 2))
  (i32.store8 (i32.const 40003) (local.get 3))
  (i32.const 4))`;
const KEY = four('key1');
const WORD = four('Grü');

type Conforming = readonly [name: string, wanted: Case, outcomes: readonly Outcome[]];

const said = (output: string): readonly Outcome[] => [{ output }];
const TRAPPED: readonly Outcome[] = [{ trapped: true }];

const MEMORY: readonly Conforming[] = [
  [
    'input as output',
    {
      body: '(call $output_set (call $input_offset) (call $input_length))',
      inputs: ['', 'a', 'Grüße 🎙', '1234567', '12345678', 'x'.repeat(65_536)],
    },
    ['', 'a', 'Grüße 🎙', '1234567', '12345678', 'x'.repeat(65_536)].map((output) => ({ output })),
  ],
  ['no output', { body: '', inputs: ['x'] }, said('')],
  [
    'input read byte by byte, and eight at a time from anywhere',
    {
      body: `(call $say (i64.extend_i32_u (call $input_load_u8 (i64.const 1))))
        (call $say (call $input_load_u64 (i64.const 0)))
        (call $say (call $input_load_u64 (i64.const 3)))
        (call $say (call $input_length))
        (call $tell)`,
      inputs: ['ABCDEFGHIJK'],
    },
    said('42 4847464544434241 4b4a494847464544 b '),
  ],
  [
    'the input by its handle',
    {
      body: `(call $say (i64.extend_i32_u (call $load_u8 (i64.add (call $input_offset) (i64.const 2)))))
        (call $say (call $length (call $input_offset)))
        (call $store_u8 (call $input_offset) (i32.const 90))
        (call $say (i64.extend_i32_u (call $input_load_u8 (i64.const 0))))
        (call $tell)`,
      inputs: ['ABC'],
    },
    said('43 3 5a '),
  ],
  [
    'a block, stored and loaded from anywhere in it',
    {
      body: `${EIGHT}
        (call $store_u8 (i64.add (local.get $handle) (i64.const 7)) (i32.const 0x15a))
        (call $say (i64.extend_i32_u (call $load_u8 (i64.add (local.get $handle) (i64.const 7)))))
        (call $say (call $load_u64 (local.get $handle)))
        (local.set $other (call $alloc (i64.const 13)))
        (call $store_u64 (i64.add (local.get $other) (i64.const 5)) (i64.const -2))
        (call $say (call $load_u64 (i64.add (local.get $other) (i64.const 4))))
        (call $tell)`,
    },
    said('5a 5a47464544434241 fffffffffffffe00 '),
  ],
  [
    'blocks that begin as zeroes, whatever was there in the call before',
    {
      body: `(local $handle i64)
        (local.set $handle (call $alloc (i64.const 16)))
        (call $say (call $load_u64 (local.get $handle)))
        (call $say (call $load_u64 (i64.add (local.get $handle) (i64.const 8))))
        (call $store_u64 (local.get $handle) (i64.const -1))
        (call $store_u64 (i64.add (local.get $handle) (i64.const 8)) (i64.const -1))
        (call $tell)`,
      inputs: ['', '', 'of another length'],
    },
    [{ output: '0 0 ' }, { output: '0 0 ' }, { output: '0 0 ' }],
  ],
  [
    'lengths: of a block, from within it, of an empty one, a freed one, none',
    {
      body: `${EIGHT}
        (call $say (call $length (local.get $handle)))
        (call $say (call $length (i64.add (local.get $handle) (i64.const 3))))
        (call $say (call $length_unsafe (local.get $handle)))
        (call $say (call $length (call $alloc (i64.const 0))))
        (call $free (local.get $handle))
        (call $say (call $length (local.get $handle)))
        (call $say (call $length_unsafe (local.get $handle)))
        (call $say (call $length ${NOBODY}))
        (call $say (call $length (i64.const -1)))
        (call $tell)`,
    },
    said('8 8 8 0 0 0 0 0 '),
  ],
  [
    'an empty block, which is a block',
    {
      body: `(local $handle i64)
        (local.set $handle (call $alloc (i64.const 0)))
        (call $some (local.get $handle))
        (call $some (i64.sub (local.get $handle) (call $alloc (i64.const 0))))
        (call $tell)`,
    },
    said('1 1 '),
  ],
  [
    'blocks that are freed, and freed again, with another one made meanwhile',
    {
      body: `${EIGHT}
        (call $free (local.get $handle))
        (local.set $other (call $alloc (i64.const 8)))
        (call $store_u64 (local.get $other) (i64.const 7))
        (call $free (local.get $handle))
        (call $free ${NOBODY})
        (call $free (i64.const -1))
        (call $say (call $load_u64 (local.get $other)))
        (call $say (i64.extend_i32_u (call $load_u8 (local.get $handle))))
        (call $store_u8 (local.get $handle) (i32.const 1))
        (call $store_u64 (local.get $handle) (i64.const -1))
        (call $say (call $load_u64 (local.get $other)))
        (call $tell)`,
    },
    said('7 0 7 '),
  ],
  [
    'blocks of one call, which the next one does not have',
    {
      body: `(if (i64.ne (i64.load (i32.const 50000)) (i64.const 0))
          (then (call $say (call $length (i64.load (i32.const 50000)))) (call $tell)))
        (drop (call $alloc (i64.const 1)))
        (drop (call $alloc (i64.const 1)))
        (drop (call $alloc (i64.const 1)))
        (i64.store (i32.const 50000) (call $alloc (i64.const 5)))`,
      inputs: ['', ''],
    },
    [{ output: '' }, { output: '0 ' }],
  ],
  [
    'a load from no block',
    { body: `(call $say (i64.extend_i32_u (call $load_u8 ${NOBODY}))) (call $tell)` },
    said('0 '),
  ],
  [
    'stores to no block',
    {
      body: `(call $store_u8 ${NOBODY} (i32.const 1)) (call $store_u64 ${NOBODY} (i64.const 1))
        (call $store_u64 (i64.const -1) (i64.const 1)) (call $tell)`,
    },
    said(''),
  ],
  ...(
    [
      ['a load of eight bytes from no block', `(drop (call $load_u64 ${NOBODY}))`],
      ['a load behind the end', `${EIGHT} (drop (call $load_u8 (i64.add (local.get $handle) (i64.const 8))))`],
      ['a load over the end', `${EIGHT} (drop (call $load_u64 (i64.add (local.get $handle) (i64.const 1))))`],
      [
        'a load far behind the end',
        `${EIGHT} (drop (call $load_u8 (i64.sub (i64.add (local.get $handle) (i64.const 0x1000000000000)) (i64.const 1))))`,
      ],
      ['a load from an empty block', '(drop (call $load_u8 (call $alloc (i64.const 0))))'],
      ['a store behind the end', `${EIGHT} (call $store_u8 (i64.add (local.get $handle) (i64.const 8)) (i32.const 1))`],
      ['a store over the end', `${EIGHT} (call $store_u64 (i64.add (local.get $handle) (i64.const 1)) (i64.const 1))`],
      ['a load behind the end of the input', '(drop (call $input_load_u8 (i64.const 5)))'],
      ['a load over the end of the input', '(drop (call $input_load_u64 (i64.const 0)))'],
      ['an output that is no block', `(call $output_set ${NOBODY} (i64.const 0))`],
      [
        'an output that was freed',
        `${EIGHT} (call $free (local.get $handle)) (call $output_set (local.get $handle) (i64.const 8))`,
      ],
      ['an output longer than its block', `${EIGHT} (call $output_set (local.get $handle) (i64.const 9))`],
      ['an error that is no block', `(call $error_set ${NOBODY})`],
      ['unreachable', 'unreachable'],
      ['a division by zero', '(drop (i32.div_u (i32.const 1) (i32.const 0)))'],
    ] as const
  ).map(([name, body]): Conforming => [name, { body, inputs: ['12345'] }, TRAPPED]),
];

const ANSWERS: readonly Conforming[] = [
  [
    'the last output counts',
    {
      body: `(call $say (i64.const 1)) (call $tell) (call $say (i64.const 2)) (call $tell)`,
    },
    said('2 '),
  ],
  [
    'an output that is freed afterwards is none',
    { body: `${EIGHT} (call $output_set (local.get $handle) (i64.const 8)) (call $free (local.get $handle))` },
    said(''),
  ],
  [
    'an error goes before an output',
    { body: `(call $error_set ${WORD}) (call $say (i64.const 1)) (call $tell)`, more: WRITE },
    [{ error: 'Grü' }],
  ],
  [
    'the last error counts, and can be read',
    {
      body: `${EIGHT}
        (call $error_set ${WORD})
        (call $error_set (local.get $handle))
        (if (i64.ne (call $load_u64 (call $error_get)) (call $load_u64 (local.get $handle))) (then unreachable))`,
      more: WRITE,
    },
    [{ error: 'ABCDEFGH' }],
  ],
  ['no error reads as 0', { body: '(call $say (call $error_get)) (call $tell)' }, said('0 ')],
  [
    'an error that is freed afterwards is none, nor is the output one',
    {
      body: `${EIGHT} (call $say (i64.const 1)) (call $tell) (call $error_set (local.get $handle)) (call $free (local.get $handle))`,
    },
    said(''),
  ],
  [
    'a call after an error is a call like any other',
    {
      body: `(if (i64.eq (call $input_length) (i64.const 1)) (then (call $error_set (call $input_offset))))
        (call $say (call $error_get)) (call $tell)`,
      inputs: ['e', 'ok', 'e'],
    },
    [{ error: 'e' }, { output: '0 ' }, { error: 'e' }],
  ],
];

const ANSWER_HANDLE =
  '(if (i64.ne (local.get $handle) (i64.const 0)) (then (call $output_set (local.get $handle) (call $length (local.get $handle)))))';

const STATE: readonly Conforming[] = [
  [
    'settings as text, by name',
    {
      body: `(local $handle i64)
        (local.set $handle (call $config_get (call $input_offset)))
        ${ANSWER_HANDLE}`,
      config: { on: true, pitch: 1.5, count: -3, word: 'Grüße', empty: '' },
      inputs: ['on', 'pitch', 'count', 'word', 'empty', 'none', ''],
    },
    ['true', '1.5', '-3', 'Grüße', '', '', ''].map((output) => ({ output })),
  ],
  [
    'a setting that is not there, one that is empty, and a name that is no block',
    {
      body: `(call $some (call $config_get ${KEY}))
        (call $some (call $config_get (call $input_offset)))
        (call $some (call $config_get ${NOBODY}))
        (call $tell)`,
      more: WRITE,
      config: { empty: '' },
      inputs: ['empty'],
    },
    said('0 1 0 '),
  ],
  [
    'the name of a setting is freed by the host',
    {
      body: `(local $handle i64) (local $other i64)
        (local.set $handle ${KEY})
        (local.set $other (call $config_get (local.get $handle)))
        (call $say (call $length (local.get $handle)))
        ;; As who has made it may not know.
        (call $free (local.get $handle))
        (call $say (call $load_u64 (local.get $other)))
        (call $tell)`,
      more: WRITE,
      config: { key1: '12345678' },
    },
    said('0 3837363534333231 '),
  ],
  [
    'a value that is kept, read in the next call, replaced and deleted',
    {
      body: `(local $handle i64)
        (local.set $handle (call $var_get ${KEY}))
        ${ANSWER_HANDLE}
        (if (i64.eq (call $input_length) (i64.const 0))
          (then (call $var_set ${KEY} (i64.const 0)))
          (else (call $var_set ${KEY} (call $input_offset))))`,
      more: WRITE,
      inputs: ['one', 'another', '', 'three', 'four'],
    },
    ['', 'one', 'another', '', 'three'].map((output) => ({ output })),
  ],
  [
    'an empty value, which is a value, and the values of names that are none',
    {
      body: `(call $var_set ${KEY} (call $alloc (i64.const 0)))
        (call $some (call $var_get ${KEY}))
        (call $say (call $length (call $var_get ${KEY})))
        (call $some (call $var_get ${WORD}))
        (call $some (call $var_get ${NOBODY}))
        (call $var_set ${NOBODY} (call $alloc (i64.const 1)))
        (call $var_set ${WORD} ${NOBODY})
        (call $some (call $var_get ${WORD}))
        (call $tell)`,
      more: WRITE,
    },
    said('1 0 0 0 0 '),
  ],
  [
    'the name of a value is freed by reading it, not by keeping it',
    {
      body: `${EIGHT}
        (local.set $other ${KEY})
        (call $var_set (local.get $other) (local.get $handle))
        (call $say (call $length (local.get $other)))
        (call $say (call $length (local.get $handle)))
        (drop (call $var_get (local.get $other)))
        (call $say (call $length (local.get $other)))
        (call $tell)`,
      more: WRITE,
    },
    said('4 8 0 '),
  ],
  [
    'lines of the log by their levels, those for tracing left out',
    {
      body: `(call $log_trace ${WORD}) (call $log_debug ${WORD}) (call $log_info ${WORD})
        (call $log_warn ${WORD}) (call $log_error ${WORD})
        (call $say (i64.extend_i32_u (call $get_log_level))) (call $tell)`,
      more: WRITE,
    },
    [{ output: '1 ', log: ['debug Grü', 'info Grü', 'warn Grü', 'error Grü'] }],
  ],
  [
    'a line of the log is freed by the host, and none is written of what is no block',
    {
      body: `(local $handle i64)
        (local.set $handle ${WORD})
        (call $log_info (local.get $handle))
        (call $say (call $length (local.get $handle)))
        (call $log_info (local.get $handle))
        (call $log_info ${NOBODY})
        (local.set $handle ${WORD})
        (call $log_trace (local.get $handle))
        (call $say (call $length (local.get $handle)))
        (call $tell)`,
      more: WRITE,
    },
    [{ output: '0 0 ', log: ['info Grü'] }],
  ],
  [
    'a line of the log that is no UTF-8',
    {
      body: '(call $log_info (call $block (i32.const 40000) (call $write (i32.const 65) (i32.const 255) (i32.const 66) (i32.const 195))))',
      more: WRITE,
    },
    [{ output: '', log: ['info A\uFFFDB\uFFFD'] }],
  ],
  [
    'a start section, and _initialize after it',
    {
      body: '(call $say (global.get $state)) (call $tell)',
      more: `(global $state (mut i64) (i64.const 1))
        (func $start (global.set $state (i64.mul (global.get $state) (i64.const 5))))
        (func (export "_initialize") (global.set $state (i64.add (global.get $state) (i64.const 3))))
        (start $start)`,
      inputs: ['', ''],
    },
    [{ output: '8 ' }, { output: '8 ' }],
  ],
];

describe.each([
  ['memory', MEMORY],
  ['answers', ANSWERS],
  ['settings, values and the log', STATE],
])('alike on both hosts: %s', (_what, cases) => {
  it.each(cases)('%s', async (_name, wanted, outcomes) => {
    expect(await onExtism(wanted)).toEqual(outcomes);
    expect(await onSandbox(wanted)).toEqual(outcomes);
  });
});

type Differing = readonly [name: string, wanted: Case, onExtism: readonly Outcome[], onOurs: readonly Outcome[]];

/** Allocations of a size, so many. */
function allocations(count: number, bytes: number): string {
  return `(local $left i32)
    (local.set $left (i32.const ${count}))
    (loop $again
      (drop (call $alloc (i64.const ${bytes})))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $again (local.get $left)))`;
}

const DIFFERENT: readonly Differing[] = [
  [
    'block 0 is no block: it has no length, and keeps nothing',
    {
      body: `(call $say (call $length (i64.const 0)))
        (call $store_u8 (i64.const 0) (i32.const 7))
        (call $say (i64.extend_i32_u (call $load_u8 (i64.const 0))))
        (call $tell)`,
    },
    said('1 7 '),
    said('0 0 '),
  ],
  [
    'an output is as long as it is said to be, and may begin within a block (the SDK gives the whole block)',
    { body: `${EIGHT} (call $output_set (i64.add (local.get $handle) (i64.const 2)) (i64.const 3))` },
    said('ABCDEFGH'),
    said('CDE'),
  ],
  [
    'an output of a negative length is none (the SDK gives the whole block)',
    { body: `${EIGHT} (call $output_set (local.get $handle) (i64.const -1))` },
    said('ABCDEFGH'),
    TRAPPED,
  ],
  [
    'error 0 takes an error back, as in Extism’s other hosts',
    {
      body: `(call $error_set ${WORD}) (call $error_set (i64.const 0)) (call $say (i64.const 1)) (call $tell)`,
      more: WRITE,
    },
    [{ error: '\0' }],
    said('1 '),
  ],
  [
    'a result that is not 0 is an error, as in Extism’s other hosts',
    { body: '(call $say (i64.const 1)) (call $tell) (return (i32.const 3))' },
    said('1 '),
    [{ error: 'It answered with 3.' }],
  ],
  [
    'after a trap nothing is called again',
    {
      body: '(if (i64.eq (call $input_length) (i64.const 1)) (then unreachable)) (call $say (i64.const 1)) (call $tell)',
      inputs: ['', '!', ''],
    },
    [{ output: '1 ' }, { trapped: true }, { output: '1 ' }],
    [{ output: '1 ' }, { trapped: true }, { trapped: true }],
  ],
  [
    'values that are read are copies (the SDK gives the kept bytes themselves)',
    {
      body: `${EIGHT}
        (call $var_set ${KEY} (local.get $handle))
        (local.set $other (call $var_get ${KEY}))
        (call $store_u64 (local.get $other) (i64.const 0))
        (call $say (call $load_u64 (call $var_get ${KEY})))
        (call $tell)`,
      more: WRITE,
    },
    said('0 '),
    said('4847464544434241 '),
  ],
  [
    'limits: a block of 1 MiB',
    { body: '(drop (call $alloc (i64.const 1048577)))' },
    said(''),
    [{ error: 'It asked for more than 1024 KiB in one piece.' }],
  ],
  [
    'limits: 4 MiB in a call',
    { body: allocations(5, 1_048_576) },
    said(''),
    [{ error: 'It asked for more than 4096 KiB in one call.' }],
  ],
  [
    'limits: 512 blocks in a call',
    { body: allocations(513, 1) },
    said(''),
    [{ error: 'It asked for more than 512 blocks of memory in one call.' }],
  ],
  [
    'limits: 1,000 calls of the host in a call',
    { body: allocations(1_001, 0).replace('(call $alloc (i64.const 0))', '(call $config_get (i64.const 0))') },
    said(''),
    [{ error: 'It called functions of the host more than 1000 times in one call.' }],
  ],
  [
    'limits: 256 KiB of values',
    { body: `(call $var_set ${KEY} (call $alloc (i64.const 262145)))`, more: WRITE },
    said(''),
    [{ error: 'The storage is full: it takes 262144 bytes, and this would make 262145.' }],
  ],
  [
    '_start is not called: there are no programs here, only reactors',
    {
      body: '(call $say (global.get $state)) (call $tell)',
      more: '(global $state (mut i64) (i64.const 1)) (func (export "_start") (global.set $state (i64.const 2)))',
    },
    said('2 '),
    said('1 '),
  ],
];

it.each(DIFFERENT)('different on purpose: %s', async (_name, wanted, extism, ours) => {
  expect(await onExtism(wanted)).toEqual(extism);
  expect(await onSandbox(wanted)).toEqual(ours);
});

it('different on purpose: http_request is refused before anything runs, and the reason names http_fetch', async () => {
  const wanted: Case = { body: '' };
  const { manifest } = await pluginFor(wanted);
  const wasm = await wasmOf(`(module
    (import "extism:host/env" "http_request" (func (param i64 i64) (result i64)))
    (func (export "on_command") (result i32) (i32.const 0)))`);

  const plugin = await createPlugin({ wasm: [{ data: wasm }] }, {});
  expect(await plugin.functionExists('on_command')).toBe(true);
  await plugin.close();
  expect(checkModule(wasm, manifest)).toMatchObject({
    ok: false,
    fault: { kind: 'refused', reason: expect.stringContaining('http_fetch') },
  });
});
