import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameAddress } from './relay-lane.ts';
import { UdpAddress } from './udp-address.ts';

const ports = fc.integer({ min: 0, max: 65_535 });
const words = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const addresses = fc.tuple(words, words, words, words, ports, fc.nat({ max: 9 }));

/** As everyone writes it (RFC 5952): the platform's own URL parser is the judge. */
function canonical(host: string): string {
  return new URL(`http://[${host}]/`).hostname.slice(1, -1);
}

describe('UdpAddress', () => {
  it('brings any IPv4 host and port back', () => {
    fc.assert(
      fc.property(fc.ipV4(), ports, (host, port) => {
        const sut = UdpAddress.from(host, port);
        expect([sut.isIpv4, sut.host, sut.mappedHost, sut.port]).toEqual([true, host, `::ffff:${host}`, port]);
        expect(sut.toWords()).toEqual([0, 0, 0xffff, sut.d, port, 0]);
      }),
    );
  });

  it('brings any IPv6 host and port back, however it is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), ports, (host, port) => {
        const sut = UdpAddress.from(host, port);
        expect([canonical(sut.mappedHost), sut.port]).toEqual([canonical(host), port]);
        expect(UdpAddress.from(sut.host, port).equals(sut)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['1::', [0x10000, 0, 0, 0]],
    ['2001:db8::ff', [0x20010db8, 0, 0, 0xff]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', [-1, -1, -1, -1]],
    ['64:ff9b::192.0.2.33', [0x64ff9b, 0, 0, 0xc0000221 | 0]],
    ['255.255.255.255', [0, 0, 0xffff, -1]],
  ])('reads %s', (host, expected) => {
    expect(UdpAddress.from(host, 7).toWords()).toEqual([...expected, 7, 0]);
  });

  it.each(['::1::2', '1:2:3', 'relay.example:1', ':'])('refuses %s', (host) => {
    expect(() => UdpAddress.from(host, 1)).toThrow(RangeError);
  });

  it('takes IPv4 mapped into IPv6 for what it is', () => {
    const sut = UdpAddress.from('::ffff:192.0.2.7', 9);
    expect(sut.equals(UdpAddress.from('192.0.2.7', 9))).toBe(true);
    expect([sut.isIpv4, sut.host, sut.mappedHost]).toEqual([true, '192.0.2.7', '::ffff:192.0.2.7']);
  });

  it('keeps the interface of a link-local address', () => {
    const sut = UdpAddress.from('fe80::1%eth0', 7702);
    expect([sut.host, sut.mappedHost, sut.copy().host, sut.port]).toEqual([
      'fe80::1%eth0',
      'fe80::1%eth0',
      'fe80::1%eth0',
      7702,
    ]);
    expect(sut.equals(UdpAddress.from('fe80::1%eth0', 7702))).toBe(true);
    expect(sut.equals(UdpAddress.from('fe80::1%eth1', 7702))).toBe(false);
  });

  it('equals what has the same words, and nothing else', () => {
    fc.assert(
      fc.property(addresses, fc.nat({ max: 5 }), (parts, changed) => {
        const sut = new UdpAddress(...parts);
        expect(sut.equals(new UdpAddress(...parts))).toBe(true);
        const others = parts.map((part, index) => (index === changed ? part ^ 1 : part)) as typeof parts;
        const other = new UdpAddress(...others);
        expect([sut.equals(other), other.equals(sut), sameAddress(sut, other)]).toEqual([false, false, false]);
      }),
    );
  });

  it('equals the same also after the text of either was asked for', () => {
    fc.assert(
      fc.property(addresses, (parts) => {
        const [sut, other] = [new UdpAddress(...parts), new UdpAddress(...parts)];
        expect(sut.host).toMatch(/[.:]/);
        expect([sut.equals(other), other.equals(sut)]).toEqual([true, true]);
        expect(other.host).toBe(sut.host);
        expect(sut.equals(other)).toBe(true);
      }),
    );
  });

  it('copies to what stays when it is filled anew, and forgets its text then', () => {
    fc.assert(
      fc.property(addresses, addresses, (before, after) => {
        const sut = new UdpAddress(...before);
        const { host } = sut;
        const copy = sut.copy();
        sut.set(...after);
        expect([copy.toWords(), copy.host]).toEqual([before, host]);
        expect([sut.toWords(), sut.host]).toEqual([after, new UdpAddress(...after).host]);
      }),
    );
    const linkLocal = UdpAddress.from('fe80::1%eth0', 1);
    linkLocal.set(0, 0, 0xffff, 0x7f000001, 2, 0);
    expect(linkLocal.host).toBe('127.0.0.1');
  });

  it('comes back from its words', () => {
    fc.assert(
      fc.property(addresses, (parts) => {
        const sut = new UdpAddress(...parts);
        expect(new UdpAddress(...sut.toWords()).equals(sut)).toBe(true);
      }),
    );
  });

  it('takes words signed or not', () => {
    const sut = new UdpAddress(0xffffffff, 0x80000000, 0, 0xc0000201, 1);
    expect(sut.equals(new UdpAddress(-1, -(2 ** 31), 0, 0xc0000201 | 0, 1))).toBe(true);
    sut.set(0, 0, 0, 0xffffffff, 1, 0);
    expect(sut.equals(new UdpAddress(0, 0, 0, -1, 1))).toBe(true);
  });
});
