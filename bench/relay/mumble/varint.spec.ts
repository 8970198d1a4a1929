import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVarint, writeVarint } from './varint.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });

describe('varint', () => {
  it.each([
    [0x05, [0x05]],
    [0x7f, [0x7f]],
    [0x80, [0x80, 0x80]],
    [0x3fff, [0xbf, 0xff]],
    [0x4000, [0xc0, 0x40, 0x00]],
    [0x200000, [0xe0, 0x20, 0x00, 0x00]],
    [0x10000000, [0xf0, 0x10, 0x00, 0x00, 0x00]],
    [0xffffffff, [0xf0, 0xff, 0xff, 0xff, 0xff]],
  ])('writes %d as Mumble does', (value, expected) => {
    const bytes = new Uint8Array(8);
    const end = writeVarint(bytes, 0, value);
    expect([...bytes.subarray(0, end)]).toEqual(expected);
  });

  it('reads what it wrote, wherever it stands', () => {
    fc.assert(
      fc.property(u32, fc.nat({ max: 10 }), (value, offset) => {
        const bytes = new Uint8Array(16).fill(0xaa);
        const end = writeVarint(bytes, offset, value);
        expect(readVarint(bytes, offset)).toEqual([value, end]);
      }),
    );
  });

  it.each([
    ['nothing', []],
    ['a start without its end', [0xc0, 0x40]],
    ['64 bits', [0xf4, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['a negative number', [0xfc]],
  ])('refuses %s', (_, bytes) => {
    expect(() => readVarint(new Uint8Array(bytes), 0)).toThrow(RangeError);
  });

  it.each([-1, 0.5, 2 ** 32])('does not write %d', (value) => {
    expect(() => writeVarint(new Uint8Array(8), 0, value)).toThrow(RangeError);
  });
});
