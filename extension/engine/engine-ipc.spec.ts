import type { EngineCommand, EngineEvent, VoiceStats } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf, readFromEngine, readToEngine } from './engine-ipc.ts';

const SECRET = 'ab'.repeat(32);
const EPOCH = { channelId: 'lobby', epoch: 7, secret: SECRET };
const AUDIO = { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null } as const;
const WHISPER = { targetToken: 9, secret: SECRET };
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
  dropped: { malformed: 0, unknown_token: 1, not_authentic: 2, wrong_epoch: 3, undecodable: 4, overflow: 5 },
};

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
