import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ocb2 } from './ocb2.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const countingUp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at);

describe('Ocb2', () => {
  // draft-krovetz-ocb-00, appendix; Mumble tests itself with the same.
  const key = countingUp(16);
  const nonce = key;

  it.each([
    ['nothing', 0, '', 'bf3108130773ad5ec70ec69e7875a7b0'],
    [
      'two and a half blocks',
      40,
      'f75d6bc8b4dc8d66b836a2b08b32a6369f1cd3c5228d79fd6c267f5f6aa7b231c7dfb9d59951ae9c',
      '9db0cdf880f73e3e10d4eb3217766688',
    ],
  ])('seals and opens %s as published', (_, length, ciphertext, tag) => {
    const sut = new Ocb2(key);
    expect(sut.seal(nonce, countingUp(length))).toEqual({
      ciphertext: hex(ciphertext),
      tag: Buffer.from(tag, 'hex'),
    });
    expect(sut.open(nonce, hex(ciphertext))).toEqual({
      plaintext: countingUp(length),
      tag: Buffer.from(tag, 'hex'),
    });
  });

  const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength, maxLength });

  it('opens what it sealed, of any length', () => {
    fc.assert(
      fc.property(bytes(16, 16), bytes(16, 16), bytes(0, 200), (someKey, someNonce, plaintext) => {
        const sut = new Ocb2(someKey);
        const sealed = sut.seal(someNonce, plaintext);
        expect(sut.open(someNonce, sealed.ciphertext)).toEqual({ plaintext, tag: sealed.tag });
      }),
    );
  });

  it('has another tag once a bit was changed', () => {
    fc.assert(
      fc.property(bytes(1, 200), fc.nat(), (plaintext, chosen) => {
        const sut = new Ocb2(key);
        const { ciphertext, tag } = sut.seal(nonce, plaintext);
        const bit = chosen % (ciphertext.length * 8);
        ciphertext[bit >> 3]! ^= 1 << (bit & 7);
        expect(sut.open(nonce, ciphertext).tag).not.toEqual(tag);
      }),
    );
  });
});
