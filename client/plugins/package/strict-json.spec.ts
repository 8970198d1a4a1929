import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ambiguousName } from './strict-json.ts';

describe('ambiguousName', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":[0,{"c":1,"d":{},"c":2}]}}', 'a.b.1.c'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"__proto__":{}}', '__proto__'],
    ['{"config":{"properties":{"constructor":{}}}}', 'config.properties.constructor'],
    ['[{"x":1},{"x":1,"x":1}]', '1.x'],
  ])('finds the name that is wrong in %s', (json, path) => {
    expect(JSON.parse(json)).toBeDefined();
    expect(ambiguousName(json)).toBe(path);
  });

  it.each(['{"a":"a","b":["a","a"],"c":{"a":"\\"a\\":{"}}', '{"a":{"x":1},"b":{"x":1}}', '"a"', '[]', '{"":1}'])(
    'takes text for what it is in %s',
    (json) => {
      expect(JSON.parse(json)).toBeDefined();
      expect(ambiguousName(json)).toBeUndefined();
    },
  );

  it('finds nothing in what a writer of JSON wrote, and a name that is put in twice anywhere', () => {
    const names = fc.string().filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, names, fc.integer({ min: 0, max: 2 }), (json, name, indent) => {
        const text = JSON.stringify(json, undefined, indent);
        expect(ambiguousName(text)).toBeUndefined();
        const twice = `{${JSON.stringify(name)}:${text},"${name === 'other' ? 'another' : 'other'}":[],${JSON.stringify(name)}:${text}}`;
        expect(ambiguousName(twice)).toBe(name);
      }),
    );
  });
});
