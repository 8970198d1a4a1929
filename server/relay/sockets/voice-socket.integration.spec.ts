import { MAX_PACKET_BYTES } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Datagram } from '../datagram.ts';
import { Inbox, UdpClient } from '../testing/voice-clients.ts';
import { UdpAddress } from '../udp-address.ts';
import type { DatagramSender, ListenAddress } from '../voice-socket.ts';
import { BatchedSocket } from './batched-socket.ts';
import { accessLibc, type Libc } from './libc.ts';
import { PortableSocket } from './portable-socket.ts';

/** A datagram as its receiver saw it at that moment: a socket may fill the place anew. */
interface Arrival {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly from: UdpAddress;
}

interface SocketEvents {
  onDatagram(datagram: Datagram): void;
  onSendFailed(): void;
}

/** A voice socket that tells what arrives, whichever kind it is. */
interface DrivenSocket {
  readonly sender: DatagramSender;
  readonly port: number;
  close(): Promise<void>;
}

async function openPortable(at: ListenAddress, events: SocketEvents): Promise<DrivenSocket> {
  const sender = await PortableSocket.open(at, events);
  return { sender, port: sender.port, close: () => sender.close() };
}

const access = accessLibc();

/** Read as its thread would, but between the turns of this thread's event loop. */
function openBatched(at: ListenAddress, events: SocketEvents): DrivenSocket {
  const { libc } = access as { libc: Libc };
  const sender = BatchedSocket.open(libc, at, { sharesPort: false, onSendFailed: () => events.onSendFailed() });
  const read = (): void => {
    for (const datagram of sender.received.slice(0, sender.receive(1))) events.onDatagram(datagram);
    next = setImmediate(read);
  };
  let next = setImmediate(read);
  const close = (): Promise<void> => {
    clearImmediate(next);
    sender.close();
    return Promise.resolve();
  };
  return { sender, port: sender.port, close };
}

/** Counts, and tells who waits for a count. */
class Failures {
  count = 0;
  #onCount: (() => void) | undefined;

  readonly add = (): void => {
    this.count++;
    this.#onCount?.();
  };

  async reached(count: number): Promise<void> {
    while (this.count < count) await new Promise<void>((resolve) => (this.#onCount = resolve));
  }
}

const BROADCAST = UdpAddress.from('255.255.255.255', 9);

const IPV4 = { at: { host: '127.0.0.1', family: 4, port: 0 }, clients: ['127.0.0.1'] } as const;
const IPV6 = { at: { host: '::1', family: 6, port: 0 }, clients: ['::1'] } as const;
const DUAL_STACK = { at: { host: '::', family: 6, port: 0 }, clients: ['127.0.0.1', '::1'] } as const;

/** What is thrown rejects. */
function inPromise(open: typeof openBatched): typeof openPortable {
  return (at, events) => new Promise((resolve) => resolve(open(at, events)));
}

const KINDS = [
  { kind: 'portable', open: openPortable, available: true },
  { kind: 'batched', open: inPromise(openBatched), available: 'libc' in access },
] as const;
const STACKS = [
  { stack: 'IPv4', ...IPV4 },
  { stack: 'IPv6', ...IPV6 },
  { stack: 'both families', ...DUAL_STACK },
] as const;

for (const { kind, open, available } of KINDS) {
  describe.skipIf(!available)(`voice socket, ${kind}`, () => {
    describe.each(STACKS)('on $stack', ({ at, clients: hosts }) => {
      let sut: DrivenSocket;
      let arrivals: Inbox<Arrival>;
      let failures: Failures;
      const clients: UdpClient[] = [];

      beforeEach(async () => {
        arrivals = new Inbox();
        failures = new Failures();
        sut = await open(at, {
          onDatagram: ({ bytes, length, from }) =>
            arrivals.put({ bytes: new Uint8Array(bytes.subarray(0, length)), length, from: from.copy() }),
          onSendFailed: failures.add,
        });
        for (const host of hosts) clients.push(await UdpClient.open(sut.port, host));
      });

      afterEach(async () => {
        await Promise.all([sut.close(), ...clients.splice(0).map((client) => client.close())]);
      });

      /** Where the client sends from, as the socket sees it. */
      async function addressOf(client: UdpClient): Promise<UdpAddress> {
        client.send(Uint8Array.of(1));
        return (await arrivals.next()).from;
      }

      function sendTrain(packets: readonly Uint8Array[], length: number, ...to: UdpAddress[]): void {
        const train = sut.sender.train(
          packets.map((packet) => sut.sender.place(packet)),
          length,
        );
        for (const address of to) sut.sender.send(train, address);
        sut.sender.flush();
      }

      it('sends to where a datagram came from', async () => {
        for (const [index, client] of clients.entries()) {
          client.send(Uint8Array.of(1, 2, index));
          const { bytes, from } = await arrivals.next();
          expect([...bytes]).toEqual([1, 2, index]);
          expect([from.host, from.port]).toEqual([UdpAddress.from(hosts[index]!, 0).host, client.port]);
          sendTrain([Uint8Array.of(3, index)], 2, from);
          expect(await client.inbox.next()).toEqual(Uint8Array.of(3, index));
        }
        expect(failures.count).toBe(0);
      });

      it('tells its clients apart by their addresses', async () => {
        const other = await UdpClient.open(sut.port, hosts[0]);
        clients.push(other);
        const one = await addressOf(clients[0]!);
        expect((await addressOf(clients[0]!)).equals(one)).toBe(true);
        expect((await addressOf(other)).equals(one)).toBe(false);
      });

      it('lets trains of every length arrive as single datagrams, whole and in order', async () => {
        for (const client of clients) {
          const to = await addressOf(client);
          for (let count = 1; count <= sut.sender.maxTrain; count++) {
            const length = 1 + ((count * 37) % 400);
            // Longer than what is sent of them: a packet's hop tag stays behind.
            const packets = Array.from({ length: count }, (_, index) => numbered(index, length + 8));
            sendTrain(packets, length, to);
            expect(await client.inbox.take(count)).toEqual(packets.map((packet) => packet.subarray(0, length)));
          }
        }
        expect(failures.count).toBe(0);
      });

      it('lets the longest train of the largest packets arrive', async () => {
        const client = clients[0]!;
        const to = await addressOf(client);
        const packets = Array.from({ length: sut.sender.maxTrain }, (_, index) => numbered(index, MAX_PACKET_BYTES));
        sendTrain(packets, MAX_PACKET_BYTES, to);
        expect(await client.inbox.take(packets.length)).toEqual(packets);
      });

      it('sends one train to many, and another after it in the same flush', async () => {
        const listeners: UdpClient[] = [];
        const addresses: UdpAddress[] = [];
        for (let i = 0; i < 10; i++) {
          const listener = await UdpClient.open(sut.port, hosts[i % hosts.length]);
          clients.push(listener);
          listeners.push(listener);
          addresses.push(await addressOf(listener));
        }
        const { sender } = sut;
        const packets = [1, 2, 3].map((number) => numbered(number, 60));
        const first = sender.train([sender.place(packets[0]!), sender.place(packets[1]!)], 60);
        for (const address of addresses) sender.send(first, address);
        const second = sender.train([sender.place(packets[2]!)], 60);
        sender.send(second, addresses[0]!);
        sender.flush();
        expect(await listeners[0]!.inbox.take(3)).toEqual(packets);
        for (const listener of listeners.slice(1)) expect(await listener.inbox.take(2)).toEqual(packets.slice(0, 2));
      });

      it('keeps a copy of what it is given a place for', async () => {
        const [client] = clients as [UdpClient];
        const to = await addressOf(client);
        const bytes = Uint8Array.of(1, 2, 3);
        const datagram = sut.sender.place(bytes);
        bytes.fill(0);
        sut.sender.send(sut.sender.train([datagram], 3), to);
        sut.sender.flush();
        expect(await client.inbox.next()).toEqual(Uint8Array.of(1, 2, 3));
      });

      it('sends nothing of a train that another has replaced', async () => {
        const to = await addressOf(clients[0]!);
        const { sender } = sut;
        const old = sender.train([sender.place(Uint8Array.of(1))], 1);
        sender.train([sender.place(Uint8Array.of(2))], 1);
        expect(() => sender.send(old, to)).toThrow(RangeError);
      });

      it('takes the largest packet whole, and shows that a longer one is too long', async () => {
        for (const client of clients) {
          const largest = numbered(1, MAX_PACKET_BYTES);
          client.send(largest);
          expect((await arrivals.next()).bytes).toEqual(largest);
          for (const bytes of [MAX_PACKET_BYTES + 1, 9_000]) {
            client.send(new Uint8Array(bytes));
            expect((await arrivals.next()).length).toBeGreaterThan(MAX_PACKET_BYTES);
          }
          client.send(Uint8Array.of(7));
          expect((await arrivals.next()).bytes).toEqual(Uint8Array.of(7));
        }
      });

      it('takes a datagram of no bytes', async () => {
        for (const client of clients) {
          client.send(new Uint8Array(0));
          expect(await arrivals.next()).toMatchObject({ length: 0, from: { port: client.port } });
          client.send(Uint8Array.of(7));
          expect((await arrivals.next()).bytes).toEqual(Uint8Array.of(7));
        }
      });

      it('takes a burst in order', async () => {
        const [client] = clients as [UdpClient];
        const packets = Array.from({ length: 150 }, (_, index) => numbered(index, 60));
        for (const packet of packets) client.send(packet);
        expect((await arrivals.take(150)).map(({ bytes }) => bytes)).toEqual(packets);
      });

      it('counts each datagram that cannot be sent: to port 0', async () => {
        const packets = [numbered(1, 20), numbered(2, 20), numbered(3, 20)];
        sendTrain(packets, 20, UdpAddress.from(hosts[0], 0));
        await failures.reached(3);
      });

      it('does not mind that nobody listens there', async () => {
        const gone = await UdpClient.open(sut.port, hosts[0]);
        const to = await addressOf(gone);
        await gone.close();
        for (let i = 0; i < 10; i++) sendTrain([numbered(i, 20), numbered(i, 20)], 20, to);
        const [client] = clients as [UdpClient];
        sendTrain([Uint8Array.of(9)], 1, await addressOf(client));
        expect(await client.inbox.next()).toEqual(Uint8Array.of(9));
      });

      it('has its port for itself', async () => {
        const again = open({ ...at, port: sut.port }, { onDatagram: () => {}, onSendFailed: () => {} });
        await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
      });
    });

    it.each([IPV4, DUAL_STACK])('counts what the system refuses: broadcasts from $at.host', async ({ at }) => {
      const failures = new Failures();
      const { sender, close } = await open(at, { onDatagram: () => {}, onSendFailed: failures.add });
      // Sockets need a permission for broadcasts.
      sender.send(
        sender.train(
          [1, 2].map((byte) => sender.place(Uint8Array.of(byte))),
          1,
        ),
        BROADCAST,
      );
      sender.flush();
      await failures.reached(2);
      await close();
      expect(failures.count).toBe(2);
    });

    it('counts what comes after its end', async () => {
      const failures = new Failures();
      const { sender, close } = await open(IPV4.at, { onDatagram: () => {}, onSendFailed: failures.add });
      await close();
      sender.send(sender.train([sender.place(Uint8Array.of(1))], 1), UdpAddress.from('127.0.0.1', 9));
      sender.flush();
      expect(failures.count).toBe(1);
    });

    it('tells that an address is not of this machine', async () => {
      const opened = open({ host: '192.0.2.1', family: 4, port: 0 }, { onDatagram: () => {}, onSendFailed: () => {} });
      await expect(opened).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
    });
  });
}

/** Bytes that no other number and no other place in the packet has. */
function numbered(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (number * 101 + at * 7) & 0xff);
}
