import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UdpClient } from './testing/voice-clients.ts';
import { hostOf, toUdpAddress, type UdpAddress } from './udp-address.ts';
import { UdpSocket } from './udp-socket.ts';
import { openVoicePorts } from './voice-ports.ts';

const LOOPBACK = { host: '127.0.0.1', family: 4, port: 0 } as const;

describe('UdpSocket', () => {
  let sut: UdpSocket;
  let client: UdpClient;
  let failed: () => void;
  let failures: Promise<void>;
  let failureCount: number;
  let onMessage: (bytes: Uint8Array, from: UdpAddress) => void;
  let arrived: Promise<[Uint8Array, UdpAddress]>;

  beforeEach(async () => {
    failureCount = 0;
    failures = new Promise((resolve) => (failed = resolve));
    arrived = new Promise((resolve) => {
      onMessage = (bytes, from) => resolve([bytes, from]);
    });
    sut = await UdpSocket.open(LOOPBACK, {
      onMessage: (bytes, from) => onMessage(bytes, from),
      onSendFailed: () => {
        failureCount++;
        failed();
      },
    });
    client = await UdpClient.open(sut.port);
  });

  afterEach(async () => {
    await client.close();
  });

  it('sends to where a message came from', async () => {
    client.send(Uint8Array.of(1, 2));
    const [bytes, from] = await arrived;
    expect([...bytes]).toEqual([1, 2]);
    expect(hostOf(from)).toBe('127.0.0.1');
    sut.send(Uint8Array.of(3), from);
    expect(await client.inbox.next()).toEqual(Uint8Array.of(3));
    await sut.close();
  });

  it('counts what the system refuses to send', async () => {
    // Sockets need a permission for broadcasts.
    sut.send(Uint8Array.of(1), toUdpAddress('255.255.255.255', 9));
    await failures;
    expect(failureCount).toBe(1);
    await sut.close();
  });

  it('counts what Node refuses to send', async () => {
    sut.send(Uint8Array.of(1), toUdpAddress('127.0.0.1', 0));
    expect(failureCount).toBe(1);
    await sut.close();
  });

  it('counts what comes after its end', async () => {
    await sut.close();
    sut.send(Uint8Array.of(1), toUdpAddress('127.0.0.1', 9));
    expect(failureCount).toBe(1);
  });

  it('does not mind that nobody listens there', async () => {
    const gone = await UdpClient.open(sut.port);
    gone.send(Uint8Array.of(1));
    const [, from] = await arrived;
    await gone.close();
    for (let i = 0; i < 10; i++) sut.send(Uint8Array.of(1), from);
    await sut.close();
  });
});

describe('openVoicePorts', () => {
  it('tries another free port when the first is free for UDP alone', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: taken } = other.address() as AddressInfo;
    const events = { onMessage() {}, onSendFailed() {} };
    let attempts = 0;
    const sut = await openVoicePorts(
      { host: '127.0.0.1', port: 0, tls: undefined },
      events,
      { onMessage() {}, onTooLong() {}, onClosed() {} },
      (at, to) => UdpSocket.open(attempts++ === 0 ? { ...at, port: taken } : at, to),
    );
    expect(attempts).toBe(2);
    expect(sut.port).not.toBe(taken);
    expect([sut.udp.port, sut.streams.port]).toEqual([sut.port, sut.port]);
    await Promise.all([sut.udp.close(), sut.streams.close()]);
    other.close();
  });
});
