/**
 * What limits per address count by: an IPv4 address, or an IPv6 /64, of which everyone has 2^64 addresses (RFC 4291, section
 * 2.5.4). Undefined for loopback, which is this machine itself, or everyone behind a proxy on it.
 */
export function remoteNetwork(address: string): string | undefined {
  const plain = address.replace(/^::ffff:/i, '');
  if (plain === '::1' || plain.startsWith('127.')) return undefined;
  return plain.includes(':') ? prefixOf(plain) : plain;
}

function prefixOf(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}
