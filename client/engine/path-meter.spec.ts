import { answerPing, decodePong, readTimestamp, sipHashKey, type Pong } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { PathMeter } from './path-meter.ts';

const HOP_KEY = sipHashKey(new Uint8Array(16).fill(3));

function pongTo(ping: Uint8Array, received: number, sent: number): Pong {
  const pong = decodePong(answerPing(ping, 0, received, sent, HOP_KEY), HOP_KEY);
  if (pong === undefined) throw new Error('no pong');
  return pong;
}

describe('PathMeter', () => {
  it('smooths the round trip of each lane by itself', () => {
    const sut = new PathMeter(5, HOP_KEY);
    expect(sut.roundTripMs('udp')).toBeNull();
    sut.pong('udp', pongTo(sut.ping(0, 0, 0, 0), 0, 0), 40, 0);
    sut.pong('udp', pongTo(sut.ping(1, 0, 100, 0), 0, 0), 220, 0);
    sut.pong('websocket', pongTo(sut.ping(2, 0, 300, 0), 0, 0), 400, 0);
    expect(sut.roundTripMs('udp')).toBe(80);
    expect(sut.roundTripMs('websocket')).toBe(100);
  });

  it('tells the share lost each way since the pong before', () => {
    const sut = new PathMeter(5, HOP_KEY);
    sut.pong('udp', pongTo(sut.ping(0, 0, 0, 100), 100, 50), 10, 50);
    expect(sut.loss).toEqual({ up: 0, down: 0 });
    sut.pong('udp', pongTo(sut.ping(1, 0, 10, 200), 190, 150), 20, 125);
    expect(sut.loss.up).toBeCloseTo(0.1);
    expect(sut.loss.down).toBeCloseTo(0.25);
  });

  it("counts across the wrap of the relay's counters", () => {
    const sut = new PathMeter(5, HOP_KEY);
    sut.pong('udp', pongTo(sut.ping(0, 0, 0, 2 ** 32 - 10), 2 ** 32 - 10, 2 ** 32 - 10), 1, 2 ** 32 - 10);
    sut.pong('udp', pongTo(sut.ping(1, 0, 0, 2 ** 32 + 10), 10, 10), 1, 2 ** 32 + 5);
    expect(sut.loss.up).toBe(0);
    expect(sut.loss.down).toBeCloseTo(0.25);
  });

  it('measures nothing across a restart of the relay, and goes on from there', () => {
    const sut = new PathMeter(5, HOP_KEY);
    sut.pong('udp', pongTo(sut.ping(0, 0, 0, 100), 100, 100), 1, 100);
    sut.pong('udp', pongTo(sut.ping(1, 0, 0, 200), 0, 0), 1, 150);
    expect(sut.loss).toEqual({ up: 0, down: 0 });
    sut.pong('udp', pongTo(sut.ping(2, 0, 0, 300), 90, 100), 1, 225);
    expect(sut.loss.up).toBeCloseTo(0.1);
    expect(sut.loss.down).toBeCloseTo(0.25);
  });

  it('puts the cookie into the ping', () => {
    const ping = new PathMeter(5, HOP_KEY).ping(1, 0xf1e2d3c4, 0, 0);
    expect(readTimestamp(new DataView(ping.buffer))).toBe(0xf1e2d3c4);
  });

  it('takes an answer once, and none to a ping that it did not send', () => {
    const sut = new PathMeter(5, HOP_KEY);
    const pong = pongTo(sut.ping(3, 0, 0, 0), 0, 0);
    expect(sut.pong('udp', { ...pong, sequence: 4 }, 1, 0)).toBe(false);
    expect(sut.pong('udp', { ...pong, token: 6 }, 1, 0)).toBe(false);
    expect(sut.pong('udp', pong, 1, 0)).toBe(true);
    expect(sut.pong('udp', pong, 1, 0)).toBe(false);
  });
});
