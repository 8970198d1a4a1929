import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textPieces } from './message-text.ts';

const link = (address: string) => ({ type: 'link', text: address, href: address });
const text = (words: string) => ({ type: 'text', text: words });

describe('textPieces', () => {
  it('leaves text alone, markup included', () => {
    expect(textPieces('<b>a</b>\nb')).toEqual([text('<b>a</b>\nb')]);
  });

  it('finds links and gives the punctuation back', () => {
    expect(textPieces('Read https://example.org/a, then https://example.org/b.')).toEqual([
      text('Read '),
      link('https://example.org/a'),
      text(', then '),
      link('https://example.org/b'),
      text('.'),
    ]);
  });

  it('keeps brackets that belong to the address', () => {
    expect(textPieces('(https://example.org/a_(b))')).toEqual([
      text('('),
      link('https://example.org/a_(b)'),
      text(')'),
    ]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://'])(
    'makes no link of %s',
    (words) => {
      expect(textPieces(words)).toEqual([text(words)]);
    },
  );

  it('finds inline code, in which nothing else is found', () => {
    expect(textPieces('run `curl https://x.org` now')).toEqual([
      text('run '),
      { type: 'code', text: 'curl https://x.org' },
      text(' now'),
    ]);
  });

  it('finds fenced blocks with their language', () => {
    expect(textPieces('so:\n```ts\nconst a = `b`;\n\nlet c;\n```\nyes')).toEqual([
      text('so:'),
      { type: 'block', language: 'ts', text: 'const a = `b`;\n\nlet c;' },
      text('yes'),
    ]);
  });

  it('leaves a fence open that is not closed', () => {
    expect(textPieces('```ts\nconst a')).toEqual([text('```ts\nconst a')]);
  });

  it('loses no word and links nothing but http, whatever is written', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('`', '```', '\n', ' ', 'https://', 'http://a.b', 'javascript:', ')', '('),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const message = words.join('');
        const pieces = textPieces(message);
        const strip = (given: string) => given.replaceAll(/[`\n]/g, '');
        const shown = pieces
          .map((piece) => (piece.type === 'block' ? piece.language + piece.text : piece.text))
          .join('');
        expect(strip(shown)).toBe(strip(message));
        for (const piece of pieces) if (piece.type === 'link') expect(piece.href).toMatch(/^https?:\/\/./i);
      }),
    );
  });
});
