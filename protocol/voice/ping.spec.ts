import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sipHashKey, sipHashMatches } from '../crypto/siphash.ts';
import { readTimestamp } from './header.ts';
import { MAX_SEQUENCE, PING_BYTES, PONG_BYTES } from './layout.ts';
import { answerPing, decodePong, encodePing } from './ping.ts';

const hopKey = sipHashKey(new Uint8Array(16).fill(3));
const cookies = fc.integer({ min: 0, max: 0xffffffff });
const pings = fc.record({
  token: fc.integer({ min: 1, max: 0xffffffff }),
  sequence: fc.integer({ min: 0, max: MAX_SEQUENCE }),
  cookie: cookies,
  clockUs: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
});

describe('ping and pong', () => {
  it("bring the clock back with both counters and the relay's cookie", () => {
    fc.assert(
      fc.property(pings, fc.nat(), fc.nat(), cookies, (ping, received, sent, cookie) => {
        const pong = decodePong(answerPing(encodePing(ping, hopKey), cookie, received, sent, hopKey), hopKey);
        expect(pong).toEqual({ ...ping, cookie, received, sent });
      }),
    );
  });

  it('shows the relay the cookie that the ping carries', () => {
    fc.assert(
      fc.property(pings, (ping) => {
        expect(readTimestamp(new DataView(encodePing(ping, hopKey).buffer))).toBe(ping.cookie);
      }),
    );
  });

  it('carries cookie 0 before the first pong', () => {
    const ping = encodePing({ token: 9, sequence: 1, clockUs: 5 }, hopKey);
    expect(readTimestamp(new DataView(ping.buffer))).toBe(0);
  });

  it('carry a valid hop tag each', () => {
    const ping = encodePing({ token: 9, sequence: 1, clockUs: 5 }, hopKey);
    expect(sipHashMatches(hopKey, ping, 0, PING_BYTES - 8, PING_BYTES - 8)).toBe(true);
    expect(decodePong(answerPing(ping, 0, 0, 0, hopKey), sipHashKey(new Uint8Array(16)))).toBeUndefined();
  });

  it('cannot be used to amplify', () => {
    expect(PONG_BYTES).toBeLessThanOrEqual(PING_BYTES * 1.5);
  });

  it('keeps a clock of 64 bits as it came', () => {
    const ping = encodePing({ token: 9, sequence: 1, clockUs: 0 }, hopKey);
    ping.fill(0xff, 16, 24);
    expect(answerPing(ping, 0, 1, 2, hopKey).subarray(0, 24)).toEqual(ping.subarray(0, 24));
  });

  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => decodePong(bytes, hopKey) === undefined));
  });
});
