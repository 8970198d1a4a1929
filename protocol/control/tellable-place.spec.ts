import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest, encodeRequest } from './frames.ts';
import { tellablePlace } from './tellable-place.ts';

describe('tellablePlace', () => {
  it('leaves out what does not fit, and a line of no file', () => {
    expect(tellablePlace({ workspace: 'w', branch: 'x'.repeat(201), path: '../a', line: 3 })).toEqual({
      workspace: 'w',
    });
    expect(tellablePlace({ workspace: 'w', branch: 'b', path: 'a', line: 3 })).toEqual({
      workspace: 'w',
      branch: 'b',
      path: 'a',
      line: 3,
    });
    expect(tellablePlace({ path: 'a', line: 0 })).toEqual({ path: 'a' });
  });

  it('is null if nothing is left', () => {
    expect(tellablePlace({ workspace: '\n', line: 1 })).toBeNull();
    expect(tellablePlace({})).toBeNull();
  });

  it('is what a server takes, whatever it is made of', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 600 }), { nil: undefined });
    const line = fc.option(fc.oneof(fc.integer(), fc.double()), { nil: undefined });
    const any = fc.record({ workspace: text, branch: text, path: text, line });
    fc.assert(
      fc.property(any, (given) => {
        const place = tellablePlace(given);
        expect(decodeRequest(encodeRequest('self.place', 1, { place }))).toEqual({
          type: 'self.place',
          id: 1,
          data: { place },
        });
      }),
    );
  });
});
