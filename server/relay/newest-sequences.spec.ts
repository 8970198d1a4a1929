import { describe, expect, it } from 'vitest';
import { NewestSequences } from './newest-sequences.ts';

describe('NewestSequences', () => {
  it('knows none at first', () => {
    const sut = new NewestSequences(NewestSequences.allocate(2), 0);
    expect([sut.of('voice'), sut.of('whisper')]).toEqual([-1, -1]);
  });

  it('tells every thread the newest that any of them accepted, each kind by itself', () => {
    const shared = NewestSequences.allocate(2);
    const [first, second] = [new NewestSequences(shared, 0), new NewestSequences(shared, 1)];
    first.note('voice', 0);
    expect(second.of('voice')).toBe(0);
    second.note('voice', 2 ** 48 - 1);
    first.note('voice', 7);
    second.note('whisper', 3);
    for (const sut of [first, second]) expect([sut.of('voice'), sut.of('whisper')]).toEqual([2 ** 48 - 1, 3]);
  });
});
