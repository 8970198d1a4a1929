import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { callerAddress, callerNetwork, trustedProxies } from './caller-address.ts';

function addressOf(trusted: string[], peer: string | undefined, forwarded?: string): string {
  // A real peer cannot have these addresses.
  const request = { socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': forwarded } };
  return callerAddress(request as unknown as IncomingMessage, trustedProxies(trusted));
}

describe('callerAddress', () => {
  it.each([
    ['nobody is trusted', [], '127.0.0.1', '192.0.2.1', '127.0.0.1'],
    ['the peer is no proxy of ours', ['10.0.0.0/8'], '192.0.2.9', '192.0.2.1', '192.0.2.9'],
    ['the peer is trusted', ['loopback'], '::1', '192.0.2.1', '192.0.2.1'],
    [
      'the peer is trusted, as a dual-stack socket shows it',
      ['127.0.0.1'],
      '::ffff:127.0.0.1',
      '192.0.2.1',
      '192.0.2.1',
    ],
    ['the peer says nothing', ['loopback'], '127.0.0.1', undefined, '127.0.0.1'],
    ['the caller made some up', ['loopback'], '127.0.0.1', '203.0.113.5, 192.0.2.1', '192.0.2.1'],
    ['the caller names a proxy of ours', ['loopback', '10.0.0.0/8'], '127.0.0.1', '10.0.0.1, 192.0.2.1', '192.0.2.1'],
    ['there are two proxies', ['loopback', '10.0.0.0/8'], '127.0.0.1', '192.0.2.1, 10.0.0.1', '192.0.2.1'],
    ['a proxy writes no address', ['loopback'], '127.0.0.1', 'unknown', '127.0.0.1'],
    ['the caller is by IPv6', ['2001:db8::/32'], '2001:db8::1', '2001:db9::7', '2001:db9::7'],
    ['the peer is gone', ['loopback'], undefined, '192.0.2.1', ''],
  ])('where %s', (_, trusted, peer, forwarded, address) => {
    expect(addressOf(trusted, peer, forwarded)).toBe(address);
  });
});

describe('callerNetwork', () => {
  it.each([
    ['this machine, by its address in the network', '10.0.0.2', undefined, undefined],
    ['a proxy on this machine that is not trusted', '10.0.0.2', '192.0.2.1', '10.0.0.2'],
    ['another machine', '10.0.0.3', undefined, '10.0.0.3'],
    ['another machine that claims to be this one', '10.0.0.3', '10.0.0.2', '10.0.0.3'],
  ])('counts %s', (_, remoteAddress, forwarded, network) => {
    const request = {
      socket: { remoteAddress, localAddress: '10.0.0.2' },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    };
    expect(callerNetwork(request as unknown as IncomingMessage, trustedProxies([]))).toBe(network);
  });
});
