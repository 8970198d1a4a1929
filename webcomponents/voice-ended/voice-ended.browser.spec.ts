import type { Problem } from '@switchboard/client';
import { ERROR_SENTENCES } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { expectAccessible, find, mount, once, query, words } from '../testing/stage.ts';
import { isEnding, VoiceEnded } from './voice-ended.ts';

const NOON_MS = Date.UTC(2026, 10, 18, 12);

async function ended(problem: Problem): Promise<VoiceEnded> {
  return mount(Object.assign(new VoiceEnded(), { problem }));
}

const details = (sut: VoiceEnded) => [...sut.renderRoot.querySelectorAll('.detail')].map(words);

describe('VoiceEnded', () => {
  it.each<[Problem['code'], string]>([
    ['session.kicked', 'You were removed from the server'],
    ['session.logged_out', 'You are signed out'],
  ])('for %s says so, and leads back', async (code, title) => {
    const sut = await ended({ code, message: ERROR_SENTENCES[code] });
    expect(words(find(sut, 'h2'))).toBe(title);
    expect(details(sut)).toEqual([]);
    await expectAccessible(sut);
    const again = once(sut, 'voice-connect-again');
    find(sut, 'button').click();
    await again;
  });

  it('says why and until when someone is banned, and leads nowhere', async () => {
    const sut = await ended({ code: 'access.banned', message: '', reason: 'Spam', untilMs: NOON_MS });
    const [reason, until] = details(sut);
    expect(reason).toBe('Reason: Spam');
    expect(until).toMatch(/^Until .*2026/);
    expect(query(sut, 'button')).toBeNull();
    await expectAccessible(sut);
  });

  it.each<[string, Problem, string[]]>([
    ['for good', { code: 'access.banned', message: '', reason: '', untilMs: null }, ['The ban has no end.']],
    [
      'and refused at the door',
      { code: 'access.banned', message: 'You are banned until tomorrow.' },
      ['You are banned until tomorrow.'],
    ],
  ])('of who is banned %s it says what is known', async (_, problem, expected) => {
    expect(details(await ended(problem))).toEqual(expected);
  });

  it('knows an end from other failures', () => {
    expect([isEnding(null), isEnding({ code: 'session.replaced', message: '' })]).toEqual([false, false]);
    expect(isEnding({ code: 'session.kicked', message: '' })).toBe(true);
  });
});
