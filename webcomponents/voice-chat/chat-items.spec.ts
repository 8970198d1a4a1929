import { describe, expect, it } from 'vitest';
import { NOON_MS, people, sent } from '../testing/fixtures.ts';
import { reply } from '../testing/plugin-fixtures.ts';
import { chatItems, countUnread } from './chat-items.ts';

const { grace, linus, self } = people;
const MINUTE_MS = 60_000;
const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
const shown = (entries: Parameters<typeof chatItems>[0]['entries'], readId: string | null = null) =>
  chatItems({ entries, selfUserId: self.userId, readId }, dayOf).map((item) =>
    item.kind === 'entry' ? (item.first ? 'first' : 'next') : item.kind,
  );

describe('chatItems', () => {
  it('groups messages of one author that follow soon', () => {
    const entries = [
      sent({ by: grace, id: '1' }),
      sent({ by: grace, id: '2', createdAt: NOON_MS + 4 * MINUTE_MS }),
      sent({ by: grace, id: '3', createdAt: NOON_MS + 10 * MINUTE_MS }),
      sent({ by: linus, id: '4', createdAt: NOON_MS + 10 * MINUTE_MS }),
    ];
    expect(shown(entries)).toEqual(['day', 'first', 'next', 'first', 'first']);
  });

  it('separates days, and begins a group with each', () => {
    const entries = [
      sent({ by: grace, id: '1', createdAt: NOON_MS + 43_199_000 }),
      sent({ by: grace, id: '2', createdAt: NOON_MS + 43_201_000 }),
    ];
    expect(shown(entries)).toEqual(['day', 'first', 'day', 'first']);
  });

  it('marks the first unread message of somebody else', () => {
    const entries = [
      sent({ by: grace, id: '1' }),
      sent({ by: self, id: '2' }),
      sent({ by: grace, id: '3' }),
      sent({ by: grace, id: '4' }),
    ];
    expect(shown(entries, '1')).toEqual(['day', 'first', 'first', 'unread', 'first', 'next']);
    expect(countUnread({ entries, selfUserId: self.userId, readId: '1' })).toBe(2);
    expect(countUnread({ entries, selfUserId: self.userId, readId: null })).toBe(0);
  });

  it('lets what a command answered stand alone', () => {
    const answer = reply('Eight');
    const entries = [sent({ by: grace, id: '1' }), answer, answer, sent({ by: grace, id: '2' })];
    expect(shown(entries)).toEqual(['day', 'first', 'first', 'first', 'first']);
    expect(countUnread({ entries, selfUserId: self.userId, readId: '1' })).toBe(1);
  });

  it('takes those on their way for one’s own', () => {
    const sending = { status: 'sending', nonce: 'n', text: 'x', code: null } as const;
    expect(shown([sent({ by: self, id: '1' }), sending])).toEqual(['day', 'first', 'next']);
    expect(shown([sent({ by: grace, id: '1' }), sending])).toEqual(['day', 'first', 'first']);
    expect(shown([sending])).toEqual(['first']);
  });
});
