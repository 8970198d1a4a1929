import { hexToBytes, sipHash, sipHashKey } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathCookies } from './path-cookie.ts';
import { UdpAddress } from './udp-address.ts';

const SECRET = new Uint8Array(16).fill(7);
const HOME = UdpAddress.from('192.0.2.1', 5_000);

/** The low 32 bits of SipHash over these bytes, by the book. */
function lowHash(input: string): number {
  const bytes = hexToBytes(input);
  const tag = new Uint8Array(8);
  sipHash(sipHashKey(SECRET), bytes, 0, bytes.length, tag, 0);
  return Number(new DataView(tag.buffer).getBigUint64(0, true) & 0xffffffffn);
}

describe('PathCookies', () => {
  it.each<[string, UdpAddress, string]>([
    // ::ffff:192.0.2.1 port 5000
    ['IPv4', HOME, '01020304' + '00000000000000000000ffffc0000201' + '1388'],
    // 2001:db8::ff port 65535
    ['IPv6', UdpAddress.from('2001:db8::ff', 65_535), '01020304' + '20010db80000000000000000000000ff' + 'ffff'],
  ])('hashes token, address and port: %s', (_, address, input) => {
    expect(new PathCookies(SECRET).cookieFor(0x01020304, address)).toBe(lowHash(input));
  });

  it('is the same for the same, whatever was asked in between and whoever asks', () => {
    const sut = new PathCookies(SECRET);
    const first = sut.cookieFor(1, HOME);
    sut.cookieFor(2, UdpAddress.from('2001:db8::1', 9));
    expect(sut.cookieFor(1, HOME.copy())).toBe(first);
    expect(new PathCookies(SECRET).cookieFor(1, HOME)).toBe(first);
  });

  it('is a u32 that differs by token, by each word of the address, by port and by secret', () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const port = fc.integer({ min: 0, max: 65_535 });
    const token = fc.integer({ min: 1, max: 0xffffffff });
    fc.assert(
      fc.property(token, fc.tuple(word, word, word, word), port, fc.nat({ max: 5 }), (asked, words, from, changed) => {
        const sut = new PathCookies(SECRET);
        const cookie = sut.cookieFor(asked, new UdpAddress(...words, from));
        expect(cookie).toBe(cookie >>> 0);
        const others = words.map((each, index) => (index === changed ? each ^ 1 : each)) as typeof words;
        const other = new UdpAddress(...others, changed === 4 ? from ^ 1 : from);
        const otherToken = changed === 5 ? (asked ^ 1) >>> 0 : asked;
        // One in 2^32 is equal by chance; the seed is fixed.
        expect(sut.cookieFor(otherToken, other)).not.toBe(cookie);
        expect(
          new PathCookies(SECRET.map((byte) => byte ^ 1)).cookieFor(asked, new UdpAddress(...words, from)),
        ).not.toBe(cookie);
      }),
      { seed: 5 },
    );
  });

  it('takes a secret of 16 bytes alone', () => {
    expect(() => new PathCookies(new Uint8Array(15))).toThrow(RangeError);
  });
});
