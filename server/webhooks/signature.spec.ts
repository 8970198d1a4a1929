import { describe, expect, it } from 'vitest';
import { signatureOf } from './signature.ts';

const EXPECTED = '38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789';

describe('signatureOf', () => {
  // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
  it('is the time in seconds and the HMAC over time and body', () => {
    expect(signatureOf('whsec_test', 1_700_000_000_999, '{"a":1}')).toBe(`t=1700000000,v1=${EXPECTED}`);
  });

  it('differs with the body, the time, and the secret', () => {
    const all = [
      signatureOf('a', 1_000, 'x'),
      signatureOf('a', 1_000, 'y'),
      signatureOf('a', 2_000, 'x'),
      signatureOf('b', 1_000, 'x'),
    ];
    expect(new Set(all).size).toBe(4);
  });
});
