import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type Koffi from 'koffi';

/** Addresses of memory are numbers here: those of a process fit into 47 bits, and a BigInt for each call would be garbage. */
type Pointer = number;

/** The system calls of a relay that reads and sends many datagrams at once. Each returns −1 on failure; then `errno` tells why. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer, length: number): number;
  connect(fd: number, address: Buffer, length: number): number;
  getsockname(fd: number, address: Buffer, length: Buffer): number;
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number;
  recvmmsg(fd: number, headers: Pointer, count: number, flags: number, timeout: Pointer): number;
  sendmmsg(fd: number, headers: Pointer, count: number, flags: number): number;
  poll(descriptors: Pointer, count: number, timeoutMs: number): number;
  write(fd: number, bytes: Buffer, count: number): number;
  close(fd: number): number;
  usleep(microseconds: number): number;
  /** The number of the last error in this thread. */
  errno(): number;
  /** Where the bytes of a buffer are; they must not be on the heap of V8 (`Buffer.allocUnsafeSlow`). */
  addressOf(buffer: Buffer): Pointer;
}

/** What a thread can do about the C library of this machine: call it, or say why not. */
export type LibcAccess = { readonly libc: Libc } | { readonly unavailable: string };

/** The layouts in `message-block.ts` and the numbers below are those of Linux on these. */
const ARCHITECTURES = new Set(['x64', 'arm64', 'riscv64', 'loong64']);

export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const SOL_SOCKET = 1;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_REUSEPORT = 15;
export const SO_RCVTIMEO = 20;
export const SO_ATTACH_REUSEPORT_CBPF = 51;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const IPPROTO_UDP = 17;
export const UDP_SEGMENT = 103;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_WAITFORONE = 0x10000;
export const POLLIN = 1;
export const POLLOUT = 4;

export const EINTR = 4;
export const EIO = 5;
export const EAGAIN = 11;
export const EINVAL = 22;
export const EMSGSIZE = 90;
export const EOPNOTSUPP = 95;

/** The C library by koffi, which is an optional dependency: where it cannot be had, the relay runs without. */
export function accessLibc(): LibcAccess {
  if (process.platform !== 'linux') return { unavailable: 'batched system calls are Linux’s' };
  if (!ARCHITECTURES.has(process.arch) || endianness() !== 'LE') {
    return { unavailable: `batched system calls are not laid out for ${process.arch}` };
  }
  try {
    return { libc: bindLibc(createRequire(import.meta.url)('koffi') as typeof Koffi) };
  } catch (error) {
    return { unavailable: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

function bindLibc(koffi: typeof Koffi): Libc {
  // Node itself is linked with the C library, whichever that is.
  const process = koffi.load(null);
  return {
    socket: process.func('int socket(int, int, int)'),
    bind: process.func('int bind(int, void *, unsigned int)'),
    connect: process.func('int connect(int, void *, unsigned int)'),
    getsockname: process.func('int getsockname(int, void *, void *)'),
    setsockopt: process.func('int setsockopt(int, int, int, void *, unsigned int)'),
    recvmmsg: process.func('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)'),
    sendmmsg: process.func('int sendmmsg(int, uintptr_t, unsigned int, int)'),
    poll: process.func('int poll(uintptr_t, unsigned long, int)'),
    write: process.func('long write(int, void *, size_t)'),
    close: process.func('int close(int)'),
    usleep: process.func('int usleep(unsigned int)'),
    errno: () => koffi.errno(),
    addressOf: (buffer) => Number(koffi.address(buffer)),
  };
}

/** The last error of this thread as Node reports one of its own sockets. */
export function lastError(libc: Libc, call: string): NodeJS.ErrnoException {
  const errno = libc.errno();
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${call} ${code}`), { code, errno: -errno, syscall: call });
}
