import { MAX_PLUGIN_WASM_BYTES, type PluginHook, type PluginPermission } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as plugins from '../testing/hostile-plugins.ts';
import { wasmOf } from '../testing/wat.ts';
import { checkModule, type ModuleRules } from './module-check.ts';
import { leb } from './wasm-reader.ts';

const ALL_PERMISSIONS: readonly PluginPermission[] = [
  { name: 'log' },
  { name: 'storage' },
  { name: 'message.send' },
  { name: 'status.set' },
  { name: 'clip.play' },
  { name: 'members.read' },
  { name: 'http', hosts: ['api.example.org'] },
];

const LIMITS = { memoryPages: 256, callMs: 500, storageBytes: 0 };

function rules({
  hooks = [],
  permissions = [],
  limits = {},
}: Partial<{
  hooks: readonly PluginHook[];
  permissions: readonly PluginPermission[];
  limits: Partial<ModuleRules['limits']>;
}> = {}): ModuleRules {
  return { hooks: [...hooks], permissions: [...permissions], limits: { ...LIMITS, ...limits } };
}

function check(wasm: Uint8Array<ArrayBuffer>, wanted = rules()): Uint8Array<ArrayBuffer> | string {
  const checked = checkModule(wasm, wanted);
  return checked.ok ? checked.wasm : checked.fault.reason;
}

async function checkWat(wat: string, wanted = rules(), features = {}): Promise<Uint8Array<ArrayBuffer> | string> {
  return check(await wasmOf(wat, { features }), wanted);
}

/** The exported memory or table of a module, as it is when it begins. */
function exported(wasm: Uint8Array<ArrayBuffer> | string): WebAssembly.Exports {
  if (typeof wasm === 'string') throw new Error(wasm);
  return new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
}

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const bytes = (...tail: readonly number[]) => Uint8Array.from([...HEADER, ...tail]);

describe('what is no module', () => {
  it.each([
    ['nothing', Uint8Array.of(), 'This is not a WebAssembly module of version 1.'],
    ['text', new TextEncoder().encode('(module)'), 'This is not a WebAssembly module of version 1.'],
    ['a component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0), 'This is not a WebAssembly module of version 1.'],
    ['a section without a length', bytes(1), 'The module is cut short.'],
    ['a section that goes on behind the end', bytes(1, 2, 0), 'The module is cut short.'],
    [
      'a length of six bytes',
      bytes(1, 0x80, 0x80, 0x80, 0x80, 0x80, 0),
      'The module has a number that is longer than 32 bits.',
    ],
    [
      'a length of 35 bits',
      bytes(1, 0xff, 0xff, 0xff, 0xff, 0x7f),
      'The module has a number that is longer than 32 bits.',
    ],
    ['sections in another order', bytes(3, 1, 0, 1, 1, 0), 'The sections of the module are not in order.'],
    ['a section twice', bytes(1, 1, 0, 1, 1, 0), 'The sections of the module are not in order.'],
    ['a section that nobody knows', bytes(14, 0), 'The module has a section of an unknown kind, 14.'],
    ['more types than bytes', bytes(1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f), 'The module is cut short.'],
    ['a section with something left', bytes(1, 2, 0, 0), 'A section of the module is longer than what is in it.'],
    ['a name that is no text', bytes(7, 5, 1, 1, 0xff, 0, 0), 'The module has a name that is no text.'],
  ])('is refused: %s', (_what, wasm, reason) => {
    expect(check(wasm)).toBe(reason);
  });

  it('is refused for its size before anything else', () => {
    expect(check(new Uint8Array(MAX_PLUGIN_WASM_BYTES + 1))).toBe('The module has more than 4 MiB.');
    expect(check(new Uint8Array(MAX_PLUGIN_WASM_BYTES))).not.toBe('The module has more than 4 MiB.');
  });

  it.each([
    ['sections', bytes(...Array<number[]>(1_001).fill([0, 0]).flat())],
    ['types', bytes(1, 0xd3, 0x2e, 0xd1, 0x0f, ...Array<number[]>(2_001).fill([0x60, 0, 0]).flat())],
    ['functions', bytes(3, 0xa4, 0x8d, 0x06, 0xa1, 0x8d, 0x06, ...Array<number>(100_001).fill(0))],
    ['globals', bytes(6, 0xb5, 0xea, 0x01, 0x91, 0x4e, ...Array<number>(30_003).fill(0))],
    ['parameters of one function', bytes(1, 0x25, 1, 0x60, 33, ...Array<number>(34).fill(0x7f))],
    ['results of one function', bytes(1, 0x0d, 1, 0x60, 0, 9, ...Array<number>(9).fill(0x7f))],
  ])('is refused where it has more %s than any compiler makes', (what, wasm) => {
    expect(check(wasm)).toMatch(new RegExp(`^The module has more than \\d+ ${what}\\.$`));
  });

  it('takes the smallest one, and sections of names', () => {
    expect(check(bytes())).toEqual(bytes());
    expect(check(bytes(0, 1, 0, 0, 2, 0, 9))).toEqual(bytes(0, 1, 0, 0, 2, 0, 9));
  });
});

describe('functions', () => {
  const END = 0x0b;
  const FILL = [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0b, 0];
  /** The same number in two bytes. */
  const LONG_FILL = [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x8b, 0, 0];
  const times = (count: number, code: readonly number[]) => Array<readonly number[]>(count).fill(code).flat();

  /** A module with a memory and functions of () → nothing, each of these bodies. */
  function moduleOf(...bodies: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
    const code = [...leb(bodies.length), ...bodies.flatMap((body) => [...leb(body.length), ...body])];
    const types = [...leb(bodies.length), ...bodies.map(() => 0)];
    return Uint8Array.from([
      ...HEADER,
      ...[1, 4, 1, 0x60, 0, 0],
      ...[3, ...leb(types.length), ...types],
      ...[5, 4, 1, 1, 1, 1],
      ...[10, ...leb(code.length), ...code],
    ]);
  }

  /** A body of this many bytes. */
  const bodyOf = (size: number) => [0, ...times(size - 2, [0x01]), END];
  const withLocals = (...groups: readonly number[]) => [
    ...leb(groups.length),
    ...groups.flatMap((count) => [...leb(count), 0x7f]),
    END,
  ];

  it.each([
    [
      'large',
      bodyOf(262_144),
      bodyOf(262_145),
      /^The module has a function of 262145 bytes: 262144 \(256 KiB\) at most/,
    ],
    [
      'of bulk instructions',
      [0, ...times(64, FILL), END],
      [0, ...times(65, FILL), END],
      /more than 64 instructions that/,
    ],
    [
      'of bulk instructions with long numbers',
      [0, ...times(64, LONG_FILL), END],
      [0, ...times(65, LONG_FILL), END],
      /more than 64 instructions that/,
    ],
    ['of locals', withLocals(5_000), withLocals(5_001), /a function with more than 5000 locals/],
    ['of groups of locals', withLocals(2_500, 2_500), withLocals(2_500, 2_501), /with more than 5000 locals/],
  ])('are refused where one is too %s, and only then', (_what, most, tooMuch, reason) => {
    expect(WebAssembly.validate(moduleOf(most))).toBe(true);
    expect(check(moduleOf(most, [0, END]))).toBeInstanceOf(Uint8Array);
    expect(WebAssembly.validate(moduleOf(tooMuch))).toBe(true);
    expect(check(moduleOf([0, END], tooMuch))).toMatch(reason);
  });

  it('are refused where all together have too many locals', () => {
    const most = times(100, [5_000]).map((count) => withLocals(count));
    expect(check(moduleOf(...most))).toBeInstanceOf(Uint8Array);
    expect(check(moduleOf(...most, withLocals(1)))).toBe(
      'The functions of the module have more than 500000 locals together.',
    );
  });

  it('may each fill and copy', () => {
    const body = [0, ...times(64, FILL), END];
    expect(check(moduleOf(body, body, body))).toBeInstanceOf(Uint8Array);
  });

  it.each([
    [
      'locals of the garbage collector',
      [1, 1, 0x6e, END],
      'The module uses a type of values that is not possible here.',
    ],
    ['groups of locals that are not there', [3, 1, 0x7f, END], 'The module is cut short.'],
  ])('are refused for %s', (_what, body, reason) => {
    expect(check(moduleOf(body))).toBe(reason);
  });

  it('are refused where there are more bytes than functions', () => {
    expect(check(bytes(10, 5, 1, 2, 0, END, 0))).toBe('A section of the module is longer than what is in it.');
  });
});

describe('imports', () => {
  const env = (name: string, type: string) => `(module (import "extism:host/env" "${name}" (func ${type})))`;
  const user = (name: string, type: string) => `(module (import "extism:host/user" "${name}" (func ${type})))`;

  it.each([
    ['env', 'log_info', '(param i64)', 'log'],
    ['env', 'var_get', '(param i64) (result i64)', 'storage'],
    ['env', 'var_set', '(param i64 i64)', 'storage'],
    ['user', 'send_message', '(param i64) (result i64)', 'message.send'],
    ['user', 'set_status', '(param i64) (result i64)', 'status.set'],
    ['user', 'play_clip', '(param i64) (result i64)', 'clip.play'],
    ['user', 'members', '(result i64)', 'members.read'],
    ['user', 'http_fetch', '(param i64) (result i64)', 'http'],
  ])('of %s.%s %s need the permission %s', async (module, name, type, permission) => {
    const wat = module === 'env' ? env(name, type) : user(name, type);
    const others = ALL_PERMISSIONS.filter((one) => one.name !== permission);

    expect(await checkWat(wat, rules({ permissions: ALL_PERMISSIONS }))).toBeInstanceOf(Uint8Array);
    expect(await checkWat(wat, rules({ permissions: others }))).toBe(
      `The module imports extism:host/${module}.${name}, for which plugin.json must ask for the permission “${permission}”.`,
    );
  });

  it('have the type that the host has', async () => {
    expect(await checkWat(env('alloc', '(param i64) (result i64)'))).toBeInstanceOf(Uint8Array);
    expect(await checkWat(env('alloc', '(param i32) (result i64)'))).toBe(
      'The module imports extism:host/env.alloc as (i32) → i64: it is (i64) → i64.',
    );
    expect(await checkWat(env('free', '(param i64) (result i64)'))).toBe(
      'The module imports extism:host/env.free as (i64) → i64: it is (i64) → nothing.',
    );
    expect(check(bytes(2, 12, 1, 3, 0x61, 0x62, 0x63, 4, 0x66, 0x72, 0x65, 0x65, 0, 9))).toMatch(/^The module imports/);
  });

  it.each([
    [env('http_request', '(param i64 i64) (result i64)'), 'call http_fetch of extism:host/user'],
    [env('nonsense', ''), 'docs/plugins.md names the functions'],
    [env('constructor', ''), 'extism:host/env.constructor, which does not exist here'],
    ['(module (import "__proto__" "toString" (func)))', '__proto__.toString, which does not exist here'],
    ['(module (import "wasi_snapshot_preview1" "fd_write" (func)))', 'There is no WASI here'],
    ['(module (import "env" "abort" (func)))', '--use abort='],
    ['(module (import "env" "printf" (func)))', 'that nothing defines'],
  ])('that do not exist are refused with advice: %s', async (wat, reason) => {
    expect(await checkWat(wat, rules({ permissions: ALL_PERMISSIONS }))).toContain(reason);
  });

  it.each([
    ['(memory 1)', 'memory'],
    ['(table 1 funcref)', 'table'],
    ['(global i32)', 'global'],
    ['(global (mut i64))', 'global'],
  ])('are functions, not %s', async (what, kind) => {
    expect(await checkWat(`(module (import "extism:host/env" "alloc" ${what}))`)).toBe(
      `The module imports the ${kind} extism:host/env.alloc: only functions can be imported.`,
    );
  });

  it('are named, cut to what one can read', async () => {
    const reason = await checkWat(`(module (import "${'x'.repeat(900)}" "f" (func)))`);
    expect(reason).toHaveLength(`The module imports .f, which does not exist here. `.length + 80 + 51);
    expect(await checkWat(`(module (import "${'x'.repeat(1_001)}" "f" (func)))`)).toBe(
      'The module has a name that is too long.',
    );
  });
});

describe('memory', () => {
  it.each([
    ['(memory (export "memory") 1)', {}, 256],
    ['(memory (export "memory") 1 1000)', {}, 256],
    ['(memory (export "memory") 1 7)', {}, 7],
    ['(memory (export "memory") 1)', { memoryPages: 5 }, 5],
    ['(memory (export "memory") 1 3)', { memoryPages: 5 }, 3],
    ['(memory (export "memory") 5)', { memoryPages: 5 }, 5],
  ])('%s with %o grows to %i pages', async (memory, limits, pages) => {
    const wasm = await checkWat(`(module ${memory} (data (i32.const 0) "kept"))`, rules({ limits }));
    const grown = exported(wasm).memory as WebAssembly.Memory;

    expect(new TextDecoder().decode(grown.buffer.slice(0, 4))).toBe('kept');
    grown.grow(pages - grown.buffer.byteLength / 65_536);
    expect(() => grown.grow(1)).toThrow();
  });

  it.each([
    ['(memory 6)', { memoryPages: 5 }, 'The module begins with 6 pages of memory'],
    ['(memory 257)', {}, 'The module begins with 257 pages of memory'],
    // A manifest that somebody has not checked.
    ['(memory 257)', { memoryPages: 9_999 }, '256 are allowed'],
  ])('%s with %o is refused', async (memory, limits, reason) => {
    expect(await checkWat(`(module ${memory})`, rules({ limits }))).toContain(reason);
  });

  it('is one, unshared, of 32 bits', () => {
    expect(check(bytes(5, 5, 2, 0, 1, 0, 1))).toBe('The module has several memories: one at most.');
    expect(check(bytes(5, 4, 1, 3, 1, 2))).toMatch(/compile without threads/);
    expect(check(bytes(5, 3, 1, 4, 1))).toMatch(/compile for wasm32/);
    expect(check(bytes(5, 4, 1, 8, 1, 0))).toMatch(/compile for wasm32/);
    expect(check(bytes(5, 4, 1, 1, 2, 1))).toMatch(/larger than its own maximum/);
  });
});

describe('tables', () => {
  it('grow to 65,536 elements', async () => {
    const wat = '(module (table (export "a") 1 funcref) (table (export "b") 2 3 externref))';
    const { a, b } = exported(await checkWat(wat, rules(), { reference_types: true })) as Record<
      string,
      WebAssembly.Table
    >;

    a!.grow(65_535);
    expect(() => a!.grow(1)).toThrow();
    b!.grow(1);
    expect(() => b!.grow(1)).toThrow();
  });

  it('are few, and not large from the start', async () => {
    const features = { reference_types: true };
    expect(await checkWat('(module (table 65537 funcref))')).toBe(
      'The module has a table of 65537 elements: 65536 at most.',
    );
    expect(await checkWat(`(module ${'(table 1 funcref)'.repeat(5)})`, rules(), features)).toBe(
      'The module has more than 4 tables.',
    );
    expect(check(bytes(4, 4, 1, 0x69, 0, 1))).toMatch(/^The module has a table of a kind/);
  });
});

describe('exports', () => {
  const hooks = ['on_command', 'on_config'] as const;

  it('cover the hooks, with their type', async () => {
    const hook = (name: string, type = '(result i32)') => `(func (export "${name}") ${type} unreachable)`;

    expect(await checkWat(`(module ${hook('on_command')} ${hook('on_config')})`, rules({ hooks }))).toBeInstanceOf(
      Uint8Array,
    );
    expect(await checkWat(`(module ${hook('on_command')})`, rules({ hooks }))).toBe(
      'The module exports no function on_config, which plugin.json names as a hook.',
    );
    expect(await checkWat('(module (global (export "on_command") i32 (i32.const 0)))', rules({ hooks }))).toBe(
      'The module exports no function on_command, which plugin.json names as a hook.',
    );
    expect(await checkWat(`(module ${hook('on_command', '(param i32)')})`, rules({ hooks }))).toBe(
      'The module exports on_command as (i32) → nothing: a hook is () → i32.',
    );
    expect(check(bytes(7, 14, 1, 10, ...new TextEncoder().encode('on_command'), 0, 0), rules({ hooks }))).toBe(
      'The module exports on_command as something without a type: a hook is () → i32.',
    );
  });

  it('may have a hook that is imported, and a beginning that takes nothing', async () => {
    const wat = `(module
      (import "extism:host/env" "get_log_level" (func $level (result i32)))
      (export "on_command" (func $level))
      (func $begin) (start $begin)`;
    const wanted = rules({ hooks: ['on_command'] });

    expect(await checkWat(`${wat} (export "_initialize" (func $begin)))`, wanted)).toBeInstanceOf(Uint8Array);
    expect(await checkWat(`${wat} (export "_initialize" (func $level)))`, wanted)).toBe(
      'The module exports _initialize as () → i32: it is called without anything.',
    );
  });
});

describe('extensions', () => {
  it('that put things outside of the memory are refused', async () => {
    expect(check(bytes(1, 3, 1, 0x5f, 0))).toMatch(/garbage collector/);
    expect(check(bytes(1, 4, 1, 0x60, 1, 0x6e))).toBe('The module uses a type of values that is not possible here.');
    expect(await checkWat('(module (tag (param i32)))', rules(), { exceptions: true })).toMatch(/compile without them/);
  });

  it('that only compute are not', async () => {
    const simd = '(module (func (param v128) (result v128) (i32x4.add (local.get 0) (local.get 0))))';
    expect(await checkWat(simd, rules(), { simd: true })).toBeInstanceOf(Uint8Array);
    const bulk = '(module (memory 1) (data "x") (func (data.drop 0)))';
    expect(await checkWat(bulk, rules(), { bulk_memory: true })).toBeInstanceOf(Uint8Array);
  });
});

describe('whatever it is given', () => {
  const wanted = rules({
    hooks: ['on_command'],
    permissions: ALL_PERMISSIONS,
  });

  /** Each kind of section once, and little in it. */
  const SMALL = `(module
    (import "extism:host/env" "get_log_level" (func $level (result i32)))
    (type $hook (func (result i32)))
    (table 2 4 funcref)
    (memory (export "memory") 1)
    (global $count (mut i32) (i32.const 0))
    (func (export "on_command") (type $hook)
      (global.set $count (i32.add (global.get $count) (i32.load (i32.const 0))))
      (call_indirect (type $hook) (i32.const 1)))
    (func $start (i32.store (i32.const 4) (i32.const 7)))
    (start $start)
    (elem (i32.const 1) $level)
    (data (i32.const 0) "\\01\\00\\00\\00 and some more of what can be anything"))`;

  /** Takes it or refuses it; and what it takes, the engine takes or refuses. */
  async function survives(wasm: Uint8Array<ArrayBuffer>): Promise<void> {
    const before = wasm.slice();
    const checked = checkModule(wasm, wanted);
    expect(wasm).toEqual(before);
    if (!checked.ok) {
      expect(checked.fault).toEqual({
        kind: 'refused',
        reason: expect.stringMatching(/^(The|This|A) .+\.$/),
      });
      return;
    }
    const module = await WebAssembly.compile(checked.wasm).catch((error: unknown) => error);
    if (!(module instanceof WebAssembly.Module)) {
      expect(module).toBeInstanceOf(WebAssembly.CompileError);
      return;
    }
    for (const { kind, module: from } of WebAssembly.Module.imports(module)) {
      expect(kind).toBe('function');
      expect(from).toMatch(/^extism:host\/(env|user)$/);
    }
  }

  it('keeps its word: random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (tail) => {
        await survives(Uint8Array.from(tail));
        await survives(bytes(...tail));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps its word: random sections', async () => {
    const section = fc
      .tuple(fc.integer({ min: 0, max: 14 }), fc.uint8Array({ maxLength: 40 }))
      .map(([id, content]) => [id, content.length, ...content]);
    await fc.assert(
      fc.asyncProperty(fc.array(section, { maxLength: 8 }), (sections) => {
        sections.sort(([one = 0], [other = 0]) => one - other);
        return survives(bytes(...sections.flat()));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps its word: modules that somebody has changed', async () => {
    const valid = [(await plugins.gain()).wasm, await wasmOf(SMALL)];
    const change = fc.record({
      at: fc.noBias(fc.nat(100_000)),
      byte: fc.nat(255),
      kind: fc.constantFrom('set', 'set', 'set', 'insert', 'remove', 'cut'),
    });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...valid),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async (of, changes) => {
          const wasm = Array.from(of);
          for (const { at, byte, kind } of changes) {
            const place = at % wasm.length;
            if (kind === 'set') wasm[place] = byte;
            else if (kind === 'insert') wasm.splice(place, 0, byte);
            else if (kind === 'remove') wasm.splice(place, 1);
            else wasm.length = Math.max(place, 1);
          }
          if (checkModule(Uint8Array.from(wasm), wanted).ok) taken++;
          await survives(Uint8Array.from(wasm));
        },
      ),
      { numRuns: 3_000 },
    );
    // Else it would be the refusals alone that have been tried.
    expect(taken).toBeGreaterThan(100);
  });
});
