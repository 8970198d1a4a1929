import type { ClientState } from '@switchboard/client';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { member, people, roomState } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import type { CallState } from '../calls/calls.ts';
import { bookmark } from '../room-panel/testing/fixture-calls.ts';
import { translate as t } from '../testing/translate.ts';
import { statusTexts } from './status-text.ts';

const texts = (state: Partial<ClientState> = {}, speakers = true) =>
  statusTexts(
    { status: 'open', bookmark, client: new FixtureClient({ ...roomState, speaking: [], ...state }) },
    speakers,
    t,
  );

describe('statusTexts', () => {
  it('has nothing to say while there is no call', () => {
    expect(statusTexts({ status: 'none' }, true, t)).toEqual({});
  });

  it('names the room, and shows microphone and sound', () => {
    const shown = texts();
    expect(shown.room).toMatchObject({ text: '$(organization) Lobby', command: 'openChat', problem: false });
    expect(shown.microphone).toMatchObject({ text: '$(mic)', command: 'toggleMute', problem: false });
    expect(shown.sound).toMatchObject({ text: '$(unmute)', command: 'toggleDeafen' });
    expect(shown.speakers).toBeUndefined();
    for (const item of Object.values(shown)) expect(item.spoken.length).toBeGreaterThan(5);
  });

  it('offers the rooms to whom is in none', () => {
    expect(texts({ channelId: null })).toEqual({ room: expect.objectContaining({ command: 'join' }) });
  });

  it.each<[string, Partial<ClientState>, string, boolean]>([
    ['connecting', { connection: { status: 'connecting' } }, 'Connecting…', false],
    [
      'coming back',
      { connection: { status: 'reconnecting', attempt: 1, retryAtMs: 0, problem: null } },
      'Reconnecting…',
      true,
    ],
    ['without a way for voice', { lane: { status: 'unreachable' } }, 'Lobby', true],
    ['in an echo test', { echoTest: true }, 'Echo test', false],
  ])('shows that one is %s', (_, state, words, problem) => {
    expect(texts(state).room).toMatchObject({ problem, text: expect.stringContaining(words) as string });
  });

  it('says why one is not back yet', () => {
    const problem = { code: 'client.certificate_untrusted', message: '' } as const;
    const { room } = texts({ connection: { status: 'reconnecting', attempt: 2, retryAtMs: 0, problem } });
    expect(room!.tooltip).toContain('Nobody vouches for the certificate');
  });

  it('says that sound begins anew', () => {
    const soundProblem = { code: 'client.audio_broke', message: '' } as const;
    expect(texts({ soundProblem }).room).toMatchObject({ text: '$(sync~spin) Lobby', problem: true });
    expect(texts({ soundProblem }).room!.spoken).toContain('Starting it again');
  });

  it('says why a call has ended', () => {
    const ended: CallState = { status: 'ended', bookmark, problem: { code: 'session.kicked', message: '' } };
    const { room, ...others } = statusTexts(ended, true, t);
    expect(room).toMatchObject({ problem: true });
    expect(room!.tooltip).toContain('Workshop: A moderator has removed you');
    expect(others).toEqual({});
  });

  it.each<[string, Partial<ClientState>, string, boolean]>([
    ['speaks', { speaking: [people.self.id] }, '$(mic-filled)', false],
    ['is muted', { muted: true }, '$(mic) Muted', false],
    ['is muted by a moderator', { serverMuted: true }, '$(circle-slash) Muted by a moderator', true],
    [
      'has no microphone',
      { microphone: { status: 'failed', problem: { code: 'client.microphone_missing', message: '' } } },
      '$(warning) No microphone',
      true,
    ],
  ])('shows of the microphone who %s', (_, state, text, problem) => {
    expect(texts(state).microphone).toMatchObject({ text, problem });
  });

  it('tells of push-to-talk', () => {
    expect(texts({ activation: { mode: 'push-to-talk' } }).microphone!.tooltip).toContain('talk key');
  });

  it('names who speaks in the room, and counts the rest', () => {
    const many = ['A', 'B', 'C', 'D'].map((name) => member({ id: name, nickname: name, channelId: 'lobby' }));
    const members = [people.self, people.margaret, ...many];
    const speaking = (ids: readonly string[], speakers = true) => texts({ members, speaking: ids }, speakers).speakers;
    expect(speaking(['A', 'B', 'C'])?.text).toBe('$(megaphone) A, B, C');
    expect(speaking(['A', 'B', 'C', 'D'])?.text).toBe('$(megaphone) A, B and 2 more');
    expect(speaking(['A', 'B', 'C', 'D'])?.spoken).toBe('Speaking: A, B, C, D');
    expect(speaking(['self', 'margaret'])).toBeUndefined();
    expect(speaking(['A'], false)).toBeUndefined();
  });

  it('makes no icons of what people are called', () => {
    const members = [people.self, member({ id: 'x', nickname: '$(flame) x', channelId: 'lobby' })];
    expect(texts({ members, speaking: ['x'] }).speakers?.text).toBe(String.raw`$(megaphone) \$(flame) x`);
  });
});
