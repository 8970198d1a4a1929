import { isIPv6 } from 'node:net';

/** An IPv4 address a.b.c.d is written ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2). */
const MAPPED_IPV4_WORD = 0xffff;

/**
 * Where a datagram comes from or goes to: an IPv6 address as four 32-bit words in network order (IPv4 mapped into it), a
 * port, and the interface of a link-local address.
 *
 * Numbers and not text, so that a packet's address is read and compared without an allocation. A socket may fill one object
 * anew for each packet that it receives: who keeps an address keeps a `copy()`.
 */
export class UdpAddress {
  readonly kind = 'udp';
  a: number;
  b: number;
  c: number;
  d: number;
  port: number;
  scope: number;
  #host: string | undefined;

  /** Words are taken modulo 2^32. */
  constructor(a = 0, b = 0, c = 0, d = 0, port = 0, scope = 0) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = d | 0;
    this.port = port;
    this.scope = scope;
  }

  /**
   * `host` is an address as the system prints it, never a name. A link-local one keeps its interface as text: Node's sockets
   * name it so.
   */
  static from(host: string, port: number): UdpAddress {
    if (!host.includes(':')) return new UdpAddress(0, 0, MAPPED_IPV4_WORD, readIpv4(host), port);
    const zoneAt = host.indexOf('%');
    const address = new UdpAddress(...readIpv6(zoneAt < 0 ? host : host.slice(0, zoneAt)), port);
    if (zoneAt >= 0) address.#host = host;
    return address;
  }

  get isIpv4(): boolean {
    return this.a === 0 && this.b === 0 && this.c === MAPPED_IPV4_WORD;
  }

  /** As `node:dgram` takes it for a socket of the address's own family. */
  get host(): string {
    return (this.#host ??= this.isIpv4 ? ipv4Text(this.d) : ipv6Text([this.a, this.b, this.c, this.d]));
  }

  /** As `node:dgram` takes it for a socket of both families. */
  get mappedHost(): string {
    return this.isIpv4 ? `::ffff:${this.host}` : this.host;
  }

  /** Makes this the address of another packet. */
  set(a: number, b: number, c: number, d: number, port: number, scope: number): void {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = d | 0;
    this.port = port;
    this.scope = scope;
    this.#host = undefined;
  }

  equals(other: UdpAddress): boolean {
    return (
      this.d === other.d &&
      this.port === other.port &&
      this.c === other.c &&
      this.b === other.b &&
      this.a === other.a &&
      this.scope === other.scope &&
      // The interface may be known by its name alone.
      (this.#host === undefined || other.#host === undefined || this.#host === other.#host)
    );
  }

  copy(): UdpAddress {
    const copy = new UdpAddress(this.a, this.b, this.c, this.d, this.port, this.scope);
    copy.#host = this.#host;
    return copy;
  }

  /** What another thread makes the same address of. */
  toWords(): readonly [number, number, number, number, number, number] {
    return [this.a, this.b, this.c, this.d, this.port, this.scope];
  }
}

function readIpv4(host: string, from = 0): number {
  let ip = 0;
  let octet = 0;
  for (let at = from; at < host.length; at++) {
    const code = host.charCodeAt(at);
    if (code === 0x2e) {
      ip = (ip << 8) | octet;
      octet = 0;
    } else {
      octet = octet * 10 + (code - 0x30);
    }
  }
  return (ip << 8) | octet;
}

function readIpv6(host: string): [number, number, number, number] {
  if (!isIPv6(host)) throw new RangeError('not an IP address');
  const dotsAt = host.indexOf('.');
  const quadAt = dotsAt < 0 ? -1 : host.lastIndexOf(':') + 1;
  const quad = quadAt < 0 ? 0 : readIpv4(host, quadAt);
  const hex =
    quadAt < 0 ? host : `${host.slice(0, quadAt)}${(quad >>> 16).toString(16)}:${(quad & 0xffff).toString(16)}`;
  const [head = '', tail] = hex.split('::');
  const groupsOf = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
  const word = (at: number): number => ((groups[at] ?? 0) << 16) | (groups[at + 1] ?? 0);
  return [word(0), word(2), word(4), word(6)];
}

function ipv4Text(ip: number): string {
  return `${ip >>> 24}.${(ip >>> 16) & 0xff}.${(ip >>> 8) & 0xff}.${ip & 0xff}`;
}

function ipv6Text(words: readonly number[]): string {
  return words.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':');
}
