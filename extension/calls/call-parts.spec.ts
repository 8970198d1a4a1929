import { ERROR_CODES, ERROR_SENTENCES } from '@switchboard/protocol';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { roomState } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import { plain, withoutIcons } from '../notifications/plain-text.ts';
import { bookmark, FixtureCalls } from '../room-panel/testing/fixture-calls.ts';
import { translate as t } from '../testing/translate.ts';
import { connected } from './connected.ts';
import { changedKeys, contextKeys } from './context-keys.ts';
import { onCallChange } from './follow-call.ts';
import { keepLastRoom, lastRoom } from './last-room.ts';
import { onceEach } from './once-each.ts';
import { endingSentence, remedyOf, sentenceOf } from './sentences.ts';

describe('contextKeys', () => {
  it('says what one can do', () => {
    const nothing = contextKeys({ status: 'none' });
    expect(Object.values(nothing).every((value) => !value)).toBe(true);
    const state = { ...roomState, muted: true, permissions: [...roomState.permissions, 'channel.temporary'] };
    const inRoom = contextKeys({ status: 'open', bookmark, client: new FixtureClient(state) });
    expect(inRoom).toEqual({
      active: true,
      connected: true,
      inRoom: true,
      muted: true,
      deafened: false,
      pushToTalk: false,
      mayMakeRooms: true,
    });
    expect(changedKeys(nothing, inRoom)).toEqual(['active', 'connected', 'inRoom', 'muted', 'mayMakeRooms']);
    expect(changedKeys(undefined, nothing)).toHaveLength(7);
    expect(changedKeys(inRoom, inRoom)).toEqual([]);
  });
});

describe('onCallChange', () => {
  it('follows the client of the call, and none of the calls before', () => {
    const calls = new FixtureCalls();
    const [first, second] = [new FixtureClient(roomState), new FixtureClient(roomState)];
    let told = 0;
    const sut = onCallChange(calls, () => told++);
    calls.open(first);
    first.show({ muted: true });
    expect(told).toBe(2);
    calls.open(second);
    first.show({ muted: false });
    expect(told).toBe(3);
    second.show({ muted: true });
    sut.dispose();
    second.show({ muted: false });
    expect([told, first.listeners, second.listeners]).toEqual([4, 0, 0]);
  });
});

describe('connected', () => {
  const connecting = (client: FixtureClient) => ({ status: 'connecting', bookmark, client }) as const;

  it('is told when it has come about, and not before', async () => {
    const calls = new FixtureCalls();
    const client = new FixtureClient(roomState);
    calls.become(connecting(client));
    let told: boolean | undefined;
    const waiting = connected(calls).then((answer) => (told = answer));
    await Promise.resolve();
    expect(told).toBeUndefined();
    calls.open(client);
    await waiting;
    expect(told).toBe(true);
    expect(await connected(calls)).toBe(true);
  });

  it('is not where another came, or none', async () => {
    const calls = new FixtureCalls();
    calls.become(connecting(new FixtureClient(roomState)));
    const refused = connected(calls);
    calls.end({ code: 'auth.nickname_taken', message: '' });
    expect(await refused).toBe(false);
    calls.become(connecting(new FixtureClient(roomState)));
    const replaced = connected(calls);
    calls.open(new FixtureClient(roomState));
    expect(await replaced).toBe(false);
    calls.become({ status: 'none' });
    expect(await connected(calls)).toBe(false);
  });
});

describe('the last room', () => {
  it('is written when it is another, and read with care', async () => {
    const kept = new Map<string, unknown>();
    let writes = 0;
    const memory = {
      get: (key: string) => kept.get(key),
      update: (key: string, value: unknown) => {
        writes++;
        kept.set(key, value);
        return Promise.resolve();
      },
    };
    const room = { bookmarkId: 'b1', channelId: 'c1' };
    await keepLastRoom(memory, undefined);
    await keepLastRoom(memory, room);
    await keepLastRoom(memory, { ...room });
    expect([writes, lastRoom(memory)]).toEqual([1, room]);
    await keepLastRoom(memory, undefined);
    expect(lastRoom(memory)).toBeUndefined();
    for (const odd of [null, 'x', { bookmarkId: 1, channelId: 'c' }]) {
      kept.set([...kept.keys()][0]!, odd);
      expect(lastRoom(memory)).toBeUndefined();
    }
  });
});

describe('sentences', () => {
  it('are our own, but for what the server alone knows', () => {
    expect(sentenceOf({ code: 'auth.log_in_ended', message: ERROR_SENTENCES['auth.log_in_ended'] }, t)).toBe(
      'Your sign-in has expired. Sign in again.',
    );
    expect(sentenceOf({ code: 'access.banned', message: 'Banned until noon.' }, t)).toBe('Banned until noon.');
    // What a program of the command line is told to do helps nobody here.
    expect(sentenceOf({ code: 'client.certificate_untrusted', message: 'give it as --fingerprint' }, t)).not.toContain(
      '--',
    );
  });

  it('say why and until when a session has ended', () => {
    const banned = { code: 'access.banned', message: '', reason: 'Noise' } as const;
    expect(endingSentence({ ...banned, untilMs: null }, t, 'en')).toBe(
      'You are banned from this server. Reason: Noise The ban does not end.',
    );
    expect(endingSentence({ ...banned, untilMs: Date.UTC(2026, 11, 24, 12) }, t, 'en')).toContain('December 24, 2026');
  });

  it('speak of the editor, not of a browser', () => {
    for (const code of ERROR_CODES.filter((each) => each.startsWith('client.') && each !== 'client.insecure_page'))
      expect(sentenceOf({ code, message: '' }, t)).not.toMatch(/browser|page/i);
  });

  it('come with the one thing that helps', () => {
    expect(remedyOf('auth.log_in_ended')).toBe('sign-in');
    expect(remedyOf('client.certificate_untrusted')).toBe('trust');
    expect(remedyOf('client.unreachable')).toBe('connect');
    expect(remedyOf('protocol.version_unsupported')).toBe('open-page');
    expect(remedyOf('access.banned')).toBeUndefined();
    for (const code of ['auth.too_many_attempts', 'auth.invite_invalid', 'auth.registration_closed'] as const)
      expect(remedyOf(code)).toBe('sign-in');
  });
});

describe('plain', () => {
  it('leaves nothing that a notification would make a link or an icon of', () => {
    expect(plain('[x](command:evil)')).toBe('[x] (command:evil)');
    expect(plain('a\n\n b\t')).toBe('a b');
    expect(plain('y'.repeat(1_000)).length).toBe(300);
    expect(withoutIcons('$(flame)')).toBe(String.raw`\$(flame)`);
  });
});

describe('onceEach', () => {
  it('says a line once, and remembers only so many', () => {
    const said: string[] = [];
    const sut = onceEach((line) => said.push(line));
    for (const line of ['a', 'b', 'a']) sut(line);
    expect(said).toEqual(['a', 'b']);
    for (let index = 0; index < 1_000; index++) sut(`${index}`);
    sut('a');
    expect(said.filter((line) => line === 'a')).toHaveLength(2);
  });
});
