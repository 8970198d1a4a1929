import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChord } from './keys.ts';

describe('parseChord', () => {
  it('reads one key', () => {
    expect(parseChord('F13')).toEqual([[0x5b]]);
  });

  it('reads one of the two Ctrl keys, and either of them', () => {
    expect(parseChord('CtrlRight')).toEqual([[0xe1d]]);
    expect(parseChord('Ctrl')).toEqual([[0x1d, 0xe1d]]);
  });

  it('reads a chord, in whatever case and with blanks', () => {
    expect(parseChord(' ctrl + ALT+space')).toEqual([[0x1d, 0xe1d], [0x38, 0xe38], [0x39]]);
  });

  it.each(['Cmd', 'Win', 'Super'])('knows Meta as %s', (name) => {
    expect(parseChord(name)).toEqual(parseChord('Meta'));
  });

  it.each(['', '+', 'F25', 'Ctrl+', 'Ctrl+Ctrl', 'Ctrl+CtrlLeft', 'A+B+C+D+E', 'constructor', '__proto__'])(
    'refuses %j',
    (text) => {
      expect(parseChord(text)).toBeUndefined();
    },
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseChord(text);
      }),
    );
  });
});
