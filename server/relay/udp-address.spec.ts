import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostOf, mappedHostOf, portOf, toUdpAddress } from './udp-address.ts';

const ports = fc.integer({ min: 0, max: 65_535 });

describe('UdpAddress', () => {
  it('brings any IPv4 host and port back', () => {
    fc.assert(
      fc.property(fc.ipV4(), ports, (host, port) => {
        const sut = toUdpAddress(host, port);
        expect(typeof sut).toBe('number');
        expect([hostOf(sut), portOf(sut)]).toEqual([host, port]);
      }),
    );
  });

  it('brings any IPv6 host and port back', () => {
    fc.assert(
      fc.property(
        fc.ipV6().filter((host) => !host.includes('.')),
        ports,
        (host, port) => {
          const sut = toUdpAddress(host, port);
          expect([hostOf(sut), mappedHostOf(sut), portOf(sut)]).toEqual([host, host, port]);
        },
      ),
    );
  });

  it('keeps the interface of a link-local address', () => {
    const sut = toUdpAddress('fe80::1%eth0', 7702);
    expect([hostOf(sut), portOf(sut)]).toEqual(['fe80::1%eth0', 7702]);
  });

  it('takes IPv4 mapped into IPv6 for what it is', () => {
    const sut = toUdpAddress('::ffff:192.0.2.7', 9);
    expect(sut).toBe(toUdpAddress('192.0.2.7', 9));
    expect(mappedHostOf(sut)).toBe('::ffff:192.0.2.7');
  });

  it('tells hosts and ports apart', () => {
    const all = [
      toUdpAddress('1.2.3.4', 5),
      toUdpAddress('1.2.3.4', 6),
      toUdpAddress('1.2.3.5', 5),
      toUdpAddress('::1', 5),
      toUdpAddress('::1', 6),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
