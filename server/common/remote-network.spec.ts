import { describe, expect, it } from 'vitest';
import { remoteNetwork } from './remote-network.ts';

describe('remoteNetwork', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '0:0:0:0:0:0:0:1',
    '0000::0001',
    '::ffff:127.0.0.1',
    '::FFFF:7f00:1',
    '0:0:0:0:0:ffff:127.0.0.1',
  ])('exempts loopback (%s)', (address) => {
    expect(remoteNetwork(address)).toBeUndefined();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    // As a dual-stack socket shows it.
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c633:6409', '198.51.100.9'],
    ['0:0:0:0:0:FFFF:198.51.100.9', '198.51.100.9'],
    ['2001:0DB8:0:0::1', '2001:db8:0:0'],
    ['2001:0db8:0001:0002:0003:0004:0005:0006', '2001:db8:1:2'],
    ['2001:db8::0:1:0:0:1', '2001:db8:0:0'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
    // Compatible, which is deprecated, is not mapped.
    ['::192.0.2.1', '0:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['2001:db8::4:5:6:7:8', '2001:db8:0:4'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['fe80:0::0001%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('counts %s as %s', (address, network) => {
    expect(remoteNetwork(address)).toBe(network);
  });
});
