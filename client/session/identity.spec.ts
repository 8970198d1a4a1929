import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepIdentity, upsert } from './identity.ts';

describe('keepIdentity', () => {
  it('is equal to the new value, whatever both are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, next) => {
        expect(keepIdentity(before, next)).toEqual(next);
      }),
    );
  });

  it('is the old value if the new one equals it', () => {
    fc.assert(
      // JSON has one zero; -0 would come back as another.
      fc.property(fc.jsonValue({ noUnicodeString: true }), (value) => {
        const before: unknown = JSON.parse(JSON.stringify(value));
        expect(keepIdentity(before, JSON.parse(JSON.stringify(before)))).toBe(before);
      }),
    );
  });

  it('keeps list items by their id, wherever they are now', () => {
    const before = [
      { id: 'a', n: { x: 1 } },
      { id: 'b', n: { x: 1 } },
    ];
    const next = keepIdentity(before, [
      { id: 'b', n: { x: 1 } },
      { id: 'c', n: { x: 1 } },
      { id: 'a', n: { x: 2 } },
    ]);
    expect(next[0]).toBe(before[1]);
    expect(next[2]).not.toBe(before[0]);
  });
});

describe('upsert', () => {
  it('replaces in place, appends, or changes nothing', () => {
    const items = [
      { id: 'a', n: 1 },
      { id: 'b', n: 1 },
    ];
    expect(upsert(items, { id: 'a', n: 2 })).toEqual([
      { id: 'a', n: 2 },
      { id: 'b', n: 1 },
    ]);
    expect(upsert(items, { id: 'c', n: 1 })).toHaveLength(3);
    expect(upsert(items, { id: 'b', n: 1 })).toBe(items);
  });
});
