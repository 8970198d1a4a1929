import { isIPv6, SocketAddress } from 'node:net';

/** Of an IPv4 address that is written as an IPv6 one (RFC 4291, section 2.5.5.2). */
const MAPPED = '::ffff:';

/**
 * What limits per address count by: an IPv4 address, or an IPv6 /64, of which everyone has 2^64 addresses (RFC 4291, section
 * 2.5.4). However an address is spelled, it comes to the same. Undefined for loopback, which is this machine itself, or everyone
 * behind a proxy on it.
 */
export function remoteNetwork(address: string): string | undefined {
  const plain = plainAddress(address);
  if (plain === '::1' || plain.startsWith('127.')) return undefined;
  return plain.includes(':') ? prefixOf(plain) : plain;
}

/** The one spelling that an address has here (RFC 5952); an IPv4 address is one, however it is written. */
function plainAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  // Of this prefix, Node writes the rest as an IPv4 address.
  return canonical.startsWith(MAPPED) && canonical.includes('.') ? canonical.slice(MAPPED.length) : canonical;
}

function prefixOf(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}
