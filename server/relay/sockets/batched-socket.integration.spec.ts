import { networkInterfaces } from 'node:os';
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UdpClient } from '../testing/voice-clients.ts';
import { UdpAddress } from '../udp-address.ts';
import type { ListenAddress } from '../voice-socket.ts';
import { BatchedSocket } from './batched-socket.ts';
import {
  accessLibc,
  EAGAIN,
  EINTR,
  EINVAL,
  EIO,
  EMSGSIZE,
  EOPNOTSUPP,
  SO_RCVTIMEO,
  UDP_SEGMENT,
  type Libc,
} from './libc.ts';

const EPERM = 1;
const EACCES = 13;
const EHOSTUNREACH = 113;
/** As many messages as one call of the socket sends at most. */
const SEND_BATCH = 1024;

const LOOPBACK: ListenAddress = { host: '127.0.0.1', family: 4, port: 0 };
const access = accessLibc();
/** One of this machine's, with its interface; not every machine has any. */
const linkLocal = Object.entries(networkInterfaces())
  .flatMap(([name, addresses = []]) => addresses.map(({ address }) => `${address}%${name}`))
  .find((address) => address.startsWith('fe80:'));

/** What a call of sendmmsg does: fails with this error, sends so many of its messages, or all of them. */
type Outcome = { readonly errno: number } | { readonly sends: number } | 'all';

/** The real C library, but what sending does is told in advance. */
class ScriptedLibc {
  readonly libc: Libc;
  /** How many messages each call was given. */
  readonly calls: number[] = [];
  polls = 0;
  /** For the calls to come, in order; after them `always`. */
  script: Outcome[] = [];
  always: Outcome = 'all';
  #errno: number | undefined;

  constructor(real: Libc) {
    this.libc = {
      ...real,
      sendmmsg: (fd, headers, count, flags) => {
        this.calls.push(count);
        const outcome = this.script.shift() ?? this.always;
        this.#errno = undefined;
        if (outcome === 'all') return real.sendmmsg(fd, headers, count, flags);
        if ('sends' in outcome) return real.sendmmsg(fd, headers, outcome.sends, flags);
        this.#errno = outcome.errno;
        return -1;
      },
      poll: (descriptors, count, timeoutMs) => {
        this.polls++;
        return real.poll(descriptors, count, timeoutMs);
      },
      errno: () => this.#errno ?? real.errno(),
    };
  }
}

describe.skipIf('unavailable' in access)('BatchedSocket', () => {
  const { libc: real } = access as { libc: Libc };
  let scripted: ScriptedLibc;
  let sut: BatchedSocket;
  let failures: number;
  const clients: UdpClient[] = [];
  const others: BatchedSocket[] = [];

  beforeEach(() => {
    failures = 0;
    scripted = new ScriptedLibc(real);
    sut = BatchedSocket.open(scripted.libc, LOOPBACK, { sharesPort: false, onSendFailed: () => failures++ });
  });

  afterEach(async () => {
    sut.close();
    for (const other of others.splice(0)) other.close();
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  async function listeners(count: number): Promise<{ client: UdpClient; at: UdpAddress }[]> {
    const opened = await Promise.all(Array.from({ length: count }, () => UdpClient.open(sut.port)));
    clients.push(...opened);
    return opened.map((client) => ({ client, at: UdpAddress.from('127.0.0.1', client.port) }));
  }

  /** Sends one train of these packets to all. */
  function send(packets: readonly Uint8Array[], to: readonly { at: UdpAddress }[]): void {
    const places = packets.map((packet) => sut.place(packet));
    const train = sut.train(places, packets[0]!.length);
    for (const { at } of to) sut.send(train, at);
    sut.flush();
  }

  describe('sending', () => {
    it('hands all messages of a flush to the system at once', async () => {
      const to = await listeners(3);
      send([packet(1), packet(2)], to);
      expect(scripted.calls).toEqual([3]);
      for (const { client } of to) expect(await client.inbox.take(2)).toEqual([packet(1), packet(2)]);
    });

    it('asks the system for nothing when there is nothing to send', () => {
      sut.flush();
      expect(scripted.calls).toEqual([]);
    });

    it('goes on with what was not taken at once', async () => {
      const to = await listeners(3);
      scripted.script = [{ sends: 1 }, { sends: 1 }];
      send([packet(1)], to);
      expect(scripted.calls).toEqual([3, 2, 1]);
      for (const { client } of to) expect(await client.inbox.next()).toEqual(packet(1));
      expect(failures).toBe(0);
    });

    it('sends more messages than one call takes', async () => {
      const to = await listeners(8);
      const rounds = 140;
      for (let round = 0; round < rounds; round++) {
        const train = sut.train([sut.place(packet(round))], 20);
        for (const { at } of to) sut.send(train, at);
      }
      sut.flush();
      expect(scripted.calls).toEqual([SEND_BATCH, rounds * to.length - SEND_BATCH]);
      const all = Array.from({ length: rounds }, (_, round) => packet(round));
      for (const { client } of to) expect(await client.inbox.take(rounds)).toEqual(all);
    });

    it('sends more pieces than it has room for at a time', async () => {
      const to = await listeners(70);
      const places = Array.from({ length: sut.maxTrain }, (_, index) => sut.place(packet(index)));
      const all = Array.from({ length: 2 * sut.maxTrain }, (_, index) => packet(index % sut.maxTrain));
      for (const { at } of to) {
        for (const _ of [1, 2]) sut.send(sut.train(places, 20), at);
      }
      sut.flush();
      for (const { client } of to) expect(await client.inbox.take(all.length)).toEqual(all);
      expect(failures).toBe(0);
    });

    it('has 256 places until they are free again', () => {
      for (let i = 0; i < 256; i++) sut.place(packet(i));
      expect(() => sut.place(packet(0))).toThrow(RangeError);
      sut.flush();
      sut.place(packet(0));
    });
  });

  describe('when the system’s buffer is full', () => {
    it('waits once, and sends when there is room', async () => {
      const to = await listeners(2);
      scripted.script = [{ errno: EAGAIN }];
      send([packet(1)], to);
      expect([scripted.calls, scripted.polls, failures]).toEqual([[2, 2], 1, 0]);
      for (const { client } of to) expect(await client.inbox.next()).toEqual(packet(1));
    });

    it('drops what is left after that, and counts every packet of it', async () => {
      const to = await listeners(4);
      scripted.script = [{ sends: 1 }, { errno: EAGAIN }, { sends: 1 }];
      scripted.always = { errno: EAGAIN };
      send([packet(1), packet(2), packet(3)], to);
      expect([scripted.calls, scripted.polls, failures]).toEqual([[4, 3, 3, 2], 1, 2 * 3]);
      for (const { client } of to.slice(0, 2)) expect(await client.inbox.take(3)).toHaveLength(3);
    });

    it('waits anew in the next flush', async () => {
      const to = await listeners(1);
      scripted.script = [{ errno: EAGAIN }, { errno: EAGAIN }, { errno: EAGAIN }];
      send([packet(1)], to);
      send([packet(2)], to);
      expect([scripted.calls, scripted.polls, failures]).toEqual([[1, 1, 1, 1], 2, 1]);
      expect(await to[0]!.client.inbox.next()).toEqual(packet(2));
    });
  });

  it('tries again when a signal came between', async () => {
    const to = await listeners(2);
    scripted.script = [{ errno: EINTR }, { errno: EINTR }];
    send([packet(1)], to);
    expect([scripted.calls, scripted.polls, failures]).toEqual([[2, 2, 2], 0, 0]);
    for (const { client } of to) expect(await client.inbox.next()).toEqual(packet(1));
  });

  it.each([
    ['EPERM', EPERM],
    ['EHOSTUNREACH', EHOSTUNREACH],
  ])('leaves out the one listener that is refused with %s', async (_name, errno) => {
    const to = await listeners(3);
    scripted.script = [{ sends: 1 }, { errno }];
    send([packet(1)], to);
    expect([scripted.calls, failures]).toEqual([[3, 2, 1], 1]);
    for (const { client } of [to[0]!, to[2]!]) expect(await client.inbox.next()).toEqual(packet(1));
    expect(to[1]!.client.inbox.size).toBe(0);
  });

  describe('when a message is not taken in segments', () => {
    const three = [packet(1), packet(2), packet(3)];

    it.each([
      ['EIO', EIO],
      ['EINVAL', EINVAL],
      ['EOPNOTSUPP', EOPNOTSUPP],
    ])('sends its packets singly, and all from then on: %s', async (_name, errno) => {
      const to = await listeners(2);
      scripted.script = [{ errno }];
      send(three, to);
      // The second message was queued in segments already, which the real system takes.
      expect([scripted.calls, failures]).toEqual([[2, 1, 1, 1, 1], 0]);
      scripted.calls.length = 0;
      send(three, to);
      expect(scripted.calls).toEqual([6]);
      for (const { client } of to) expect(await client.inbox.take(6)).toEqual([...three, ...three]);
    });

    it.each([
      ['EMSGSIZE', EMSGSIZE, three],
      ['EINVAL of large packets', EINVAL, three.map((small) => new Uint8Array(900).fill(small[0] ?? 0))],
    ])('goes on with segments for others where only one way is too narrow: %s', async (_name, errno, packets) => {
      const to = await listeners(2);
      scripted.script = [{ errno }];
      send(packets, to);
      expect([scripted.calls, failures]).toEqual([[2, 1, 1, 1, 1], 0]);
      scripted.calls.length = 0;
      send(packets, to);
      expect(scripted.calls).toEqual([2]);
      for (const { client } of to) expect(await client.inbox.take(6)).toEqual([...packets, ...packets]);
    });

    it('counts each packet that is refused singly too', async () => {
      const to = await listeners(2);
      scripted.script = [{ errno: EPERM }, { errno: EPERM }, 'all', { errno: EPERM }];
      send(three, to);
      expect([scripted.calls, failures]).toEqual([[2, 1, 1, 1, 1], 2]);
      expect(await to[0]!.client.inbox.next()).toEqual(packet(2));
      expect(await to[1]!.client.inbox.take(3)).toEqual(three);
    });
  });

  it('sends singly where the system does not know segments', async () => {
    const setsockopt: Libc['setsockopt'] = (fd, level, name, value, length) =>
      name === UDP_SEGMENT ? -1 : real.setsockopt(fd, level, name, value, length);
    const old = BatchedSocket.open({ ...scripted.libc, setsockopt }, LOOPBACK, {
      sharesPort: false,
      onSendFailed: () => failures++,
    });
    others.push(old);
    const client = await UdpClient.open(old.port);
    clients.push(client);
    const train = old.train([old.place(packet(1)), old.place(packet(2))], 20);
    old.send(train, UdpAddress.from('127.0.0.1', client.port));
    old.flush();
    expect(scripted.calls).toEqual([2]);
    expect(await client.inbox.take(2)).toEqual([packet(1), packet(2)]);
  });

  describe('receiving', () => {
    it('has nothing when nothing came', () => {
      expect(sut.receive()).toBe(0);
    });

    it('takes no more at once than it has places for, and the rest with the next call', () => {
      const to = UdpAddress.from('127.0.0.1', sut.port);
      const train = sut.train([sut.place(packet(1))], 20);
      for (let i = 0; i < 200; i++) sut.send(train, to);
      sut.flush();
      expect([sut.receive(), sut.receive(), sut.receive()]).toEqual([128, 72, 0]);
    });

    it('goes on after memory was cleaned up: the system writes to where it was told at first', () => {
      setFlagsFromString('--expose-gc');
      const collectGarbage = runInNewContext('gc') as () => void;
      const to = UdpAddress.from('127.0.0.1', sut.port);
      for (let round = 0; round < 20; round++) {
        collectGarbage();
        // Takes the place of whatever was given back.
        const filler = Array.from({ length: 50 }, () => Buffer.allocUnsafeSlow(2_048).fill(0xff));
        for (let i = 0; i < 128; i++) sut.send(sut.train([sut.place(packet(i))], 20), to);
        sut.flush();
        expect(sut.receive()).toBe(128);
        for (const [i, { bytes, length }] of sut.received.entries()) {
          expect(new Uint8Array(bytes.subarray(0, length))).toEqual(packet(i));
        }
        expect(filler).toHaveLength(50);
      }
    });
  });

  describe('that waits', () => {
    /** The times, in ms, that the system was told to wait at most. */
    function patienceOf(call: (socket: BatchedSocket) => void): number[] {
      const told: number[] = [];
      const listening: Libc = {
        ...real,
        setsockopt: (fd, level, name, value, length) => {
          if (name === SO_RCVTIMEO) told.push(value.readInt32LE(0) * 1_000 + value.readInt32LE(8) / 1_000);
          return real.setsockopt(fd, level, name, value, length);
        },
      };
      const socket = BatchedSocket.open(listening, LOOPBACK, { sharesPort: false, onSendFailed: () => {} });
      others.push(socket);
      call(socket);
      return told;
    }

    it('stops waiting when a packet comes', () => {
      sut.send(sut.train([sut.place(packet(1))], 20), UdpAddress.from('127.0.0.1', sut.port));
      sut.flush();
      expect(sut.receive(60_000)).toBe(1);
    });

    it('stops waiting when its time is over', () => {
      expect(sut.receive(1)).toBe(0);
    });

    it('takes the packets that are there, and waits for no more', () => {
      for (let i = 0; i < 3; i++) {
        sut.send(sut.train([sut.place(packet(i))], 20), UdpAddress.from('127.0.0.1', sut.port));
      }
      sut.flush();
      expect([sut.receive(60_000), sut.receive()]).toEqual([3, 0]);
    });

    it('tells the system how long to wait when that changes', () => {
      const told = patienceOf((socket) => {
        for (const ms of [10, 10, 0, 10, 1_020, 0, 10]) {
          // There is always one to receive.
          socket.send(socket.train([socket.place(packet(1))], 20), UdpAddress.from('127.0.0.1', socket.port));
          socket.flush();
          socket.receive(ms);
        }
      });
      expect(told).toEqual([250, 10, 1_020, 10]);
    });

    it('is not opened where a wait could have no end', () => {
      const closed: number[] = [];
      const patient: Libc = {
        ...real,
        setsockopt: (fd, level, name, value, length) =>
          name === SO_RCVTIMEO ? -1 : real.setsockopt(fd, level, name, value, length),
        errno: () => EPERM,
        close: (fd) => {
          closed.push(fd);
          return real.close(fd);
        },
      };
      const opened = (): unknown =>
        BatchedSocket.open(patient, LOOPBACK, { sharesPort: false, onSendFailed: () => {} });
      expect(opened).toThrow(expect.objectContaining({ code: 'EPERM', syscall: 'setsockopt' }) as Error);
      expect(closed).toHaveLength(1);
    });
  });

  describe('opening', () => {
    const nothing = { sharesPort: false, onSendFailed: () => {} };

    it('shares its port with others that share it, and the system gives each sender to one of them', async () => {
      const shared = { sharesPort: true, onSendFailed: () => {} };
      const one = BatchedSocket.open(real, LOOPBACK, shared);
      const two = BatchedSocket.open(real, { ...LOOPBACK, port: one.port }, shared);
      others.push(one, two);
      expect(() => BatchedSocket.open(real, { ...LOOPBACK, port: one.port }, nothing)).toThrow('EADDRINUSE');
      const senders = await Promise.all(Array.from({ length: 32 }, () => UdpClient.open(one.port)));
      clients.push(...senders);
      const threadOf = new Map<number, BatchedSocket>();
      for (const round of [1, 2, 3]) {
        const heard = new Set<number>();
        for (const client of senders) client.send(packet(round));
        await expect
          .poll(() => {
            for (const socket of [one, two]) {
              for (const { from } of socket.received.slice(0, socket.receive())) {
                expect(threadOf.get(from.port) ?? socket).toBe(socket);
                threadOf.set(from.port, socket);
                heard.add(from.port);
              }
            }
            return heard.size;
          })
          .toBe(32);
      }
      // One in four thousand million that all 32 come to one.
      expect(new Set(threadOf.values()).size).toBe(2);
    });

    it.skipIf(linkLocal === undefined)('listens on a link-local address', () => {
      const socket = BatchedSocket.open(real, { host: linkLocal ?? '', family: 6, port: 0 }, nothing);
      others.push(socket);
      expect(socket.port).toBeGreaterThan(0);
    });

    it('throws the system’s error when its port is taken', () => {
      const port = sut.port;
      expect(() => BatchedSocket.open(real, { ...LOOPBACK, port }, nothing)).toThrow(
        expect.objectContaining({ code: 'EADDRINUSE', syscall: 'bind' }) as Error,
      );
    });

    it('throws the system’s error when its port is not permitted, and leaves nothing open', () => {
      const closed: number[] = [];
      const forbidding: Libc = {
        ...real,
        bind: () => -1,
        errno: () => EACCES,
        close: (fd) => {
          closed.push(fd);
          return real.close(fd);
        },
      };
      expect(() => BatchedSocket.open(forbidding, { ...LOOPBACK, port: 1 }, nothing)).toThrow(
        expect.objectContaining({ code: 'EACCES' }) as Error,
      );
      expect(closed).toHaveLength(1);
    });

    it('throws the system’s error when there are no more descriptors', () => {
      const exhausted: Libc = { ...real, socket: () => -1, errno: () => 24 };
      const error = expect.objectContaining({ code: 'EMFILE' }) as Error;
      expect(() => BatchedSocket.open(exhausted, LOOPBACK, nothing)).toThrow(error);
    });
  });
});

/** 20 bytes that tell which packet it is. */
function packet(number: number): Uint8Array {
  return new Uint8Array(20).fill(number & 0xff);
}
