import { describe, expect, it } from 'vitest';
import { german } from './strings.de.ts';
import { english } from './strings.ts';

type Sentence = (...values: unknown[]) => string;

/** The same in both languages, and meant to be; sorted. */
const ALIKE = [
  'Bots',
  'CPU',
  'Detail',
  'Link',
  'Name',
  'Person',
  'Plugin',
  'Plugins',
  'Server',
  'UDP',
  'WebSocket',
  'Webhooks',
];

/** The keys and the numbers are those of the English; of words and sentences it is told only which they are. */
function shape(value: unknown): unknown {
  if (typeof value === 'function') return `a sentence of ${value.length}`;
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
  return typeof value === 'string' ? 'words' : value;
}

/** Each word and sentence by its path, in the order of the file. */
function leaves(value: unknown, path = ''): [path: string, leaf: string | Sentence][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, value as Sentence]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path} ${key}`));
}

/** What the codes say is compared by itself: the server tells the English for most of them. */
const { errors: englishErrors, ...englishWords } = english;
const { errors: germanErrors, ...germanWords } = german;
const englishLeaves = new Map(leaves(englishWords));
const sentences = leaves(germanWords).filter((entry): entry is [string, Sentence] => typeof entry[1] === 'function');
const words = [...leaves(germanWords), ...leaves(germanErrors)].filter(
  (entry): entry is [string, string] => typeof entry[1] === 'string',
);

describe('the German strings of the dashboard', () => {
  it('has all that the English ones have, choices with the same values, and nothing else', () => {
    expect(shape(germanWords)).toEqual(shape(englishWords));
    expect(Object.keys(germanErrors)).toEqual(expect.arrayContaining(Object.keys(englishErrors)));
  });

  it('leaves nothing empty, and nothing English', () => {
    expect(words.filter(([, text]) => text.trim() === '')).toEqual([]);
    const alike = words.filter(([path, text]) => text === englishLeaves.get(path)).map(([, text]) => text);
    expect([...new Set(alike)].sort()).toEqual(ALIKE);
  });

  it.each(sentences)('says in “%s” all that the English sentence says', (path, german) => {
    const english = englishLeaves.get(path) as Sentence;
    const marks = Array.from({ length: english.length }, (_, index) => `‹${index}›`);
    const told = (sentence: Sentence): string[] => marks.filter((mark) => sentence(...marks).includes(mark));
    expect(told(german)).toEqual(told(english));
    // One, none, and no limit are said in words of their own.
    for (const special of [0, 1, null]) {
      const values = marks.map((mark, index) => (index === 0 && marks.length > 1 ? mark : special));
      expect(german(...values).includes('null')).toBe(english(...values).includes('null'));
      expect(german(...values)).not.toContain('undefined');
    }
  });
});
