import { SwitchboardError, type ErrorCode, type WhisperTarget } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommand } from '../engine/engine-messages.ts';
import type { Settle } from './control-connection.ts';
import { RoomWhispers } from './room-whispers.ts';
import { settled } from './testing/fake-clock.ts';

const BOB = { memberIds: ['bob'], channelIds: [] };
const LOBBY = { memberIds: [], channelIds: ['lobby'] };

describe('RoomWhispers', () => {
  let asked: { readonly data: unknown; readonly settle: Settle<'whisper.set'> }[];
  let sent: string[];
  let refusals: ErrorCode[];
  let sut: RoomWhispers;

  beforeEach(() => {
    asked = [];
    sent = [];
    refusals = [];
    const session = {
      ask: (_: string, data: unknown, settle: unknown) => {
        asked.push({ data, settle: settle as Settle<'whisper.set'> });
      },
    };
    const send = (command: EngineCommand): void => {
      const named = { target: undefined, grant: undefined, ...command };
      const { targetToken } = (named.target ?? named.grant ?? named) as { targetToken?: number | null };
      sent.push(targetToken === undefined ? command.type : `${command.type} ${targetToken}`);
    };
    sut = new RoomWhispers(session, send, {
      changed: () => undefined,
      addressedBy: (memberId) => sent.push(`heard: ${memberId}`),
      refused: ({ code }) => refusals.push(code),
    });
    sut.entered();
  });

  const grant = (targetToken: number): WhisperTarget => ({ targetToken, secret: 'a'.repeat(64) });
  const accept = (index: number, targetToken: number) => asked[index]?.settle({ ok: true, data: grant(targetToken) });
  const refuse = (index: number, code: ErrorCode) =>
    asked[index]?.settle({ ok: false, error: new SwitchboardError(code) });
  const taken = () => sent.splice(0);

  it('registers an audience once, however often it is whispered to', async () => {
    const first = sut.start({ memberIds: ['b', 'a', 'b'], channelIds: [] });
    accept(0, 7);
    await first;
    sut.stop();
    expect(taken()).toEqual(['whisper.start null', 'whisper.target 7', 'whisper.start 7', 'whisper.stop']);
    await sut.start({ memberIds: ['a', 'b'], channelIds: [] });
    expect(taken()).toEqual(['whisper.start 7']);
    expect(asked.map(({ data }) => data)).toEqual([{ memberIds: ['a', 'b'], channelIds: [] }]);
  });

  it('asks once while the answer is on its way, and keeps the target when the key was let go before', async () => {
    const first = sut.start(BOB);
    sut.stop();
    const second = sut.start(BOB);
    sut.stop();
    taken();
    accept(0, 7);
    await Promise.all([first, second]);
    expect(taken()).toEqual(['whisper.target 7']);
    await sut.start(BOB);
    expect(taken()).toEqual(['whisper.start 7']);
    expect(asked).toHaveLength(1);
  });

  it('does not lead the microphone to an audience that is not meant any more', async () => {
    const first = sut.start(BOB);
    const second = sut.start(LOBBY);
    taken();
    accept(0, 7);
    await first;
    expect(taken()).toEqual(['whisper.target 7']);
    accept(1, 8);
    await second;
    expect(taken()).toEqual(['whisper.target 8', 'whisper.start 8']);
  });

  it('keeps the microphone from the room after a refusal, until the key is let go', async () => {
    const started = sut.start(BOB);
    refuse(0, 'whisper.no_audience');
    await expect(started).rejects.toMatchObject({ code: 'whisper.no_audience' });
    expect(taken()).toEqual(['whisper.start null']);
    expect(sut.audience).toBeNull();
    sut.stop();
    expect(taken()).toEqual(['whisper.stop']);
  });

  it('asks again after a refusal', async () => {
    const refused = sut.start(BOB);
    refuse(0, 'client.disconnected');
    await expect(refused).rejects.toThrow();
    const started = sut.start(BOB);
    expect(sut.audience).toEqual(BOB);
    accept(1, 7);
    await started;
    expect(taken().at(-1)).toBe('whisper.start 7');
  });

  it('registers another target when the one in use is over, and says when that is refused', async () => {
    const started = sut.start(BOB);
    accept(0, 7);
    await started;
    taken();
    sut.hear({ type: 'voice.whisperEnded', data: { targetToken: 7 } });
    expect(taken()).toEqual(['whisper.forget 7', 'whisper.start null']);
    refuse(1, 'whisper.not_allowed');
    await settled();
    expect(refusals).toEqual(['whisper.not_allowed']);
    expect(sut.audience).toBeNull();
  });

  it('forgets a target that is over while no key is held', async () => {
    const started = sut.start(BOB);
    accept(0, 7);
    await started;
    sut.stop();
    sut.hear({ type: 'voice.whisperEnded', data: { targetToken: 7 } });
    void sut.start(BOB);
    expect(asked).toHaveLength(2);
  });

  it('takes an answer of the voice session before for none', async () => {
    const started = sut.start(BOB);
    sut.exited();
    sut.entered();
    taken();
    accept(0, 7);
    await started;
    expect(taken()).toEqual([]);
    void sut.start(BOB);
    expect(asked).toHaveLength(2);
  });

  it('goes on in the next room while the key is held, with one room or none in between', async () => {
    const started = sut.start(BOB);
    accept(0, 7);
    await started;
    sut.exited();
    expect(sut.audience).toBeNull();
    taken();
    sut.entered();
    expect(sut.audience).toEqual(BOB);
    expect(taken()).toEqual(['whisper.start null']);
    accept(1, 8);
    expect(taken()).toEqual(['whisper.target 8', 'whisper.start 8']);
  });

  it('asks again in the next room what was refused in the one before', async () => {
    const started = sut.start(BOB);
    refuse(0, 'whisper.no_audience');
    await expect(started).rejects.toThrow();
    sut.exited();
    sut.entered();
    expect(sut.audience).toEqual(BOB);
    accept(1, 8);
    expect(taken().at(-1)).toBe('whisper.start 8');
  });

  it('says nothing to the next room of a key that was let go before', () => {
    void sut.start(BOB);
    sut.exited();
    sut.stop();
    expect(taken().at(-1)).toBe('whisper.stop');
    sut.entered();
    expect([taken(), sut.audience]).toEqual([[], null]);
  });

  it('refuses where one is in no room, and keeps the microphone from the room that one enters then', async () => {
    sut.exited();
    await expect(sut.start(BOB)).rejects.toMatchObject({ code: 'channel.not_joined' });
    expect([taken(), sut.audience]).toEqual([[], null]);
    sut.entered();
    expect(taken()).toEqual(['whisper.start null']);
  });

  it('hands on what is told of targets', () => {
    sut.hear({ type: 'voice.whisper', data: { ...grant(5), memberId: 'bob', token: 9 } });
    sut.hear({ type: 'voice.whisperSecret', data: grant(6) });
    sut.hear({ type: 'voice.whisperEnded', data: { targetToken: 5 } });
    expect(sent).toEqual(['heard: bob', 'whisper.listen 5', 'whisper.target 6', 'whisper.forget 5']);
  });
});
