import { describe, expect, it } from 'vitest';
import { nicknameKey } from './nickname-key.ts';

describe('nicknameKey', () => {
  it.each([
    ['Ada', 'aDA'],
    ['Ａｄａ', 'ada'],
    ['Ada  L', 'ada l'],
    ['ﬁn', 'FIN'],
    ['Strauß', 'STRAUSS'],
    ['Ada', 'Ada\u200d'],
    ['Ada', 'A\ufe0fda'],
    ['Ada', 'Ada\u{e0101}'],
    ['Ada', '\u3164Ada'],
  ])('takes %j and %j for the same', (one, other) => {
    expect(nicknameKey(one)).toBe(nicknameKey(other));
  });

  it('tells others apart', () => {
    expect(new Set(['Ada', 'Adá', 'Ada 2', 'Bob'].map(nicknameKey)).size).toBe(4);
  });
});
