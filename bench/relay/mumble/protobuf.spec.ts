import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from './protobuf.ts';

describe('protobuf', () => {
  it('writes as the examples of its documentation', () => {
    expect([...encodeMessage([[1, 150]])]).toEqual([0x08, 0x96, 0x01]);
    expect([...encodeMessage([[2, 'testing']])]).toEqual([0x12, 0x07, ...Buffer.from('testing')]);
  });

  it('reads what it wrote', () => {
    const id = fc.integer({ min: 1, max: 500 });
    const value = fc.oneof(fc.maxSafeNat(), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(id, value), { selector: ([key]) => key }), (fields) => {
        expect(decodeMessage(encodeMessage(fields))).toEqual(new Map(fields));
      }),
    );
  });

  it('passes over fields of fixed size', () => {
    const fixed = [0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8];
    expect(decodeMessage(Uint8Array.from([...fixed, 0x18, 9]))).toEqual(new Map([[3, 9]]));
  });

  it.each([
    ['within a number', [0x08, 0x96]],
    ['within a field', [0x12, 0x07, 0x74]],
  ])('refuses what ends %s', (_, bytes) => {
    expect(() => decodeMessage(Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
