import type { EngineCommand, EngineEvent, FromSandbox, ToSandbox, VoiceStats } from '@switchboard/client';
import {
  MAX_PLUGIN_ALLOC_BYTES,
  MAX_PLUGIN_CLIP_SAMPLES,
  MAX_PLUGIN_STORAGE_BYTES,
  MAX_PLUGIN_WASM_BYTES,
  SwitchboardError,
} from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf, readFromEngine, readToEngine } from './engine-ipc.ts';

const SECRET = 'ab'.repeat(32);
const EPOCH = { channelId: 'lobby', epoch: 7, secret: SECRET };
const AUDIO = { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null } as const;
const WHISPER = { targetToken: 9, secret: SECRET };
const FETCH = { method: 'GET', url: 'https://example.org/', headers: {}, body: '' } as const;
const STATS: VoiceStats = {
  lane: 'udp',
  roundTripMs: null,
  lossUp: 0,
  lossDown: 0.5,
  inputLevelDbfs: -127,
  frameCostMs: 0.8,
  packetsSent: 50,
  packetsReceived: 100,
  speakers: [{ memberId: 'bob', received: 1, concealed: 2, recovered: 3, late: 4, duplicate: 5, depth: 6 }],
  plugins: [{ sandboxId: 3, frames: 50, missed: 1, meanUs: 20.5, maxUs: 40 }],
  dropped: { malformed: 0, unknown_token: 1, not_authentic: 2, wrong_epoch: 3, undecodable: 4, overflow: 5 },
};

const START: Extract<ToSandbox, { type: 'start' }> = {
  type: 'start',
  wasm: Uint8Array.of(0, 1, 2),
  manifest: {
    schema: 1,
    id: 'test',
    version: '1.0.0',
    abi: 1,
    name: 'Test',
    description: 'For tests.',
    author: 'Tests',
    licence: 'MIT',
    targets: ['client'],
    hooks: ['on_speaking'],
    commands: [],
    permissions: [],
    limits: { memoryPages: 1, callMs: 100, storageBytes: 100 },
    config: { type: 'object', properties: {} },
    sha256: 'ab'.repeat(32),
  },
  target: 'client',
  config: { loud: true, gain: 0.5, name: 'x' },
  storage: { key: Uint8Array.of(7) },
  spent: [{ kind: 'log', agesMs: [0.5, 59_000] }],
};
const CALL: Extract<ToSandbox, { type: 'call' }> = { type: 'call', id: 4, hook: 'on_speaking', input: '{}' };
const TO_SANDBOX: readonly ToSandbox[] = [
  START,
  CALL,
  { type: 'config', config: {} },
  { type: 'members', members: { room: null, members: [] } },
];
const FROM_SANDBOX: readonly FromSandbox[] = [
  { type: 'loaded' },
  { type: 'started' },
  { type: 'failed', fault: { kind: 'refused', reason: 'why' } },
  { type: 'result', id: 4, output: '{}', costUs: 1.5 },
  { type: 'fault', id: 4, fault: { kind: 'trapped', reason: 'why' } },
  { type: 'log', level: 'info', text: 'words' },
  { type: 'stored', key: 'key', value: null },
  { type: 'stored', key: 'key', value: Uint8Array.of(7) },
  { type: 'act', act: { type: 'clip.play', samples: Int16Array.of(1, -2) } },
  { type: 'act', act: { type: 'http.fetch', requestId: 1, request: FETCH } },
];

const COMMANDS: readonly EngineCommand[] = [
  {
    type: 'enter',
    grant: {
      token: 1,
      hopKey: 'cd'.repeat(16),
      epoch: EPOCH,
      members: [{ memberId: 'bob', token: 2 }],
      whispers: [{ ...WHISPER, memberId: 'bob', token: 2 }],
      audio: AUDIO,
      lanes: { udp: { port: 7702 }, websocket: { url: 'wss://example.org/voice', port: 443 }, dataChannel: false },
    },
    controlHost: 'example.org',
    secure: true,
  },
  { type: 'leave' },
  { type: 'hurry' },
  { type: 'member.add', memberId: 'bob', token: 2 },
  { type: 'member.remove', memberId: 'bob' },
  { type: 'epoch', epoch: EPOCH },
  { type: 'audio', audio: AUDIO },
  { type: 'self', muted: true, deafened: false },
  { type: 'volume', memberId: 'bob', gain: 1.5 },
  { type: 'activation', activation: { mode: 'voice', activationDbfs: -50, releaseDbfs: -56 } },
  { type: 'activation', activation: { mode: 'push-to-talk' } },
  { type: 'talk', pressed: true },
  { type: 'typing', typing: true },
  { type: 'echo', on: true },
  { type: 'plugins', captured: [1, 2], received: [] },
  { type: 'clip', samples: Int16Array.of(1, -2, 3) },
  { type: 'whisper.target', target: WHISPER },
  { type: 'whisper.listen', grant: { ...WHISPER, memberId: 'bob', token: 2 } },
  { type: 'whisper.forget', targetToken: 9 },
  { type: 'whisper.start', targetToken: null },
  { type: 'whisper.stop' },
];

const EVENTS: readonly EngineEvent[] = [
  { type: 'lane', lane: { status: 'idle' } },
  { type: 'lane', lane: { status: 'connecting' } },
  { type: 'lane', lane: { status: 'connected', lane: 'websocket' } },
  { type: 'lane', lane: { status: 'unreachable' } },
  { type: 'speaking', memberId: 'bob', speaking: true },
  { type: 'whispering', memberId: 'bob', whispering: false },
  { type: 'self.speaking', speaking: true },
  { type: 'echo.ended' },
  { type: 'level', dbfs: -20.5 },
  { type: 'stats', stats: STATS },
];

describe('messages between the editor and its engine', () => {
  it.each(COMMANDS.map((command) => [command.type, command] as const))('carry the command %s whole', (_, command) => {
    const message = { type: 'command', command } as const;
    expect(readToEngine(structuredClone(message))).toEqual(message);
  });

  it.each(EVENTS.map((event) => [event.type, event] as const))('carry the event %s whole', (_, event) => {
    const message = { type: 'event', event } as const;
    expect(readFromEngine(structuredClone(message))).toEqual(message);
  });

  it.each(TO_SANDBOX.map((message) => [message.type, message] as const))('carry %s to a plugin whole', (_, inner) => {
    const message = { type: 'sandbox.post', sandboxId: 3, message: inner } as const;
    expect(readToEngine(structuredClone(message))).toEqual(message);
  });

  it.each(FROM_SANDBOX.map((message) => [message.type, message] as const))('carry %s of a plugin whole', (_, inner) => {
    const message = { type: 'sandbox.message', sandboxId: 3, message: inner } as const;
    expect(readFromEngine(structuredClone(message))).toEqual(message);
  });

  it.each<[string, ToSandbox]>([
    ['a module that is too large', { ...START, wasm: new Uint8Array(MAX_PLUGIN_WASM_BYTES + 1) }],
    ['a manifest that is none', { ...START, manifest: { ...START.manifest, hooks: [] } }],
    ['too much in storage', { ...START, storage: { all: new Uint8Array(MAX_PLUGIN_STORAGE_BYTES + 1) } }],
    [
      'too many names in storage',
      { ...START, storage: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`key${i}`, new Uint8Array(1)])) },
    ],
    ['an input that is too long', { ...CALL, input: 'x'.repeat(MAX_PLUGIN_ALLOC_BYTES + 1) }],
  ])('refuse %s', (_, inner) => {
    expect(readToEngine({ type: 'sandbox.post', sandboxId: 3, message: inner })).toBeUndefined();
  });

  it('refuse a clip that is too long, of a plugin and for the engine', () => {
    const samples = new Int16Array(MAX_PLUGIN_CLIP_SAMPLES + 1);
    const act = { type: 'clip.play', samples } as const;
    expect(readFromEngine({ type: 'sandbox.message', sandboxId: 3, message: { type: 'act', act } })).toBeUndefined();
    expect(readToEngine({ type: 'command', command: { type: 'clip', samples } })).toBeUndefined();
    const most = samples.subarray(1);
    expect(readToEngine({ type: 'command', command: { type: 'clip', samples: most } })).toBeDefined();
  });

  it('refuse anything else', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (nonsense) => {
        expect(readToEngine(nonsense)).toBeUndefined();
        expect(readFromEngine(nonsense)).toBeUndefined();
      }),
    );
  });

  it('refuse a command with a field that the schema does not know, instead of dropping it', () => {
    expect(readToEngine({ type: 'command', command: { type: 'talk', pressed: true, loudly: true } })).toBeUndefined();
  });

  it('refuse secrets of a wrong length', () => {
    const command = { type: 'epoch', epoch: { ...EPOCH, secret: 'ab' } };
    expect(readToEngine({ type: 'command', command })).toBeUndefined();
  });
});

describe(failureOf, () => {
  it('keeps code and sentence, and shows nobody what else was thrown', () => {
    const refused = new SwitchboardError('client.microphone_refused', 'Not now.');
    expect(failureOf(refused, 'client.audio_failed')).toEqual({ code: refused.code, message: 'Not now.' });
    const { code, message } = failureOf(new Error('at line 7'), 'client.audio_failed');
    expect([code, message.includes('line 7')]).toEqual(['client.audio_failed', false]);
  });
});
