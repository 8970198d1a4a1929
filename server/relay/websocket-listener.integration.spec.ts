import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { MAX_PACKET_BYTES } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UnboundLimits } from '../common/unbound-connections.ts';
import type { StreamLane } from './relay-lane.ts';
import { WebSocketClient } from './testing/voice-clients.ts';
import { UNBOUND_LIMITS, WebSocketListener } from './websocket-listener.ts';

const LOOPBACK = { host: '127.0.0.1', family: 4, port: 0 } as const;
const REFUSED_MESSAGE = Uint8Array.of(0);

/** Stands in for the relay: takes every first message for a ping that binds, but for one. */
class Recorder {
  /** What says that a stream may stay: later than its message, as other threads decide it. */
  bind: (stream: StreamLane) => void = () => {};
  readonly lanes: StreamLane[] = [];
  readonly messages: number[] = [];
  tooLong = 0;
  #closed: ((stream: StreamLane) => void)[] = [];
  #message: (() => void)[] = [];

  readonly onMessage = (bytes: Uint8Array, from: StreamLane): void => {
    this.messages.push(bytes.length);
    if (!this.lanes.includes(from)) this.lanes.push(from);
    if (bytes[0] === REFUSED_MESSAGE[0]) from.close();
    else this.bind(from);
    for (const told of this.#message.splice(0)) told();
  };

  readonly onTooLong = (): void => {
    this.tooLong++;
  };

  readonly onClosed = (stream: StreamLane): void => {
    for (const told of this.#closed.splice(0)) told(stream);
  };

  closed(): Promise<StreamLane> {
    return new Promise((resolve) => this.#closed.push(resolve));
  }

  message(): Promise<void> {
    return new Promise((resolve) => this.#message.push(resolve));
  }
}

describe('WebSocketListener', () => {
  let sut: WebSocketListener;
  let relay: Recorder;
  const clients: WebSocketClient[] = [];

  async function start(limits: Partial<UnboundLimits> = {}): Promise<void> {
    relay = new Recorder();
    sut = await WebSocketListener.open(LOOPBACK, undefined, relay, { ...UNBOUND_LIMITS, ...limits });
    relay.bind = (stream) => sut.bound(stream);
  }

  async function client(): Promise<WebSocketClient> {
    const opened = await WebSocketClient.open(sut.port);
    clients.push(opened);
    return opened;
  }

  /** A client whose first message was taken, and the lane to it. */
  async function boundClient(): Promise<[WebSocketClient, StreamLane]> {
    const opened = await client();
    const arrived = relay.message();
    opened.send(Uint8Array.of(1));
    await arrived;
    return [opened, relay.lanes.at(-1)!];
  }

  async function rawConnection(): Promise<Socket> {
    const socket = connect(sut.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  /** Closed or reset: either way cut. */
  function gone(socket: Socket): Promise<unknown> {
    return new Promise((resolve) => socket.once('close', resolve));
  }

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((opened) => opened.close()));
    await sut.close();
  });

  describe('with its usual limits', () => {
    beforeEach(() => start());

    it('carries messages of either direction as they are', async () => {
      const [opened, lane] = await boundClient();
      expect(lane.send(Uint8Array.of(4, 5, 6))).toBeUndefined();
      expect(await opened.inbox.next()).toEqual(Uint8Array.of(4, 5, 6));
    });

    it('takes the largest packet, and closes and counts at one byte more', async () => {
      const [opened] = await boundClient();
      const arrived = relay.message();
      opened.send(new Uint8Array(MAX_PACKET_BYTES).fill(1));
      await arrived;
      expect(relay.messages).toEqual([1, MAX_PACKET_BYTES]);
      opened.send(new Uint8Array(MAX_PACKET_BYTES + 1));
      expect(await opened.closed).toBe(1009);
      expect(relay.tooLong).toBe(1);
      expect(relay.messages).toHaveLength(2);
    });

    it('closes at a text message', async () => {
      const [opened] = await boundClient();
      opened.send('hello');
      expect(await opened.closed).toBe(1003);
      expect(relay.messages).toHaveLength(1);
    });

    it('tells when a stream has closed, and sends nothing to it', async () => {
      const [opened, lane] = await boundClient();
      const closed = relay.closed();
      await opened.close();
      expect(await closed).toBe(lane);
      expect(lane.send(Uint8Array.of(1))).toBe('send_failed');
    });

    it('tells when a connection has broken', async () => {
      const [opened, lane] = await boundClient();
      const closed = relay.closed();
      opened.socket.terminate();
      expect(await closed).toBe(lane);
    });

    it('drops what a slow reader does not take, keeps little of it, and goes on when it reads again', async () => {
      const [slow, lane] = await boundClient();
      const [quick, quickLane] = await boundClient();
      slow.socket.pause();
      const packet = new Uint8Array(1_000).fill(7);
      let taken = 0;
      while (lane.send(packet) === undefined) {
        taken++;
        // What the kernel's buffers take has to get there.
        if (taken % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      for (let i = 0; i < 1_000; i++) expect(lane.send(packet)).toBe('receiver_slow');

      expect(quickLane.send(packet)).toBeUndefined();
      expect(await quick.inbox.next()).toEqual(packet);

      slow.socket.resume();
      for (let i = 0; i < taken; i++) expect(await slow.inbox.next()).toHaveLength(packet.length);
      expect(lane.send(Uint8Array.of(9))).toBeUndefined();
      expect(await slow.inbox.next()).toEqual(Uint8Array.of(9));
    });

    it('answers pings of the WebSocket protocol', async () => {
      const [opened] = await boundClient();
      const answered = once(opened.socket, 'pong');
      opened.socket.ping('x');
      expect(String((await answered)[0])).toBe('x');
    });

    it('is found at its path only', async () => {
      await expect(WebSocketClient.open(0, { url: `ws://127.0.0.1:${sut.port}/control` })).rejects.toThrow('400');
    });

    it('tells a browser that this is no page', async () => {
      const [response] = (await once(get({ port: sut.port, host: '127.0.0.1', path: '/voice' }), 'response')) as [
        IncomingMessage,
      ];
      expect(response.statusCode).toBe(426);
      response.resume();
    });
  });

  describe('with connections that are not bound', () => {
    it('cuts each after a while, however far it got', async () => {
      await start({ bindTimeoutMs: 50 });
      const silent = await rawConnection();
      const half = await rawConnection();
      half.write('GET /voice HTTP/1.1\r\nHost: x\r\n');
      const upgraded = await client();
      await Promise.all([gone(silent), gone(half), upgraded.closed]);
      await expect.poll(() => sut.unboundCount).toBe(0);
    });

    it('lets a bound one live on', async () => {
      await start({ bindTimeoutMs: 50 });
      const [opened, lane] = await boundClient();
      const silent = await rawConnection();
      // Opened later and cut: the time of the bound one would be over too.
      await gone(silent);
      expect(opened.socket.readyState).toBe(opened.socket.OPEN);
      expect(lane.send(Uint8Array.of(1))).toBeUndefined();
      await expect.poll(() => sut.unboundCount).toBe(0);
    });

    it('cuts one whose message came and which nobody says bound of', async () => {
      await start({ bindTimeoutMs: 50 });
      relay.bind = () => {};
      const closed = relay.closed();
      const [opened, lane] = await boundClient();
      expect(await opened.closed).toBe(1006);
      expect(await closed).toBe(lane);
      // Too late.
      sut.bound(lane);
      await expect.poll(() => sut.unboundCount).toBe(0);
    });

    it('counts what the relay refused until it is gone', async () => {
      await start();
      const refused = await client();
      refused.socket.pause();
      const arrived = relay.message();
      refused.send(REFUSED_MESSAGE);
      await arrived;
      expect(sut.unboundCount).toBe(1);
      refused.socket.resume();
      await refused.closed;
      await expect.poll(() => sut.unboundCount).toBe(0);
    });

    it('closes its streams as going away, and cuts what is not bound', async () => {
      // Its own time would not cut them before this test is over.
      await start({ bindTimeoutMs: 600_000 });
      const [opened] = await boundClient();
      const idle = await rawConnection();
      const half = await rawConnection();
      half.write('GET /voice HTTP/1.1\r\n');
      const cut = Promise.all([gone(idle), gone(half)]);
      await sut.close();
      expect(await opened.closed).toBe(1001);
      await cut;
      await start();
    });

    it('has no more than allowed, until one is bound or gone', async () => {
      await start({ total: 2 });
      const first = await rawConnection();
      const second = await client();
      const third = await rawConnection();
      await gone(third);
      expect(sut.unboundCount).toBe(2);

      const arrived = relay.message();
      second.send(Uint8Array.of(1));
      await arrived;
      const fourth = await client();
      const fifth = await rawConnection();
      await gone(fifth);
      expect(fourth.socket.readyState).toBe(fourth.socket.OPEN);
      first.destroy();
    });
  });
});
