import fc from 'fast-check';
import sodium from 'sodium-native';
import { describe, expect, it } from 'vitest';
import { deriveSenderKey } from './keys.ts';

describe('deriveSenderKey', () => {
  it('equals crypto_kdf_derive_from_key of libsodium', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 1, max: 0xffffffff }),
        (secret, token) => {
          const expected = Buffer.alloc(32);
          sodium.crypto_kdf_derive_from_key(expected, token, Buffer.from('swbvoice'), Buffer.from(secret));
          expect(deriveSenderKey(secret, token)).toEqual(new Uint8Array(expected));
        },
      ),
    );
  });

  it('refuses a secret of another size', () => {
    expect(() => deriveSenderKey(new Uint8Array(16), 1)).toThrow(RangeError);
  });
});
