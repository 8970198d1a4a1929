import type { ClientState } from '@switchboard/client';
import { member, message, people, roomState, sent } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import { translate as t } from '../testing/translate.ts';
import { newsText } from './news-text.ts';
import { mentions, newsBetween } from './news.ts';

const by = (who: typeof people.grace, id: string, text: string) => sent({ by: who, id, text });
const chat = (...entries: ClientState['chat']['entries']): Partial<ClientState> => ({
  chat: { entries, more: false, loading: false, typing: [] },
});
const state = (change: Partial<ClientState> = {}): ClientState => ({ ...roomState, ...change });
const newcomer = member({ id: 'new', nickname: 'Barbara', channelId: 'lobby' });

describe('newsBetween', () => {
  it('tells who comes into the room', () => {
    const elsewhere = member({ id: 'else', channelId: 'quiet' });
    const after = state({ members: [...roomState.members, newcomer, elsewhere] });
    expect(newsBetween(state(), after)).toEqual([{ kind: 'arrival', name: 'Barbara' }]);
    const moved = roomState.members.map((each) => (each.id === 'margaret' ? { ...each, channelId: 'lobby' } : each));
    expect(newsBetween(state(), state({ members: moved }))).toEqual([{ kind: 'arrival', name: 'Margaret H' }]);
  });

  it('tells nothing of what one finds in another room, or after a comeback', () => {
    const members = [...roomState.members, newcomer];
    expect(newsBetween(state({ channelId: 'quiet' }), state({ members }))).toEqual([]);
    expect(newsBetween(state({ channelId: null }), state({ members }))).toEqual([]);
    const away = { connection: { status: 'reconnecting', attempt: 1, retryAtMs: 0, problem: null } } as const;
    expect(newsBetween(state(away), state({ members }))).toEqual([]);
  });

  it('does not tell what a plugin hides', () => {
    const hidden = {
      status: 'sent',
      message: message({ by: people.grace, id: 'm2', text: 'Buy moths, Ada Lovelace' }),
      remarks: { hidden: { pluginName: 'Tidy', text: 'Spam' }, notes: [] },
    } as const;
    const noted = { ...hidden, message: { ...hidden.message, id: 'm3' }, remarks: { hidden: null, notes: [] } };
    const first = by(people.grace, 'm1', 'before');
    expect(newsBetween(state(chat(first)), state(chat(first, hidden, noted)))).toHaveLength(1);
  });

  it('tells what others write, and whether it names one', () => {
    const first = by(people.grace, 'm1', 'before');
    const after = chat(
      first,
      by(people.grace, 'm2', 'hello'),
      by(people.self, 'm3', 'mine'),
      by(people.linus, 'm4', 'ada lovelace, look'),
    );
    expect(newsBetween(state(chat(first)), state(after))).toEqual([
      { kind: 'message', name: 'Grace Hopper', text: 'hello' },
      { kind: 'mention', name: 'linus', text: 'ada lovelace, look' },
    ]);
  });

  it('tells nothing of older messages, of the first page, of deleted ones', () => {
    const newer = by(people.grace, 'm5', 'x');
    const older = by(people.grace, 'm1', 'old');
    expect(newsBetween(state(chat(newer)), state(chat(older, newer)))).toEqual([]);
    const loading = { chat: { entries: [], more: true, loading: true, typing: [] } };
    expect(newsBetween(state(loading), state(chat(older)))).toEqual([]);
    const deleted = { status: 'sent', message: { ...message({ by: people.grace, id: 'm6' }), deletedAt: 1 } } as const;
    expect(newsBetween(state(chat(newer)), state(chat(newer, deleted)))).toEqual([]);
  });
});

describe('mentions', () => {
  it.each([
    ['hi @Ada!', true],
    ['ADA', true],
    ['Canada', false],
    ['adaptive', false],
    ['canada ada', true],
    ['', false],
  ])('%j: %s', (text, named) => {
    expect(mentions(text, 'Ada')).toBe(named);
  });

  it('names nobody who has no name', () => {
    expect(mentions('anything', ' ')).toBe(false);
  });
});

describe('newsText', () => {
  const arrival = (name: string) => ({ kind: 'arrival', name }) as const;
  const written = (name: string, text: string) => ({ kind: 'message', name, text }) as const;

  it('is one sentence for all of it', () => {
    const names = (...all: string[]) => newsText(all.map(arrival), t)?.sentence;
    expect(newsText([], t)).toBeUndefined();
    expect(names('A')).toBe('A has come into the room.');
    expect(names('A', 'B')).toBe('A and B have come into the room.');
    expect(names('A', 'B', 'C')).toBe('A, B and C have come into the room.');
    expect(names('A', 'B', 'C', 'D')).toBe('A, B and 2 more have come into the room.');
    expect(newsText([written('A', 'hello')], t)).toEqual({ sentence: 'A: hello', chat: true });
    expect(newsText([written('A', 'x'), written('B', 'y'), arrival('C')], t)).toEqual({
      sentence: 'C has come into the room. 2 new messages in the room.',
      chat: true,
    });
  });

  it('makes no link of what people write, and is no longer than one reads', () => {
    const { sentence } = newsText([written('A', `[click](command:evil)\n${'x'.repeat(500)}`)], t)!;
    expect(sentence).not.toContain('](');
    expect(sentence).not.toContain('\n');
    expect(sentence.length).toBeLessThan(150);
  });
});
