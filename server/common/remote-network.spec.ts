import { describe, expect, it } from 'vitest';
import { remoteNetwork } from './remote-network.ts';

describe('remoteNetwork', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('exempts loopback (%s)', (address) => {
    expect(remoteNetwork(address)).toBeUndefined();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    // As a dual-stack socket shows it.
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['2001:db8::4:5:6:7:8', '2001:db8:0:4'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('counts %s as %s', (address, network) => {
    expect(remoteNetwork(address)).toBe(network);
  });
});
