import { describe, expect, it } from 'vitest';
import { containing } from './search-text.ts';

describe('containing', () => {
  it('puts wildcards around the text alone', () => {
    expect(containing('hello')).toBe('%hello%');
    expect(containing('')).toBe('%%');
  });

  it('takes wildcards and the escape itself for plain characters', () => {
    expect(containing('100%')).toBe(String.raw`%100\%%`);
    expect(containing('a_b')).toBe(String.raw`%a\_b%`);
    expect(containing(String.raw`\%`)).toBe(String.raw`%\\\%%`);
  });
});
