/**
 * The address of a datagram as one value that `===` compares: IPv4 as the number `ip × 2^16 + port` (48 bits, so that the
 * common case makes no string per packet), IPv6 as the text `[ip]:port`.
 */
export type UdpAddress = number | string;

const PORTS = 2 ** 16;
/** How a socket of both families shows IPv4 (RFC 4291, section 2.5.5.2). */
const MAPPED_IPV4 = '::ffff:';

/** `host` is an address as the system prints it, never a name; IPv4 mapped into IPv6 is the same as plain IPv4. */
export function toUdpAddress(host: string, port: number): UdpAddress {
  if (!host.includes(':')) return readIpv4(host, 0) * PORTS + port;
  if (host.startsWith(MAPPED_IPV4) && host.includes('.')) return readIpv4(host, MAPPED_IPV4.length) * PORTS + port;
  return `[${host}]:${port}`;
}

export function hostOf(address: UdpAddress): string {
  if (typeof address === 'string') return address.slice(1, address.lastIndexOf(']'));
  const ip = Math.floor(address / PORTS);
  return `${ip >>> 24}.${(ip >>> 16) & 0xff}.${(ip >>> 8) & 0xff}.${ip & 0xff}`;
}

export function portOf(address: UdpAddress): number {
  return typeof address === 'number' ? address % PORTS : Number(address.slice(address.lastIndexOf(':') + 1));
}

/** The host as a socket of both families wants it: IPv4 mapped into IPv6. */
export function mappedHostOf(address: UdpAddress): string {
  return typeof address === 'number' ? `${MAPPED_IPV4}${hostOf(address)}` : hostOf(address);
}

/** The number of a dotted quad that starts at `from`. */
function readIpv4(host: string, from: number): number {
  let ip = 0;
  let octet = 0;
  for (let at = from; at < host.length; at++) {
    const code = host.charCodeAt(at);
    if (code === 0x2e) {
      ip = ip * 256 + octet;
      octet = 0;
    } else {
      octet = octet * 10 + (code - 0x30);
    }
  }
  return ip * 256 + octet;
}
