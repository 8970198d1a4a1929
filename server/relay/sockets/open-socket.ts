import { networkInterfaces } from 'node:os';
import { UdpAddress } from '../udp-address.ts';
import type { ListenAddress } from '../voice-socket.ts';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  lastError,
  SO_ATTACH_REUSEPORT_CBPF,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  type Libc,
} from './libc.ts';

/** Room for some 35,000 packets of one frame while the thread is busy; Linux gives at most net.core.rmem_max. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const SEND_BUFFER_BYTES = 1024 * 1024;

/** A `struct sockaddr_in6`, the longest that there is. */
const MAX_NAME_BYTES = 28;

/** A UDP socket bound to this address. Reading it may block, for at most `patienceMs`. @throws the system's error */
export function openSocket(libc: Libc, at: ListenAddress, sharesPort: boolean, patienceMs: number): number {
  const { host, family, port } = at;
  const fd = libc.socket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw lastError(libc, 'socket');
  // Those that fail leave the system's defaults, which work.
  libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, int32(RECEIVE_BUFFER_BYTES), 4);
  libc.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, int32(SEND_BUFFER_BYTES), 4);
  if (family === 6) libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, int32(0), 4);
  if (sharesPort) libc.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, int32(1), 4);
  const name = socketName(family, UdpAddress.from(host, port), interfaceOf(host));
  // Without the first, waiting might have no end.
  if (!setPatience(libc, fd, patienceMs)) throw closing(libc, fd, 'setsockopt');
  if (libc.bind(fd, name, name.length) < 0) throw closing(libc, fd, 'bind');
  if (sharesPort) steerByOneByte(libc, fd);
  return fd;
}

/** How long reading the socket blocks at most. False if the system leaves it as it was. */
export function setPatience(libc: Libc, fd: number, patienceMs: number): boolean {
  // A `struct timeval`: s and µs.
  const time = Buffer.alloc(16);
  time.writeInt32LE(Math.floor(patienceMs / 1_000), 0);
  time.writeInt32LE((patienceMs % 1_000) * 1_000, 8);
  return libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, time, time.length) === 0;
}

/** A socket of which everything goes to the bound one: to the loopback address if that listens on all. @throws the system's error */
export function openSocketTo(libc: Libc, boundFd: number): number {
  const name = Buffer.alloc(MAX_NAME_BYTES);
  if (libc.getsockname(boundFd, name, int32(name.length)) < 0) throw lastError(libc, 'getsockname');
  const fd = libc.socket(name.readUInt16LE(0), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw lastError(libc, 'socket');
  // The unspecified address means this machine here (man 7 ip). What cannot be reached is told by `write`.
  libc.connect(fd, name, name.length);
  return fd;
}

export function boundPort(libc: Libc, fd: number): number {
  const name = Buffer.alloc(MAX_NAME_BYTES);
  if (libc.getsockname(fd, name, int32(name.length)) < 0) throw lastError(libc, 'getsockname');
  return name.readUInt16BE(2);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/**
 * Of the sockets that share a port, a datagram of one byte goes to that with this number, in the order in which they were
 * bound; all others go where they went before, as for a number that there is not. In the classic language of packet filters
 * (code, jump if true, jump if false, operand); the packet begins with its payload.
 */
const STEERING: readonly (readonly [number, number, number, number])[] = [
  [0x80, 0, 0, 0], // A = length
  [0x15, 0, 2, 1], // if A ≠ 1, skip two
  [0x30, 0, 0, 0], // A = byte 0
  [0x16, 0, 0, 0], // return A
  [0x06, 0, 0, 0xffffffff], // return none
];
const FILTER_BYTES = 8;

/** Where the system does not do that, such a datagram may go to another thread. */
function steerByOneByte(libc: Libc, fd: number): void {
  const filter = Buffer.allocUnsafeSlow(STEERING.length * FILTER_BYTES);
  for (const [index, [code, jumpTrue, jumpFalse, operand]] of STEERING.entries()) {
    filter.writeUInt16LE(code, index * FILTER_BYTES);
    filter.writeUInt8(jumpTrue, index * FILTER_BYTES + 2);
    filter.writeUInt8(jumpFalse, index * FILTER_BYTES + 3);
    filter.writeUInt32LE(operand, index * FILTER_BYTES + 4);
  }
  // A `struct sock_fprog`: how many, and where.
  const program = Buffer.alloc(16);
  program.writeUInt16LE(STEERING.length, 0);
  program.writeBigUInt64LE(BigInt(libc.addressOf(filter)), 8);
  libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program, program.length);
}

function closing(libc: Libc, fd: number, call: string): NodeJS.ErrnoException {
  const error = lastError(libc, call);
  libc.close(fd);
  return error;
}

function socketName(family: 4 | 6, { a, b, c, d, port }: UdpAddress, scope: number): Buffer {
  const name = Buffer.alloc(family === 4 ? 16 : MAX_NAME_BYTES);
  name.writeUInt16LE(family === 4 ? AF_INET : AF_INET6, 0);
  name.writeUInt16BE(port, 2);
  if (family === 4) {
    name.writeInt32BE(d, 4);
  } else {
    [a, b, c, d].forEach((word, index) => name.writeInt32BE(word, 8 + index * 4));
    name.writeUInt32LE(scope, 24);
  }
  return name;
}

/** The number of a link-local address's interface, which stands by name behind its `%`; 0 for others. */
function interfaceOf(host: string): number {
  const [address, name = ''] = host.split('%');
  const own = networkInterfaces()[name]?.find((known) => known.address === address);
  return own?.family === 'IPv6' ? own.scopeid : 0;
}
