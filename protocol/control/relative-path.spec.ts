import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRelativePath } from './relative-path.ts';

describe('isRelativePath', () => {
  it.each(['a', 'src/a b.ts', '.github/x.yml', 'a..b/c', '...a', 'ünï/код.ts', 'ab:c'])('takes %s', (path) => {
    expect(isRelativePath(path)).toBe(true);
  });

  it.each([
    ...['', '/', '/etc/passwd', '..', '../a', 'a/..', 'a/../b', './a', 'a/./b', 'a//b', 'a/'],
    ...['C:/a', 'c:a', 'C:', '\\\\host\\share', '..\\a', 'a\\..\\b', '.. /a', 'a/.. ./b', '... '],
  ])('refuses %j', (path) => {
    expect(isRelativePath(path)).toBe(false);
  });

  it('takes nothing that leaves its folder, on any system', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', ' ', 'a', 'b', 'C:', '//', '~', '\u2025', '%2e');
    const path = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(path, (given) => {
        fc.pre(isRelativePath(given));
        expect(posix.resolve('/folder', given)).toMatch(/^\/folder\/./u);
        expect(win32.resolve('D:\\folder', given)).toMatch(/^D:\\folder\\./u);
      }),
      { numRuns: 2_000 },
    );
  });
});
