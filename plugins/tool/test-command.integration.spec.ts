import { readWav, writeWav } from '@switchboard/client/headless';
import { FRAME_SAMPLES } from '@switchboard/protocol';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wasmOf } from '../../client/plugins/testing/wat.ts';
import { ToolBench } from './testing/tool-bench.ts';

const command = {
  hook: 'on_command',
  event: {
    name: 'half',
    args: '',
    member: { id: 'm', userId: 'u', nickname: 'Ada', self: true },
    room: { id: 'r', name: 'Lobby' },
  },
};

describe('npm run plugin -- test', () => {
  let bench: ToolBench;

  beforeEach(async () => {
    bench = await ToolBench.open();
    await bench.writePlugin('half');
  });

  afterEach(() => bench.close());

  async function tested(events: unknown, ...args: readonly string[]): Promise<number> {
    await bench.write('half/events.json', JSON.stringify(events));
    return bench.run('test', 'half', ...args);
  }

  it('says what each hook answered, what it did, and what it took', async () => {
    const calls = [
      { ...command, expect: { reply: 'It works.' }, acts: [{ type: 'status.set', status: 'Half on' }] },
      command,
    ];
    expect(await tested({ calls })).toBe(0);
    const text = bench.said.join('\n');
    expect(text).toMatch(/on_command {2}[\d.]+ µs {2}\{"reply":"It works\."\}/);
    expect(text).toContain('log info: It works.');
    expect(text).toContain('{"type":"status.set","status":"Half on"}');
    expect(bench.said.at(-1)).toBe('2 calls, all as they should be.');
  });

  it.each([
    ['another answer', { expect: { reply: 'It does not.' } }, 'expected {"reply":"It does not."}'],
    ['no answer', { expect: null }, 'expected null'],
    ['no act', { acts: [] }, 'expected it to do []'],
    ['another act', { acts: [{ type: 'status.set', status: 'Off' }] }, '"Off"'],
  ])('fails where %s is expected', async (_, expectation, part) => {
    expect(await tested({ calls: [{ ...command, ...expectation }] })).toBe(1);
    expect(bench.said.find((line) => line.includes('✗'))).toContain(part);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['a hook that there is not', { calls: [{ hook: 'on_sleep' }] }, 'calls.0.hook'],
    ['a hook that the plugin has not', { calls: [{ hook: 'on_timer' }] }, 'plugin.json does not name on_timer'],
    ['an event that is none', { calls: [{ hook: 'on_command', event: { name: 'half' } }] }, 'calls.0.event.args'],
    ['a setting that there is not', { config: { pitch: 3 } }, 'config.pitch'],
    ['a target that the plugin has not', { target: 'server' }, 'no target server'],
  ])('names file and field of events.json with %s', async (_, events, part) => {
    await bench.write('half/events.json', typeof events === 'string' ? events : JSON.stringify(events));
    expect(await bench.run('test', 'half')).toBe(1);
    expect(bench.complaints[0]).toContain(bench.path('half/events.json'));
    expect(bench.complaints[0]).toContain(part);
  });

  it('sends a sound through the plugin, and writes what comes out', async () => {
    const spoken = Float32Array.from({ length: FRAME_SAMPLES * 12.5 }, (_, at) => 0.6 * Math.sin(at / 20));
    await bench.write('in.wav', writeWav(spoken));
    expect(await bench.run('test', 'half', '--wav', 'in.wav', '--out', 'out.wav')).toBe(0);
    expect(bench.said.join('\n')).toMatch(/on_audio_frame_captured {2}13 frames: median .* 0 failed/);
    const heard = readWav(await readFile(bench.path('out.wav')));
    expect(heard).toHaveLength(spoken.length);
    for (const [at, sample] of heard.entries()) expect(sample).toBeCloseTo((spoken[at] ?? 0) / 2, 3);
  });

  it('takes the sound that is in the folder', async () => {
    await bench.write('half/test.wav', writeWav(new Float32Array(FRAME_SAMPLES)));
    expect(await bench.run('test', 'half')).toBe(0);
    expect(bench.said.join('\n')).toContain('1 frames');
  });

  it('says what would have been stopped: code that may not run, and a hook that does not end', async () => {
    await bench.writePlugin('half', { permissions: [] });
    expect(await bench.run('test', 'half')).toBe(1);
    expect(bench.complaints[0]).toContain('log');
    await bench.writePlugin('half');
    await bench.write('half/plugin.wasm', await endless());
    expect(await tested({ calls: [command] })).toBe(1);
    expect(bench.complaints[1]).toContain('more than 500 ms');
  });

  it('says that there is nothing to do, and how to build', async () => {
    expect(await bench.run('test', 'half')).toBe(0);
    expect(bench.said.at(-1)).toContain('nothing to call');
    await bench.write('bare/plugin.json', await readFile(bench.path('half/plugin.json')));
    expect(await bench.run('test', 'bare')).toBe(1);
    expect(bench.complaints[0]).toContain('build makes it');
  });
});

function endless(): Promise<Uint8Array> {
  return wasmOf(`(module
    (func (export "on_audio_frame_captured") (result i32) (i32.const 0))
    (func (export "on_command") (result i32) (loop $on (br $on)) (i32.const 0)))`);
}
