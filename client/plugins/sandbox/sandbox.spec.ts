import { FRAME_SAMPLES, MAX_PLUGIN_LOG_LINES_PER_MINUTE, type PluginHook } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { echo, gain, watWith } from '../testing/hostile-plugins.ts';
import * as hostile from '../testing/hostile-plugins.ts';
import { pluginOf, type PluginParts, type TestPlugin } from '../testing/wat.ts';
import { SandboxFixture } from './testing/sandbox-fixture.ts';

const BROKEN = { kind: 'trapped', reason: 'It broke before, and is not called again.' };

/** A plugin of one hook: the body of a function that answers an i32. */
function hookOf(
  body: string,
  {
    hook = 'on_command',
    more = '',
    imports = '',
    ...parts
  }: Partial<PluginParts> & {
    readonly hook?: PluginHook;
    readonly more?: string;
    readonly imports?: string;
  } = {},
): Promise<TestPlugin> {
  return pluginOf({ ...parts, wat: watWith(`(func (export "${hook}") (result i32) ${body}) ${more}`, imports) });
}

describe('Sandbox', () => {
  it('starts a plugin, and answers what its hook answers', async () => {
    const sandbox = new SandboxFixture().start(await echo());

    expect(sandbox.said).toEqual([{ type: 'started' }]);
    expect(sandbox.call('{"text":"Grüße 🎙"}')).toEqual([{ output: '{"text":"Grüße 🎙"}' }]);
    expect(sandbox.call('')).toEqual([{ output: '' }]);
  });

  it('tells what a call has cost', async () => {
    const sandbox = new SandboxFixture();
    const plugin = await hookOf('(drop (call $config_get (call $input_offset))) (i32.const 0)');
    const config = {
      get level() {
        sandbox.nowMs += 2.5;
        return 1;
      },
    };
    sandbox.start(plugin, { config });

    sandbox.sut.receive({ type: 'call', id: 1, hook: 'on_command', input: 'level' });
    expect(sandbox.said.at(-1)).toEqual({ type: 'result', id: 1, output: '', costUs: 2_500 });
  });

  it('runs one plugin, once', async () => {
    const sandbox = new SandboxFixture().start(await gain()).start(await echo());

    expect(sandbox.said).toEqual([{ type: 'started' }]);
    expect(sandbox.call('{}')).toEqual([{ output: '{"reply":"gain"}' }]);
  });

  it('calls no hook that the manifest does not name', async () => {
    const plugin = await pluginOf({
      hooks: ['on_command'],
      wat: watWith(`
        (func (export "on_command") (result i32) (i32.const 0))
        (func (export "on_speaking") (result i32) unreachable)
        (func (export "on_audio_frame_captured") (result i32) unreachable)`),
    });
    const sandbox = new SandboxFixture().start(plugin);

    expect(sandbox.call('{}', 'on_speaking')).toEqual([{ output: '' }]);
    expect(sandbox.frame(2)).toEqual({ samples: Array(FRAME_SAMPLES).fill(2), failed: false });
  });

  it('says what it was asked to do in vain', () => {
    const sandbox = new SandboxFixture();

    expect(sandbox.call()).toEqual([{ kind: 'trapped', reason: 'It does not run.' }]);
    expect(sandbox.frame()).toEqual({ samples: Array(FRAME_SAMPLES).fill(0.5), failed: true });
    sandbox.sut.receive({ type: 'config', config: {} });
    sandbox.sut.receive({ type: 'members', members: { room: null, members: [] } });
    expect(sandbox.said).toHaveLength(1);
  });

  it('refuses a module that the check refuses, or that does not compile', async () => {
    const refused = new SandboxFixture().start(await hostile.forbiddenImport());
    expect(refused.said).toMatchObject([{ type: 'failed', fault: { kind: 'refused' } }]);

    const { manifest, wasm } = await gain();
    // The last byte of the last function: its end.
    const sandbox = new SandboxFixture().start({ manifest, wasm: wasm.with(wasm.lastIndexOf(0x0b), 0x01) });
    expect(sandbox.said).toMatchObject([
      { type: 'failed', fault: { kind: 'refused', reason: expect.stringMatching(/^The module does not compile: /) } },
    ]);
  });

  it('calls _initialize, and knows a start that traps', async () => {
    const state = '(global $ready (mut i32) (i32.const 0))';
    const initialised = await hookOf('(i32.eqz (global.get $ready))', {
      more: `${state} (func (export "_initialize") (global.set $ready (i32.const 1)))`,
    });
    expect(new SandboxFixture().start(initialised).call()).toEqual([{ output: '' }]);

    const broken = await hookOf('(i32.const 0)', { more: '(func $start unreachable) (start $start)' });
    expect(new SandboxFixture().start(broken).said).toEqual([
      { type: 'failed', fault: { kind: 'trapped', reason: 'It trapped: unreachable' } },
    ]);
  });

  it('refuses an event that is larger than its memory for it', async () => {
    const sandbox = new SandboxFixture().start(await echo());

    expect(sandbox.call('ä'.repeat(1_100_000))).toEqual([
      { kind: 'quota', reason: 'What it was to be told has more than 2048 KiB.' },
    ]);
    expect(sandbox.call('{}')).toEqual([{ output: '{}' }]);
  });

  it('has a memory of no more pages than the manifest says', async () => {
    const plugin = await hookOf('(memory.grow (i32.const 3))', { limits: { memoryPages: 3 } });
    expect(new SandboxFixture().start(plugin).call()).toMatchObject([{ reason: 'It answered with -1.' }]);
  });
});

describe('a plugin that fails', () => {
  it('answers with an error, and goes on', async () => {
    const plugin = await hookOf('(call $error_set (call $input_offset)) (i32.const 1)');
    const sandbox = new SandboxFixture().start(plugin);

    expect(sandbox.call('no such die')).toEqual([{ kind: 'error', reason: 'no such die' }]);
    expect(sandbox.call('')).toEqual([{ kind: 'error', reason: 'It answered with an error.' }]);
    expect(sandbox.call('x'.repeat(5_000))).toEqual([{ kind: 'error', reason: `${'x'.repeat(299)}…` }]);
  });

  it('is called no more after a trap', async () => {
    const sandbox = new SandboxFixture().start(await hostile.trap());

    expect(sandbox.call()).toEqual([{ kind: 'trapped', reason: 'It trapped: unreachable' }]);
    expect(sandbox.call()).toEqual([BROKEN]);
    expect(sandbox.frame()).toEqual({ samples: Array(FRAME_SAMPLES).fill(0.5), failed: true });
    expect(sandbox.said).toHaveLength(3);
  });

  it('says why it traps, if it has said so before', async () => {
    const plugin = await hookOf('(call $error_set (call $input_offset)) unreachable');
    expect(new SandboxFixture().start(plugin).call('index out of range')).toEqual([
      { kind: 'trapped', reason: 'It trapped: index out of range' },
    ]);
  });

  it('is told of once where it traps with a frame', async () => {
    const sandbox = new SandboxFixture().start(await hostile.trap());

    expect(sandbox.frame().failed).toBe(true);
    expect(sandbox.frame().failed).toBe(true);
    expect(sandbox.said.slice(1)).toEqual([
      { type: 'failed', fault: { kind: 'trapped', reason: 'It trapped: unreachable' } },
    ]);
    expect(sandbox.call()).toEqual([BROKEN]);
  });

  it.each([
    ['recursion', { kind: 'trapped', reason: expect.stringContaining('stack') }],
    ['memoryBomb', { kind: 'trapped', reason: 'It trapped: unreachable' }],
    ['tinyAllocLoop', { kind: 'quota', reason: 'It asked for more than 512 blocks of memory in one call.' }],
    ['badPointers', { kind: 'trapped', reason: 'It read or wrote outside of a block of memory.' }],
    ['hostCallFlood', { kind: 'quota', reason: 'It called functions of the host more than 1000 times in one call.' }],
  ] as const)('is told apart: %s', async (name, fault) => {
    const plugin = await hostile[name]();

    expect(new SandboxFixture().start(plugin).call('{}')).toEqual([fault]);
    const sandbox = new SandboxFixture().start(plugin);
    expect(sandbox.frame()).toEqual({ samples: Array(FRAME_SAMPLES).fill(0.5), failed: true });
    expect(sandbox.said.at(-1)).toEqual({ type: 'failed', fault });
  });

  it.each([
    ['(drop (call $alloc (i64.const 1048577)))', 'It asked for more than 1024 KiB in one piece.'],
    ['(drop (call $alloc (i64.const -1)))', 'It asked for more than 1024 KiB in one piece.'],
    [
      '(loop $again (drop (call $alloc (i64.const 1048576))) (br $again))',
      'It asked for more than 4096 KiB in one call.',
    ],
  ])('is told what was too much: %s', async (body, reason) => {
    const plugin = await hookOf(`${body} (i32.const 0)`);
    expect(new SandboxFixture().start(plugin).call()).toEqual([{ kind: 'quota', reason }]);
  });

  it.each([
    ['(drop (call $alloc (i64.const -1)))', 'quota'],
    ['(loop $again (drop (call $config_get (i64.const 0))) (br $again))', 'quota'],
    ['(drop (call $load_u64 (i64.const -1)))', 'trapped'],
    ['unreachable', 'trapped'],
  ])('cannot catch what stops it: %s', async (body, kind) => {
    const plugin = await hookOf(`(try (do ${body}) (catch_all)) (i32.const 0)`);
    const sandbox = new SandboxFixture().start(plugin);

    expect(sandbox.call()).toMatchObject([{ kind }]);
    expect(sandbox.call()).toEqual([BROKEN]);
  });

  it('has no byte more than it may', async () => {
    const plugin = await hookOf(`(local $left i32)
      (local.set $left (i32.const 4))
      (loop $again
        (drop (call $alloc (i64.const 1048576)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $again (local.get $left)))
      (drop (call $alloc (i64.const 1)))
      (i32.const 0)`);
    expect(new SandboxFixture().start(plugin).call('abc')).toMatchObject([{ kind: 'quota' }]);
  });

  it('has each quota for each call anew', async () => {
    const plugin = await hookOf(`(local $left i32)
      (local.set $left (i32.const 4))
      (loop $again
        (drop (call $alloc (i64.const 1048576)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $again (local.get $left)))
      (local.set $left (i32.const 508))
      (loop $again
        (drop (call $alloc (i64.const 0)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $again (local.get $left)))
      (local.set $left (i32.const 1000))
      (loop $again
        (drop (call $config_get (i64.const 0)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $again (local.get $left)))
      (i32.const 0)`);
    const sandbox = new SandboxFixture().start(plugin);

    for (let call = 0; call < 3; call++) expect(sandbox.call()).toEqual([{ output: '' }]);
  });

  it('cannot answer with too much, or with what is no text', async () => {
    const giant = new SandboxFixture().start(await hostile.giantOutput());
    expect(giant.call()).toEqual([{ kind: 'output', reason: 'It answered with more than 64 KiB.' }]);
    expect(giant.call()).toHaveLength(1);

    const binary = new SandboxFixture().start(await hostile.notUtf8Output());
    expect(binary.call()).toEqual([{ kind: 'output', reason: 'It answered with what is no text in UTF-8.' }]);

    const largest = new SandboxFixture().start(await echo());
    expect(largest.call('x'.repeat(65_536))).toEqual([{ output: 'x'.repeat(65_536) }]);
    expect(largest.call('x'.repeat(65_537))).toMatchObject([{ kind: 'output' }]);
  });

  it('keeps no more than it may, and is told so', async () => {
    const sandbox = new SandboxFixture().start(await hostile.variablesBomb());
    const kept = () => sandbox.said.filter((message) => message.type === 'stored').map(({ value }) => value?.length);

    expect(sandbox.call().at(-1)).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining('The storage is full'),
    });
    expect(kept()).toEqual([65_536, 65_536, 65_536, 65_536]);
    expect(sandbox.call()).toMatchObject([{ kind: 'error' }]);
  });

  it('asks no host that it does not name', async () => {
    const sandbox = new SandboxFixture().start(await hostile.forbiddenHttp());

    expect(sandbox.call()).toEqual([
      { type: 'log', level: 'warn', text: 'http_fetch: The manifest does not name the host intranet.example.org.' },
      { output: '{"reply":"no"}' },
    ]);
  });

  it('does not fill the log', async () => {
    const sandbox = new SandboxFixture().start(await hostile.logFlood());
    const lines = () => sandbox.said.filter(({ type }) => type === 'log').length;

    sandbox.call();
    expect(sandbox.call()).toEqual([{ output: '' }]);
    expect(lines()).toBe(MAX_PLUGIN_LOG_LINES_PER_MINUTE);
    sandbox.nowMs = 60_000;
    sandbox.call();
    expect(lines()).toBe(2 * MAX_PLUGIN_LOG_LINES_PER_MINUTE);
  });
});

describe('a frame', () => {
  it('is changed in place, by the hook that it is for', async () => {
    const sandbox = new SandboxFixture().start(await gain());

    expect(sandbox.frame(0.5)).toEqual({ samples: Array(FRAME_SAMPLES).fill(0.25), failed: false });
    expect(sandbox.frame(-1, { hook: 'on_audio_frame_received' })).toEqual({
      samples: Array(FRAME_SAMPLES).fill(-0.5),
      failed: false,
    });
  });

  it('is changed as often as one likes', async () => {
    const sandbox = new SandboxFixture().start(await gain());

    for (let frame = 0; frame < 20_000; frame++) {
      const samples = new Float32Array(FRAME_SAMPLES).fill(1);
      const answer = sandbox.sut.frame({ sequence: frame, hook: 'on_audio_frame_captured', speaker: 0, samples });
      if (answer.failed || samples[959] !== 0.5) throw new Error(`Frame ${frame} failed.`);
    }
    for (let call = 0; call < 20_000; call++) {
      sandbox.sut.receive({ type: 'call', id: call, hook: 'on_command', input: '{}' });
    }
    expect(new Set(sandbox.said.slice(1).map(({ type }) => type))).toEqual(new Set(['result']));
  });

  it('stays as it is where the plugin answers nothing', async () => {
    const plugin = await hookOf('(i32.const 0)', { hook: 'on_audio_frame_captured' });
    expect(new SandboxFixture().start(plugin).frame(0.7).samples[0]).toBeCloseTo(0.7);
  });

  it('comes back finite and within ±1', async () => {
    const { samples, failed } = new SandboxFixture().start(await hostile.nanFrames()).frame(0.5);

    expect(failed).toBe(false);
    expect(samples).toEqual(Array.from({ length: FRAME_SAMPLES / 5 }, () => [0, 0, 0, 1, -1]).flat());
  });

  it('comes back finite and within ±1, whatever it is', async () => {
    const { sut } = new SandboxFixture().start(await echo());
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: FRAME_SAMPLES, maxLength: FRAME_SAMPLES }),
        fc.constantFrom('on_audio_frame_captured' as const, 'on_audio_frame_received' as const),
        (given, hook) => {
          const { samples } = sut.frame({ sequence: 0, hook, speaker: 0, samples: given.slice() });
          for (const [index, sample] of samples.entries()) {
            const was = given[index]!;
            if (Number.isFinite(was)) expect(sample).toBe(Math.max(-1, Math.min(1, was)));
            else expect(sample).toBe(0);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('stays as it is where the plugin answers another number of samples, and the log says so once', async () => {
    const sandbox = new SandboxFixture().start(await hostile.wrongLengthFrames());

    for (let frame = 0; frame < 3; frame++) {
      expect(sandbox.frame(0.5)).toEqual({ samples: Array(FRAME_SAMPLES).fill(0.5), failed: true });
    }
    expect(sandbox.said.slice(1)).toEqual([
      { type: 'log', level: 'error', text: 'It answered a frame with something else than 960 samples.' },
    ]);
  });

  it('may be answered from anywhere in a block', async () => {
    const plugin = await hookOf(
      `(local $handle i64)
      (local.set $handle (call $alloc (i64.const 4000)))
      (call $store_u64 (i64.add (local.get $handle) (i64.const 3)) (i64.const 0x3f8000003f000000))
      (call $output_set (i64.add (local.get $handle) (i64.const 3)) (i64.const 3840))
      (i32.const 0)`,
      { hook: 'on_audio_frame_captured' },
    );
    expect(new SandboxFixture().start(plugin).frame(0.1).samples.slice(0, 3)).toEqual([0.5, 1, 0]);
  });

  it('is refused where it is none', async () => {
    const { sut } = new SandboxFixture().start(await gain());
    const samples = new Float32Array(959).fill(0.5);
    expect(sut.frame({ sequence: 7, hook: 'on_audio_frame_captured', speaker: 0, samples })).toEqual({
      sequence: 7,
      samples: new Float32Array(959).fill(0.5),
      costUs: 0,
      failed: true,
    });
  });

  it('tells the plugin whose it is', async () => {
    const imports = '(import "extism:host/user" "speaker" (func $speaker (result i64)))';
    const plugin = await pluginOf({
      wat: watWith(
        `(func $answer (result i32) (i32.wrap_i64 (call $speaker)))
        (export "on_audio_frame_received" (func $answer)) (export "on_command" (func $answer))`,
        imports,
      ),
    });
    const sandbox = new SandboxFixture().start(plugin);

    sandbox.frame(0, { hook: 'on_audio_frame_received', speaker: 3 });
    expect(sandbox.said.at(-1)).toMatchObject({ type: 'log', text: 'It answered with 3.' });
    expect(sandbox.call()).toEqual([{ output: '' }]);
  });
});
