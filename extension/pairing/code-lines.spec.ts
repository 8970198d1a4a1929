import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLines } from './code-lines.ts';

const FILE = ['import a', '', 'function one() {', '  work();', '}', '', 'function two() {', '  work();', '}'];

describe('findLines', () => {
  it('finds code where it was', () => {
    expect(findLines(FILE, ['function two() {', '  work();'], 7)).toEqual({ first: 7, last: 8, match: 'exact' });
  });

  it('finds a selection that began and ended within lines', () => {
    expect(findLines(FILE, ['one() {', '  wor'], 3)).toEqual({ first: 3, last: 4, match: 'exact' });
    expect(findLines(FILE, ['work'], 8)).toEqual({ first: 8, last: 8, match: 'exact' });
  });

  it('minds no white space at the ends of lines', () => {
    expect(findLines(['a  ', 'b\r', 'c'], ['a', 'b  ', 'c'], 1)).toMatchObject({ match: 'exact' });
  });

  it('finds it where it has moved to, the nearest if there are several', () => {
    expect(findLines(['', '', ...FILE], ['import a', '', 'function one() {'], 1)).toEqual({
      first: 3,
      last: 5,
      match: 'moved',
    });
    expect(findLines(FILE, ['  work();', '}'], 7)).toEqual({ first: 8, last: 9, match: 'moved' });
    expect(findLines(FILE, ['  work();', '}'], 5)).toEqual({ first: 4, last: 5, match: 'moved' });
  });

  it('finds it far from where it was, and of two as near the upper one', () => {
    expect(findLines(FILE, FILE.slice(2, 5), 400)).toEqual({ first: 3, last: 5, match: 'moved' });
    expect(findLines(['x', '', 'x'], ['x'], 2)).toEqual({ first: 1, last: 1, match: 'moved' });
  });

  it('finds its first line where the rest differs', () => {
    expect(findLines(FILE, ['', 'function two() {', '  rest();', '}'], 2)).toEqual({
      first: 6,
      last: 9,
      match: 'similar',
    });
  });

  it('names the line where it was, or the last one, where nothing of it is left', () => {
    expect(findLines(FILE, ['nothing of it'], 4)).toEqual({ first: 4, last: 4, match: 'lost' });
    expect(findLines(FILE, ['nothing of it'], 400)).toEqual({ first: 9, last: 9, match: 'lost' });
    expect(findLines([''], ['x'], 3)).toEqual({ first: 1, last: 1, match: 'lost' });
  });

  it('takes no longer for a line that no file has, nor for what begins like every line', () => {
    const far = Number.MAX_SAFE_INTEGER;
    expect(findLines(FILE, ['nothing of it'], far)).toEqual({ first: 9, last: 9, match: 'lost' });
    const data = Array.from({ length: 300_000 }, () => '0');
    const code = [...Array.from({ length: 1_900 }, () => '0'), 'x'];
    let asked = 0;
    const counted = new Proxy(data, {
      get: (lines, name) => {
        if (typeof name === 'string' && /^\d+$/u.test(name)) asked++;
        return Reflect.get(lines, name) as unknown;
      },
    });
    expect(findLines(counted, code, 150_000)).toMatchObject({ match: 'similar' });
    expect(asked).toBeLessThan(1_000_000);
  });

  it('finds whatever was cut out of a file, and stays within any other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', '', '  a', 'c'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, fc.nat(14), (document, code, start) => {
        const { first, last, match } = findLines(document, code, start + 1);
        expect(first).toBeGreaterThanOrEqual(1);
        expect(last).toBeGreaterThanOrEqual(first);
        expect(last).toBeLessThanOrEqual(document.length);
        const at = start % document.length;
        const cut = document.slice(at, at + 3);
        expect(findLines(document, cut, at + 1)).toEqual({ first: at + 1, last: at + cut.length, match: 'exact' });
        const moved = findLines(['new', ...document], cut, at + 1);
        if (match !== 'lost') expect(['exact', 'moved', 'similar']).toContain(moved.match);
      }),
    );
  });
});
