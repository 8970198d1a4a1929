import { once } from 'node:events';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostingThreadSetup } from '../testing/posting-thread.ts';
import { UdpAddress } from '../udp-address.ts';
import type { ListenAddress } from '../voice-socket.ts';
import { accessLibc, MSG_DONTWAIT, type Libc } from './libc.ts';
import { SocketWaiter, ThreadWaker } from './socket-waiter.ts';

const LOOPBACK: ListenAddress = { host: '127.0.0.1', family: 4, port: 0 };
/** Longer than any test waits. */
const FOR_EVER_MS = 20_000;
const EMFILE = 24;

const access = accessLibc();

describe.skipIf('unavailable' in access)('SocketWaiter', () => {
  const { libc: real } = access as { libc: Libc };
  const open: SocketWaiter[] = [];
  const workers: Worker[] = [];
  let sut: SocketWaiter;
  /** How often the system was asked to wait, and how often nothing came of it. */
  let waits: number;
  let fruitless: number;
  let taken: Int32Array<SharedArrayBuffer>;
  const watched: Libc = {
    ...real,
    recvmmsg: (fd, headers, count, flags, timeout) => {
      const received = real.recvmmsg(fd, headers, count, flags, timeout);
      if ((flags & MSG_DONTWAIT) === 0) {
        waits++;
        if (received <= 0) fruitless++;
      }
      return received;
    },
  };

  beforeEach(() => {
    [waits, fruitless] = [0, 0];
    taken = new Int32Array(new SharedArrayBuffer(4));
    sut = waiterAt(LOOPBACK, { libc: watched });
  });

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
    for (const waiter of open.splice(0)) waiter.close();
  });

  function waiterAt(at: ListenAddress, { sharesPort = false, thread = 0, libc = real } = {}): SocketWaiter {
    const waiter = SocketWaiter.open(libc, at, { sharesPort, onSendFailed: () => {} }, thread);
    open.push(waiter);
    return waiter;
  }

  function sendPacket({ socket }: SocketWaiter): void {
    socket.send(socket.train([socket.place(new Uint8Array(20))], 20), UdpAddress.from('127.0.0.1', socket.port));
    socket.flush();
  }

  /** Which of the last so many received were wakes. */
  function wakes(waiter: SocketWaiter, count: number): boolean[] {
    return waiter.socket.received.slice(0, count).map((datagram) => waiter.isWake(datagram));
  }

  /** A thread that posts to the waiter's, as soon as it is told how. */
  async function posting(setup: Omit<PostingThreadSetup, 'port' | 'taken'>): Promise<MessagePort> {
    const { port1, port2 } = new MessageChannel();
    const workerData: PostingThreadSetup = { ...setup, port: port2, taken: taken.buffer };
    const worker = new Worker(new URL('../testing/posting-thread.ts', import.meta.url), {
      workerData,
      transferList: [port2],
    });
    workers.push(worker);
    await once(worker, 'online');
    return port1;
  }

  it('stops waiting when a packet comes, which is neither mail nor a wake', () => {
    sendPacket(sut);
    const count = sut.receive(FOR_EVER_MS);
    expect([count, wakes(sut, count), sut.hasMail]).toEqual([1, [false], false]);
  });

  it('does not wait when there is mail, which took no datagram', () => {
    const waker = new ThreadWaker(real, sut.address);
    for (let times = 0; times < 3; times++) waker.wake();
    expect([sut.receive(FOR_EVER_MS), sut.hasMail, waits]).toEqual([0, true, 0]);
    expect([sut.receive(1), sut.hasMail, waits]).toEqual([0, false, 1]);
  });

  it('takes packets and tells of mail at once', () => {
    sendPacket(sut);
    new ThreadWaker(real, sut.address).wake();
    expect([sut.receive(FOR_EVER_MS), sut.hasMail]).toEqual([1, true]);
  });

  it('tells of mail when it was not to wait, too', () => {
    new ThreadWaker(real, sut.address).wake();
    expect([sut.receive(0), sut.hasMail]).toEqual([0, true]);
  });

  it('is woken up by another thread while it waits', async () => {
    const port = await posting({ wake: sut.address, count: 1, when: 'waits', losesWakes: false });
    const count = sut.receive(FOR_EVER_MS);
    expect([count, wakes(sut, count), sut.hasMail]).toEqual([1, [true], true]);
    expect(receiveMessageOnPort(port)).toEqual({ message: 0 });
  });

  it('tells of mail at the end of its patience where nothing wakes it up', async () => {
    const port = await posting({ wake: sut.address, count: 1, when: 'waits', losesWakes: true });
    for (let round = 0; round < 200 && !sut.hasMail; round++) expect(sut.receive(50)).toBe(0);
    expect(sut.hasMail).toBe(true);
    expect(receiveMessageOnPort(port)).toEqual({ message: 0 });
  });

  it('misses no mail, whenever it is posted', async () => {
    const count = 20_000;
    const port = await posting({ wake: sut.address, count, when: 'any', losesWakes: false });
    const all: unknown[] = [];
    while (fruitless === 0 && all.length < count) {
      sut.receive(FOR_EVER_MS);
      if (!sut.hasMail) continue;
      for (let mail = receiveMessageOnPort(port); mail !== undefined; mail = receiveMessageOnPort(port)) {
        all.push(mail.message);
        Atomics.add(taken, 0, 1);
      }
    }
    expect(fruitless).toBe(0);
    expect(all).toEqual(Array.from({ length: count }, (_, number) => number));
  });

  it.each<[string, ListenAddress]>([
    ['loopback', LOOPBACK],
    ['all addresses of IPv4', { host: '0.0.0.0', family: 4, port: 0 }],
    ['IPv6', { host: '::1', family: 6, port: 0 }],
    ['all addresses of both families', { host: '::', family: 6, port: 0 }],
  ])('is woken up by its number among those that share a port: %s', (_name, at) => {
    const first = waiterAt(at, { sharesPort: true });
    const shared = { ...at, port: first.socket.port };
    const all = [first, ...[1, 2].map((thread) => waiterAt(shared, { sharesPort: true, thread }))];
    for (const rung of [...all, ...all]) {
      // Each rings from another port: by the ports alone the system would choose another each time.
      for (let times = 0; times < 8; times++) {
        new ThreadWaker(real, rung.address).ring();
        const counts = all.map((waiter) => waiter.receive(0));
        expect(counts).toEqual(all.map((waiter) => (waiter === rung ? 1 : 0)));
        expect(wakes(rung, 1)).toEqual([true]);
      }
    }
  });

  it('takes no packet for a wake', () => {
    const stranger = waiterAt(LOOPBACK);
    const { socket } = stranger;
    for (const length of [0, 1, 2]) {
      socket.send(
        socket.train([socket.place(new Uint8Array(length))], length),
        UdpAddress.from('127.0.0.1', sut.socket.port),
      );
    }
    socket.flush();
    expect(wakes(sut, sut.receive(FOR_EVER_MS))).toEqual([false, false, false]);
  });

  it('waits for its patience where its own address cannot be reached', () => {
    const waiter = waiterAt(LOOPBACK, { libc: { ...real, connect: () => -1 } });
    new ThreadWaker(real, waiter.address).ring();
    expect([waiter.receive(1), waiter.hasMail]).toEqual([0, false]);
    sendPacket(waiter);
    expect([waiter.receive(FOR_EVER_MS), wakes(waiter, 1)]).toEqual([1, [false]]);
  });

  it('leaves nothing open when there are no more descriptors for what wakes it up', () => {
    const opened: number[] = [];
    const closed: number[] = [];
    const scarce: Libc = {
      ...real,
      socket: (...wanted) => {
        if (opened.length > 0) return -1;
        opened.push(real.socket(...wanted));
        return opened[0]!;
      },
      errno: () => EMFILE,
      close: (fd) => {
        closed.push(fd);
        return real.close(fd);
      },
    };
    expect(() => waiterAt(LOOPBACK, { libc: scarce })).toThrow(expect.objectContaining({ code: 'EMFILE' }) as Error);
    expect(closed).toEqual(opened);
    expect(opened).toHaveLength(1);
  });
});
