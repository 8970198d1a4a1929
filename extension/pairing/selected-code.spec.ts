import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectedCode, shortened } from './selected-code.ts';

describe('selectedCode', () => {
  it('is what is selected, with its lines', () => {
    const code = selectedCode('one\r\n  two', { line: 4, character: 2 }, { line: 5, character: 5 });
    expect(code).toEqual({ text: 'one\n  two', startLine: 5, endLine: 6 });
  });

  it('does not count the line after whole lines', () => {
    const code = selectedCode('one\ntwo\n', { line: 0, character: 0 }, { line: 2, character: 0 });
    expect(code).toEqual({ text: 'one\ntwo', startLine: 1, endLine: 2 });
  });

  it('is nothing of blanks', () => {
    expect(selectedCode(' \r\n\t', { line: 0, character: 0 }, { line: 1, character: 1 })).toBeUndefined();
  });
});

describe('shortened', () => {
  it('keeps the whole lines that fit', () => {
    const code = { text: 'one\ntwo\nthree', startLine: 7, endLine: 9 };
    expect(shortened(code, 7)).toEqual({ text: 'one\ntwo', startLine: 7, endLine: 8 });
    expect(shortened(code, 12)).toEqual({ text: 'one\ntwo', startLine: 7, endLine: 8 });
    expect(shortened(code, 13)).toEqual(code);
    expect(shortened(code, 2)).toBeUndefined();
  });

  it('is never longer than it may be, and has the lines that it says', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (lines, maxLength) => {
        const text = lines.map((line) => line.replaceAll(/[\r\n]/gu, '')).join('\n');
        const code = { text, startLine: 3, endLine: 2 + lines.length };
        const short = shortened(code, maxLength);
        if (short === undefined) return;
        expect(short.text.length).toBeLessThanOrEqual(maxLength);
        expect(text.startsWith(short.text)).toBe(true);
        expect(short.endLine - short.startLine + 1).toBe(short.text.split('\n').length);
        expect(text.length === short.text.length || text[short.text.length] === '\n').toBe(true);
      }),
    );
  });
});
