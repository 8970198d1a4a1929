import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UdpLane } from './udp-lane.ts';

describe('UdpLane', () => {
  let relay: Socket;
  let told: string[];
  let packets: Uint8Array[];
  let sut: UdpLane | undefined;

  beforeEach(async () => {
    told = [];
    packets = [];
    relay = createSocket('udp4');
    relay.bind(0, '127.0.0.1');
    await once(relay, 'listening');
  });

  afterEach(async () => {
    sut?.close();
    const closed = once(relay, 'close');
    relay.close();
    await closed;
  });

  async function open(host = '127.0.0.1', port = relay.address().port): Promise<UdpLane> {
    const lane = new UdpLane(new URL(`udp://${host}:${port}`), {
      opened: () => told.push('opened'),
      packet: (bytes) => packets.push(bytes),
      closed: () => told.push('closed'),
    });
    sut = lane;
    await expect.poll(() => told.length).toBeGreaterThan(0);
    return lane;
  }

  it.each(['127.0.0.1', 'localhost'])('carries datagrams both ways: %s', async (host) => {
    const lane = await open(host);
    const received = once(relay, 'message');
    lane.send(Uint8Array.of(1, 2, 3));
    const [bytes, from] = (await received) as [Buffer, { port: number }];
    expect([...bytes]).toEqual([1, 2, 3]);
    relay.send(Uint8Array.of(4), from.port, '127.0.0.1');
    await expect.poll(() => packets.length).toBe(1);
  });

  it('speaks IPv6', async () => {
    const six = createSocket('udp6');
    six.bind(0, '::1');
    await once(six, 'listening');
    const lane = await open('[::1]', six.address().port);
    const received = once(six, 'message');
    lane.send(Uint8Array.of(6));
    expect([...((await received) as [Buffer])[0]]).toEqual([6]);
    six.close();
  });

  it('takes nothing from any other address', async () => {
    const lane = await open();
    const received = once(relay, 'message');
    lane.send(Uint8Array.of(1));
    const [, from] = (await received) as [Buffer, { port: number }];
    const stranger = createSocket('udp4');
    stranger.send(Uint8Array.of(66), from.port, '127.0.0.1');
    await once(stranger, 'listening');
    relay.send(Uint8Array.of(1), from.port, '127.0.0.1');
    await expect.poll(() => packets.length).toBe(1);
    expect(packets[0]?.[0]).toBe(1);
    stranger.close();
  });

  it('tells closed, once, when nobody listens there', async () => {
    const { port } = relay.address();
    const closed = once(relay, 'close');
    relay.close();
    await closed;
    const lane = await open('127.0.0.1', port);
    lane.send(Uint8Array.of(1));
    await expect.poll(() => told).toEqual(['opened', 'closed']);
    lane.send(Uint8Array.of(2));
    relay = createSocket('udp4');
  });

  it('tells closed for a name that nobody has', async () => {
    await open('no-such-host.invalid');
    expect(told).toEqual(['closed']);
  });

  it('tells nothing of an end that it was asked for', async () => {
    const lane = await open();
    lane.close();
    lane.close();
    lane.send(Uint8Array.of(1));
    expect(told).toEqual(['opened']);
  });
});
