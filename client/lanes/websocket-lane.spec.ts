import { MAX_PACKET_BYTES } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_UNSENT_BYTES, WebSocketLane, type WebSocketLike } from './websocket-lane.ts';

class Socket implements WebSocketLike {
  binaryType = 'blob';
  bufferedAmount = 0;
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onclose: WebSocketLike['onclose'] = null;
  onerror: WebSocketLike['onerror'] = null;
  readonly sent: Uint8Array[] = [];
  closed = false;

  send(data: Uint8Array<ArrayBuffer>): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  opens(): void {
    this.onopen?.({} as never);
  }

  ends(): void {
    this.onclose?.({} as never);
  }
}

describe('WebSocketLane', () => {
  let socket: Socket;
  let told: string[];
  let packets: Uint8Array[];
  let sut: WebSocketLane;

  const events = {
    opened: () => told.push('opened'),
    packet: (bytes: Uint8Array) => packets.push(bytes),
    closed: () => told.push('closed'),
  };

  beforeEach(() => {
    socket = new Socket();
    told = [];
    packets = [];
    sut = new WebSocketLane(() => socket, events);
  });

  it('carries packets both ways once it is open', () => {
    sut.send(Uint8Array.of(1));
    socket.opens();
    sut.send(Uint8Array.of(2));
    socket.onmessage?.({ data: Uint8Array.of(3).buffer });
    expect(socket.sent).toEqual([Uint8Array.of(2)]);
    expect(packets).toEqual([Uint8Array.of(3)]);
    expect(socket.binaryType).toBe('arraybuffer');
  });

  it('drops the newest packet when too much waits, and counts it', () => {
    socket.opens();
    socket.bufferedAmount = MAX_UNSENT_BYTES - 100;
    sut.send(new Uint8Array(100));
    sut.send(new Uint8Array(101));
    expect(socket.sent).toHaveLength(1);
    expect(sut.dropped).toBe(1);
  });

  it('takes no text and nothing longer than a packet', () => {
    socket.opens();
    socket.onmessage?.({ data: 'text' });
    socket.onmessage?.({ data: new ArrayBuffer(MAX_PACKET_BYTES + 1) });
    socket.onmessage?.({ data: new ArrayBuffer(MAX_PACKET_BYTES) });
    expect(packets).toHaveLength(1);
  });

  it('tells its end once, and nothing after it', () => {
    socket.opens();
    socket.ends();
    socket.ends();
    socket.onmessage?.({ data: new ArrayBuffer(8) });
    sut.send(Uint8Array.of(1));
    expect(told).toEqual(['opened', 'closed']);
    expect(packets).toHaveLength(0);
    expect(socket.sent).toHaveLength(0);
  });

  it('tells nothing of an end that it was asked for', () => {
    socket.opens();
    sut.close();
    socket.ends();
    expect(socket.closed).toBe(true);
    expect(told).toEqual(['opened']);
  });

  it('tells closed, later, where a socket may not even be made', async () => {
    sut = new WebSocketLane(() => {
      throw new Error('refused by policy');
    }, events);
    expect(told).toEqual([]);
    await Promise.resolve();
    expect(told).toEqual(['closed']);
  });
});
