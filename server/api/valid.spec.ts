import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ValidBody } from './valid.ts';

const loose = v.object({ name: v.string() });

describe('ValidBody', () => {
  it.each([
    ['itself', loose],
    ['a part', v.strictObject({ part: loose })],
    ['an optional part', v.strictObject({ part: v.optional(loose) })],
    ['the items of a list', v.strictObject({ parts: v.array(loose) })],
    ['a choice', v.union([v.string(), loose])],
    ['behind a change', v.pipe(v.string(), v.parseJson(), loose)],
    [
      'under a check',
      v.pipe(
        loose,
        v.check(() => true),
      ),
    ],
    ['the values of a record', v.record(v.string(), loose)],
    ['an item of a tuple', v.tuple([loose])],
  ])('takes no schema that would skip what it does not know: %s', (_, schema) => {
    expect(() => ValidBody(schema)).toThrow('v.strictObject');
  });

  it('takes strict objects, of strict parts', () => {
    expect(() => ValidBody(v.strictObject({ parts: v.array(v.strictObject({ name: v.string() })) }))).not.toThrow();
  });
});
