import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryKind } from './binary-kind.ts';

/** Zeros, and some bytes at some places. */
function file(...parts: readonly (readonly [at: number, hex: string])[]): Buffer {
  const bytes = Buffer.alloc(256);
  for (const [at, hex] of parts) bytes.write(hex, at, 'hex');
  return bytes;
}

describe('binaryKind', () => {
  it.each([
    ['elf', 'x64', file([0, '7f454c460201'], [18, '3e00'])],
    ['elf', 'arm64', file([0, '7f454c460201'], [18, 'b700'])],
    ['mach-o', 'x64', file([0, 'cffaedfe07000001'])],
    ['mach-o', 'arm64', file([0, 'cffaedfe0c000001'])],
    ['pe', 'x64', file([0, '4d5a'], [60, '80000000'], [128, '504500006486'])],
    ['pe', 'arm64', file([0, '4d5a'], [60, '80000000'], [128, '5045000064aa'])],
  ])('knows %s for %s', (format, machine, bytes) => {
    expect(binaryKind(bytes)).toEqual({ format, machine });
  });

  it.each([
    ['32 bits', file([0, '7f454c460101'], [18, '2800'])],
    ['another processor', file([0, '7f454c460201'], [18, 'f300'])],
    ['a PE header outside', file([0, '4d5a'], [60, 'fffffff0'])],
    ['text', Buffer.from('module.exports = 1;'.repeat(10))],
    ['nothing', Buffer.alloc(0)],
  ])('knows none for %s', (_, bytes) => {
    expect(binaryKind(bytes)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', '7f454c46', 'cffaedfe', '4d5a'),
        (rest, start) => {
          binaryKind(Buffer.concat([Buffer.from(start, 'hex'), rest]));
        },
      ),
    );
  });
});
