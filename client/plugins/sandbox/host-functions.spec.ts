import {
  MAX_PLUGIN_CLIPS_PER_MINUTE,
  MAX_PLUGIN_STORAGE_BYTES,
  PLUGIN_REFUSED,
  type PluginMembers,
  type PluginPermission,
} from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { watWith } from '../testing/hostile-plugins.ts';
import { pluginOf, type TestPlugin } from '../testing/wat.ts';
import { SandboxFixture } from './testing/sandbox-fixture.ts';

const USER = '"extism:host/user"';
const ENV = '"extism:host/env"';

/** Gives what it is told to a function of the host's, and answers with what that answered: 0 is silence, the rest a complaint. */
function caller(name: string, permission: PluginPermission): Promise<TestPlugin> {
  return pluginOf({
    permissions: [permission],
    targets: permission.name === 'message.send' ? ['client', 'server'] : ['client'],
    wat: watWith(
      '(func (export "on_command") (result i32) (i32.wrap_i64 (call $function (call $input_offset))))',
      `(import ${USER} "${name}" (func $function (param i64) (result i64)))`,
    ),
  });
}

function refusal(of: keyof typeof PLUGIN_REFUSED): object {
  return { kind: 'error', reason: `It answered with ${PLUGIN_REFUSED[of]}.` };
}

/** Of the storage and the settings: the first byte of the input says what is to be done with the rest, `key` or `key=value`. */
const KEEPER = watWith(
  `(func (export "on_command") (result i32) (local $what i32) (local $handle i64) (local $key i64) (local $value i64)
    (local.set $what (call $input_load_u8 (i64.const 0)))
    (local.set $key (call $part (i64.const 1) (call $end)))
    (local.set $value (call $part (i64.add (call $end) (i64.const 1)) (call $input_length)))
    (if (i32.eq (local.get $what) (i32.const 99)) ;; c
      (then (local.set $handle (call $config_get (local.get $key)))))
    (if (i32.eq (local.get $what) (i32.const 103)) ;; g
      (then (local.set $handle (call $var_get (local.get $key)))))
    (if (i32.eq (local.get $what) (i32.const 115)) ;; s
      (then (call $var_set (local.get $key) (local.get $value))))
    (if (i32.eq (local.get $what) (i32.const 100)) ;; d
      (then (call $var_set (local.get $key) (i64.const 0))))
    (if (i64.ne (local.get $handle) (i64.const 0))
      (then (call $output_set (local.get $handle) (call $length (local.get $handle)))))
    (i32.const 0))
  ;; Where the equals sign is, or the end.
  (func $end (result i64) (local $at i64)
    (block $found
      (loop $next
        (br_if $found (i64.ge_u (local.get $at) (call $input_length)))
        (br_if $found (i32.eq (call $input_load_u8 (local.get $at)) (i32.const 61)))
        (local.set $at (i64.add (local.get $at) (i64.const 1)))
        (br $next)))
    (local.get $at))
  (func $part (param $from i64) (param $to i64) (result i64) (local $handle i64) (local $at i64)
    (if (i64.ge_u (local.get $from) (local.get $to)) (then (return (call $alloc (i64.const 0)))))
    (local.set $handle (call $alloc (i64.sub (local.get $to) (local.get $from))))
    (loop $next
      (call $store_u8
        (i64.add (local.get $handle) (local.get $at))
        (call $input_load_u8 (i64.add (local.get $from) (local.get $at))))
      (local.set $at (i64.add (local.get $at) (i64.const 1)))
      (br_if $next (i64.lt_u (i64.add (local.get $from) (local.get $at)) (local.get $to))))
    (local.get $handle))`,
  `(import ${ENV} "var_get" (func $var_get (param i64) (result i64)))
  (import ${ENV} "var_set" (func $var_set (param i64 i64)))`,
);

function keeper(limits = {}): Promise<TestPlugin> {
  return pluginOf({ permissions: [{ name: 'storage' }], limits, wat: KEEPER });
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('settings', () => {
  it('are read as text, as they are by then', async () => {
    const sandbox = new SandboxFixture().start(await keeper(), { config: { pitch: 1.5, on: true, word: 'Grüße' } });

    expect(sandbox.call('cpitch')).toEqual([{ output: '1.5' }]);
    expect(sandbox.call('con')).toEqual([{ output: 'true' }]);
    expect(sandbox.call('cword')).toEqual([{ output: 'Grüße' }]);
    expect(sandbox.call('ctoString')).toEqual([{ output: '' }]);
    sandbox.sut.receive({ type: 'config', config: { pitch: 2 } });
    expect(sandbox.call('cpitch')).toEqual([{ output: '2' }]);
    expect(sandbox.call('con')).toEqual([{ output: '' }]);
  });
});

describe('storage', () => {
  it('holds what was kept before, and tells what is to be kept', async () => {
    const sandbox = new SandboxFixture().start(await keeper(), { storage: { old: bytesOf('1') } });

    expect(sandbox.call('gold')).toEqual([{ output: '1' }]);
    expect(sandbox.call('snew=2')).toEqual([{ type: 'stored', key: 'new', value: bytesOf('2') }, { output: '' }]);
    expect(sandbox.call('gnew')).toEqual([{ output: '2' }]);
    expect(sandbox.call('sempty=')).toEqual([{ type: 'stored', key: 'empty', value: bytesOf('') }, { output: '' }]);
    expect(sandbox.call('dold')).toEqual([{ type: 'stored', key: 'old', value: null }, { output: '' }]);
    expect(sandbox.call('gold')).toEqual([{ output: '' }]);
  });

  it('says nothing of what has not changed', async () => {
    const sandbox = new SandboxFixture().start(await keeper(), { storage: { key: bytesOf('1') } });

    expect(sandbox.call('skey=1')).toEqual([{ output: '' }]);
    expect(sandbox.call('dother')).toEqual([{ output: '' }]);
    expect(sandbox.call('skey=2')).toHaveLength(2);
  });

  it('says a key that changes often in one call once, also where the call ends badly', async () => {
    const plugin = await pluginOf({
      permissions: [{ name: 'storage' }],
      wat: watWith(
        `(func (export "on_command") (result i32)
          (call $var_set (call $input_offset) (call $input_offset))
          (call $var_set (call $input_offset) (call $alloc (i64.const 2)))
          unreachable)`,
        `(import ${ENV} "var_set" (func $var_set (param i64 i64)))`,
      ),
    });

    expect(new SandboxFixture().start(plugin).call('key')).toEqual([
      { type: 'stored', key: 'key', value: new Uint8Array(2) },
      { kind: 'trapped', reason: 'It trapped: unreachable' },
    ]);
  });

  it('takes no more bytes than the manifest says, and counts what goes', async () => {
    const sandbox = new SandboxFixture().start(await keeper({ storageBytes: 10 }));
    const full = { kind: 'error', reason: 'The storage is full: it takes 10 bytes, and this would make 11.' };

    expect(sandbox.call('sa=1234567890')).toHaveLength(2);
    expect(sandbox.call('sb=1')).toEqual([full]);
    expect(sandbox.call('gb')).toEqual([{ output: '' }]);
    expect(sandbox.call('sa=12345678901')).toEqual([full]);
    expect(sandbox.call('sa=123456789')).toHaveLength(2);
    expect(sandbox.call('sb=1')).toHaveLength(2);
    expect(sandbox.call('da')).toHaveLength(2);
    expect(sandbox.call('sb=1234567890')).toHaveLength(2);
  });

  it('has a manifest ask for less, never for more', async () => {
    const { manifest, wasm } = await keeper();
    const limits = { ...manifest.limits, storageBytes: 2 * MAX_PLUGIN_STORAGE_BYTES };
    const sandbox = new SandboxFixture().start({ manifest: { ...manifest, limits }, wasm });

    expect(sandbox.call(`sa=${'x'.repeat(MAX_PLUGIN_STORAGE_BYTES)}`)).toHaveLength(2);
    expect(sandbox.call('sb=x')).toMatchObject([{ kind: 'error' }]);
  });

  it('takes at most 64 keys of at most 64 characters', async () => {
    const sandbox = new SandboxFixture().start(await keeper());

    expect(sandbox.call(`s${'k'.repeat(64)}=`)).toHaveLength(2);
    expect(sandbox.call(`s${'k'.repeat(65)}=`)).toEqual([
      { kind: 'error', reason: 'The storage takes keys of at most 64 characters.' },
    ]);
    for (let key = 1; key < 64; key++) expect(sandbox.call(`s${key}=`)).toHaveLength(2);
    expect(sandbox.call('smore=')).toEqual([{ kind: 'error', reason: 'The storage is full: it has 64 keys.' }]);
    expect(sandbox.call('s1=x')).toHaveLength(2);
  });

  it('shrinks where it is larger than it may be by now', async () => {
    const sandbox = new SandboxFixture().start(await keeper({ storageBytes: 1 }), { storage: { a: bytesOf('12345') } });

    expect(sandbox.call('sa=123456')).toMatchObject([{ kind: 'error' }]);
    expect(sandbox.call('sa=123')).toHaveLength(2);
  });
});

describe('send_message', () => {
  it('posts a message that the schema passes', async () => {
    const sandbox = new SandboxFixture().start(await caller('send_message', { name: 'message.send' }));

    expect(sandbox.call('{"text":"Rolled a 6."}')).toEqual([
      { type: 'act', act: { type: 'message.send', message: { text: 'Rolled a 6.' } } },
      { output: '' },
    ]);
  });

  it.each([
    'no JSON',
    '{"text":" "}',
    '{"text":7}',
    '{}',
    '[]',
    'null',
    `{"text":"${'x'.repeat(100_000)}"}`,
    '['.repeat(100_000),
  ])('answers that it is no message: %.20s', async (input) => {
    const sandbox = new SandboxFixture().start(await caller('send_message', { name: 'message.send' }));
    expect(sandbox.call(input)).toEqual([
      { type: 'log', level: 'warn', text: expect.stringMatching(/^send_message: ./) },
      refusal('invalid'),
    ]);
  });

  it('needs a room at a server', async () => {
    const plugin = await caller('send_message', { name: 'message.send' });
    const sandbox = new SandboxFixture().start(plugin, { target: 'server' });

    expect(sandbox.call('{"text":"Hi"}')).toEqual([
      { type: 'log', level: 'warn', text: 'send_message needs a roomId at a server.' },
      refusal('invalid'),
    ]);
    expect(sandbox.call('{"text":"Hi","roomId":"room-1"}')).toHaveLength(2);
  });

  it('is too often at some time, and not for ever', async () => {
    const sandbox = new SandboxFixture().start(await caller('send_message', { name: 'message.send' }));

    for (let call = 0; call < 20; call++) expect(sandbox.call('{"text":"Hi"}')).toHaveLength(2);
    expect(sandbox.call('{"text":"Hi"}')).toEqual([refusal('quota')]);
    sandbox.nowMs = 60_000;
    expect(sandbox.call('{"text":"Hi"}')).toHaveLength(2);
  });

  it('is too often also where threads before have done it', async () => {
    const spent = [{ kind: 'message.send', agesMs: Array.from({ length: 19 }, () => 10_000) }] as const;
    const plugin = await caller('send_message', { name: 'message.send' });
    const sandbox = new SandboxFixture().start(plugin, { spent });

    expect(sandbox.call('{"text":"Hi"}')).toHaveLength(2);
    expect(sandbox.call('{"text":"Hi"}')).toEqual([refusal('quota')]);
    sandbox.nowMs = 50_000;
    expect(sandbox.call('{"text":"Hi"}')).toHaveLength(2);
  });

  it('is not possible outside of a room', async () => {
    const sandbox = new SandboxFixture().start(await caller('send_message', { name: 'message.send' }));
    sandbox.sut.receive({ type: 'members', members: { room: null, members: [] } });

    expect(sandbox.call('{"text":"Hi"}')).toEqual([refusal('unavailable')]);
  });
});

describe('set_status', () => {
  it('posts a status, trimmed', async () => {
    const sandbox = new SandboxFixture().start(await caller('set_status', { name: 'status.set' }));

    expect(sandbox.call(' hand up ')).toEqual([
      { type: 'act', act: { type: 'status.set', status: 'hand up' } },
      { output: '' },
    ]);
    expect(sandbox.call('x'.repeat(10_000))).toEqual([refusal('invalid')]);
  });

  it('takes no block that is none, and no text that is none', async () => {
    const plugin = await pluginOf({
      permissions: [{ name: 'status.set' }],
      wat: watWith(
        `(func (export "on_command") (result i32) (local $handle i64)
          (local.set $handle (call $alloc (i64.const 1)))
          (call $store_u8 (local.get $handle) (i32.const 0xc3))
          (i32.add
            (i32.mul (i32.const 10) (i32.wrap_i64 (call $set_status (local.get $handle))))
            (i32.wrap_i64 (call $set_status (i64.const -1)))))`,
        `(import ${USER} "set_status" (func $set_status (param i64) (result i64)))`,
      ),
    });
    expect(new SandboxFixture().start(plugin).call()).toMatchObject([{ reason: 'It answered with -11.' }]);
  });
});

describe('play_clip', () => {
  /** Plays what it is told. */
  const player = pluginOf({
    permissions: [{ name: 'clip.play' }],
    wat: watWith(
      `(func (export "on_command") (result i32)
        (i32.wrap_i64 (call $play_clip (call $input_offset))))`,
      `(import ${USER} "play_clip" (func $play_clip (param i64) (result i64)))`,
    ),
  });

  it('posts samples', async () => {
    const sandbox = new SandboxFixture().start(await player);
    const [act] = sandbox.call('\u0001\u0002\u0003\u0004');

    expect(act).toEqual({ type: 'act', act: { type: 'clip.play', samples: Int16Array.of(0x0201, 0x0403) } });
  });

  it.each([0, 1, 3, 960_002])('does not take %i bytes', async (bytes) => {
    const sandbox = new SandboxFixture().start(await player);
    expect(sandbox.call('x'.repeat(bytes))).toEqual([refusal('invalid')]);
  });

  it('takes ten seconds', async () => {
    const sandbox = new SandboxFixture().start(await player);
    expect(sandbox.call('x'.repeat(960_000))).toHaveLength(2);
  });

  it('is too often at some time', async () => {
    const sandbox = new SandboxFixture().start(await player);

    for (let call = 0; call < MAX_PLUGIN_CLIPS_PER_MINUTE; call++) expect(sandbox.call('xx')).toHaveLength(2);
    expect(sandbox.call('xx')).toEqual([refusal('quota')]);
  });
});

describe('http_fetch', () => {
  const fetcher = caller('http_fetch', { name: 'http', hosts: ['api.example.org'] });

  it('asks, and numbers what it asks for', async () => {
    const sandbox = new SandboxFixture().start(await fetcher);
    const input = JSON.stringify({ method: 'POST', url: 'https://api.example.org/a?b=c', body: 'x' });

    expect(sandbox.call(input)).toEqual([
      {
        type: 'act',
        act: {
          type: 'http.fetch',
          requestId: 1,
          request: { method: 'POST', url: 'https://api.example.org/a?b=c', headers: {}, body: 'x' },
        },
      },
      { kind: 'error', reason: 'It answered with 1.' },
    ]);
    expect(sandbox.call(input)).toMatchObject([{ act: { requestId: 2 } }, { reason: 'It answered with 2.' }]);
  });

  it.each([
    ['another host', { url: 'https://example.org/' }],
    ['a host below', { url: 'https://a.api.example.org/' }],
    ['a host that only begins so', { url: 'https://api.example.org.evil.example/' }],
    ['an address with a name in it', { url: 'https://api.example.org@evil.example/' }],
    ['a name and a password', { url: 'https://a:b@api.example.org/' }],
    ['another scheme', { url: 'http://api.example.org/' }],
    ['a header that is the browser’s', { url: 'https://api.example.org/', headers: { Cookie: 'a' } }],
    ['no address', { url: '//api.example.org' }],
    ['a long body', { url: 'https://api.example.org/', method: 'PUT', body: 'ä'.repeat(32_769) }],
    ['a method of its own', { url: 'https://api.example.org/', method: 'TRACE' }],
  ])('refuses %s', async (_what, request) => {
    const sandbox = new SandboxFixture().start(await fetcher);
    expect(sandbox.call(JSON.stringify(request))).toEqual([
      { type: 'log', level: 'warn', text: expect.stringMatching(/^http_fetch: ./) },
      refusal('invalid'),
    ]);
  });

  it('is possible outside of a room', async () => {
    const sandbox = new SandboxFixture().start(await fetcher);
    sandbox.sut.receive({ type: 'members', members: { room: null, members: [] } });
    expect(sandbox.call('{"url":"https://api.example.org/"}')).toHaveLength(2);
  });
});

describe('members', () => {
  it('tells who is there, as it was told', async () => {
    const plugin = await pluginOf({
      permissions: [{ name: 'members.read' }],
      wat: watWith(
        `(func (export "on_command") (result i32) (local $handle i64)
          (local.set $handle (call $members))
          (call $output_set (local.get $handle) (call $length (local.get $handle)))
          (i32.const 0))`,
        `(import ${USER} "members" (func $members (result i64)))`,
      ),
    });
    const sandbox = new SandboxFixture().start(plugin);
    const members: PluginMembers = {
      room: { id: 'room-1', name: 'Room' },
      members: [{ id: 'm', userId: 'u', nickname: 'Ada', self: true, muted: false, speaking: true }],
    };

    expect(sandbox.call()).toEqual([{ output: '{"room":null,"members":[]}' }]);
    sandbox.sut.receive({ type: 'members', members });
    expect(sandbox.call()).toEqual([{ output: JSON.stringify(members) }]);
  });
});

describe('the log', () => {
  it('takes lines of five levels, cut to their length, and not those for tracing', async () => {
    const levels = ['trace', 'debug', 'info', 'warn', 'error'];
    const plugin = await pluginOf({
      permissions: [{ name: 'log' }],
      wat: watWith(
        `(func (export "on_command") (result i32) (local $handle i64)
          ${levels
            .map(
              (level) => `
          (local.set $handle (call $alloc (i64.const 1001)))
          (call $store_u8 (local.get $handle) (i32.const ${level.charCodeAt(0)}))
          (call $log_${level} (local.get $handle))`,
            )
            .join('')}
          (call $get_log_level))`,
        `${levels.map((level) => `(import ${ENV} "log_${level}" (func $log_${level} (param i64)))`).join('\n')}
        (import ${ENV} "get_log_level" (func $get_log_level (result i32)))`,
      ),
    });
    const line = (level: string) => ({ type: 'log', level, text: `${level[0]}${'\0'.repeat(999)}` });

    expect(new SandboxFixture().start(plugin).call()).toEqual([
      ...['debug', 'info', 'warn', 'error'].map(line),
      { kind: 'error', reason: 'It answered with 1.' },
    ]);
  });

  it('is said to be off to who has none', async () => {
    const plugin = await pluginOf({
      wat: watWith(
        '(func (export "on_command") (result i32) (call $get_log_level))',
        `(import ${ENV} "get_log_level" (func $get_log_level (result i32)))`,
      ),
    });
    expect(new SandboxFixture().start(plugin).call()).toMatchObject([{ reason: 'It answered with 2147483647.' }]);
  });
});
