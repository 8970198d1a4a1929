import fc from 'fast-check';
import sodium from 'sodium-native';
import { describe, expect, it } from 'vitest';
import { sipHash, sipHashKey, sipHashMatches } from './siphash.ts';

function tagOf(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(8);
  sipHash(sipHashKey(key), bytes, 0, bytes.length, out, 0);
  return out;
}

describe('sipHash', () => {
  it('gives the value of the paper (appendix A: key 00..0f, message 00..0e)', () => {
    const key = Uint8Array.from({ length: 16 }, (_, i) => i);
    const message = Uint8Array.from({ length: 15 }, (_, i) => i);
    expect(Buffer.from(tagOf(key, message)).toString('hex')).toBe('e545be4961ca29a1');
  });

  it('equals libsodium for any key and message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.uint8Array({ maxLength: 1400 }), (key, bytes) => {
        const expected = Buffer.alloc(8);
        sodium.crypto_shorthash(expected, Buffer.from(bytes), Buffer.from(key));
        expect(tagOf(key, bytes)).toEqual(new Uint8Array(expected));
      }),
    );
  });

  it('refuses a key of another size', () => {
    expect(() => sipHashKey(new Uint8Array(15))).toThrow(RangeError);
  });
});

describe('sipHashMatches', () => {
  it('accepts the tag, and refuses it with any one bit changed', () => {
    const key = sipHashKey(new Uint8Array(16).fill(7));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (message, at) => {
        const bytes = new Uint8Array(message.length + 8);
        bytes.set(message);
        sipHash(key, bytes, 0, message.length, bytes, message.length);
        expect(sipHashMatches(key, bytes, 0, message.length, message.length)).toBe(true);
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(sipHashMatches(key, bytes, 0, message.length, message.length)).toBe(false);
      }),
    );
  });
});
