import { decodePong, UDP_BINDING_TIMEOUT_MS } from '@switchboard/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { PathCookies } from './path-cookie.ts';
import type { LaneAddress } from './relay-lane.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { hopKeyOf, pingPacket, relaySession, voicePacket } from './testing/packets.ts';
import { UdpAddress } from './udp-address.ts';

const ANN = 1;
const BEN = 2;

describe('RelayCore: binding', () => {
  let sut: CoreHarness;

  beforeEach(() => {
    sut = new CoreHarness();
  });

  /** Where Ben is heard: asked by a packet of Ann's. */
  let asked = 0;
  const whereBenHears = (): LaneAddress[] => {
    sut.takeSent();
    sut.receive(voicePacket({ token: ANN, sequence: asked++, opusBytes: 1 }), addressOf(ANN));
    return sut.takeSent().map(({ to }) => to);
  };

  /** The only thing sent, as the pong that it is. */
  const takePong = (token: number): ReturnType<typeof decodePong> => {
    const sent = sut.takeSent();
    expect(sent).toHaveLength(1);
    return decodePong(sent[0]!.bytes, hopKeyOf(token));
  };

  describe('by a cookie', () => {
    beforeEach(() => {
      sut.open(relaySession(ANN));
    });

    function expectUnbound(): void {
      expect([sut.laneEvents, sut.boundEvents]).toEqual([[], []]);
      sut.takeSent();
      sut.receive(voicePacket({ token: ANN, sequence: asked++ }), addressOf(ANN));
      expect(sut.drops()).toEqual({ unbound_address: 1 });
    }

    it('is done with the one that the pong to the first ping told', () => {
      sut.receive(pingPacket(ANN, 0), addressOf(ANN));
      const first = takePong(ANN);
      expectUnbound();
      sut.receive(pingPacket(ANN, 1, { cookie: first?.cookie }), addressOf(ANN));
      expect(takePong(ANN)?.cookie).toBe(first?.cookie);
      expect(sut.laneEvents).toEqual([[ANN, 'udp']]);
      expect(sut.boundEvents).toEqual([[ANN, addressOf(ANN), 1]]);
      sut.receive(voicePacket({ token: ANN, sequence: asked++ }), addressOf(ANN));
      expect(sut.drops()).toEqual({ unbound_address: 1 });
    });

    it.each<[string, (right: number) => number]>([
      ['of another port', () => sut.cookies.cookieFor(ANN, addressOf(ANN, 1))],
      ['of another host', () => sut.cookies.cookieFor(ANN, UdpAddress.from('192.0.2.2', addressOf(ANN).port))],
      ['of another token', () => sut.cookies.cookieFor(BEN, addressOf(ANN))],
      ['of another secret', () => new PathCookies(new Uint8Array(16)).cookieFor(ANN, addressOf(ANN))],
      ['with a bit changed', (right) => (right ^ 1) >>> 0],
      ['with its high bit changed', (right) => (right ^ 0x80000000) >>> 0],
    ])('is not done with one %s; the right one is answered', (_, cookieFrom) => {
      const right = sut.cookies.cookieFor(ANN, addressOf(ANN));
      sut.receive(pingPacket(ANN, 0, { cookie: cookieFrom(right) }), addressOf(ANN));
      expect(takePong(ANN)?.cookie).toBe(right);
      expect(sut.core.report().pings).toBe(1);
      expectUnbound();
    });

    it('is done with no cookie but its own, whatever the address', () => {
      const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
      const addresses = fc
        .tuple(word, word, word, word, fc.integer({ min: 1, max: 65_535 }))
        .map(([a, b, c, d, port]) => new UdpAddress(a, b, c, d, port));
      fc.assert(
        fc.property(addresses, fc.integer({ min: 0, max: 0xffffffff }), (at, guess) => {
          const fresh = new CoreHarness();
          fresh.open(relaySession(ANN));
          const right = fresh.cookies.cookieFor(ANN, at);
          fresh.receive(pingPacket(ANN, 0, { cookie: guess }), at);
          expect(fresh.boundEvents).toHaveLength(guess === right ? 1 : 0);
          fresh.receive(pingPacket(ANN, 1, { cookie: right }), at);
          expect(fresh.boundEvents.at(-1)).toEqual([ANN, at, 1]);
        }),
      );
    });

    it('moves to another address with the cookie of that one', () => {
      sut.ping(ANN, 0, addressOf(ANN));
      sut.join(BEN);
      const old = sut.cookies.cookieFor(BEN, addressOf(BEN));
      sut.receive(pingPacket(BEN, 1, { cookie: old }), addressOf(BEN, 1));
      expect(whereBenHears()).toEqual([addressOf(BEN)]);
      sut.ping(BEN, 2, addressOf(BEN, 1));
      expect(whereBenHears()).toEqual([addressOf(BEN, 1)]);
    });

    it('is told with an address that stays, also when the socket fills the object anew', () => {
      const filled = addressOf(ANN);
      sut.ping(ANN, 0, filled);
      filled.set(1, 2, 3, 4, 5, 6);
      expect(sut.boundEvents).toEqual([[ANN, addressOf(ANN), 0]]);
    });
  });

  describe('in time', () => {
    beforeEach(() => {
      sut.join(ANN);
      sut.join(BEN);
    });

    /** A second at a time, as the relay does it more often; Ann pings all the while. */
    const pass = (ms: number): void => {
      for (const end = sut.nowMs + ms; sut.nowMs < end;) {
        sut.nowMs = Math.min(end, sut.nowMs + 1_000);
        sut.ping(ANN, sut.nowMs, addressOf(ANN));
        sut.core.tick(sut.nowMs);
      }
    };

    it('ends for a UDP address that no ping comes from, and for no other', () => {
      pass(UDP_BINDING_TIMEOUT_MS);
      expect(whereBenHears()).toEqual([addressOf(BEN)]);
      pass(1_000);
      expect(whereBenHears()).toEqual([]);
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
      expect(sut.drops()).toEqual({ unbound_address: 1 });
      expect(sut.laneEvents.slice(2)).toEqual([[BEN, null]]);

      sut.ping(BEN, 1, addressOf(BEN));
      expect(whereBenHears()).toEqual([addressOf(BEN)]);
      expect(sut.laneEvents.slice(2)).toEqual([
        [BEN, null],
        [BEN, 'udp'],
      ]);
    });

    it('is not held by pings without the cookie', () => {
      pass(UDP_BINDING_TIMEOUT_MS - 1_000);
      sut.receive(pingPacket(BEN, 1), addressOf(BEN));
      pass(2_000);
      expect(sut.laneEvents.at(-1)).toEqual([BEN, null]);
    });

    it('is held by pings that another thread got', () => {
      pass(UDP_BINDING_TIMEOUT_MS - 1_000);
      sut.core.boundElsewhere(BEN, addressOf(BEN), 1, sut.nowMs);
      pass(UDP_BINDING_TIMEOUT_MS);
      expect(whereBenHears()).toEqual([addressOf(BEN)]);
    });

    it('does not end for a stream', () => {
      const stream = sut.stream();
      sut.ping(BEN, 1, stream);
      pass(10 * UDP_BINDING_TIMEOUT_MS);
      expect(whereBenHears()).toEqual([stream]);
    });
  });

  describe('elsewhere', () => {
    beforeEach(() => {
      sut.join(ANN);
      sut.join(BEN);
    });

    it('counts as here, and is not told on', () => {
      sut.core.boundElsewhere(BEN, addressOf(BEN, 1), 5, sut.nowMs);
      expect(whereBenHears()).toEqual([addressOf(BEN, 1)]);
      sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN, 1));
      expect(sut.drops()).toEqual({});
      expect(sut.boundEvents).toHaveLength(2);
    });

    it('makes an older ping here bind nothing, though it is answered', () => {
      sut.core.boundElsewhere(BEN, addressOf(BEN, 1), 5, sut.nowMs);
      sut.ping(BEN, 4, addressOf(BEN));
      expect(takePong(BEN)?.sequence).toBe(4);
      expect(whereBenHears()).toEqual([addressOf(BEN, 1)]);
      expect(sut.boundEvents).toHaveLength(2);
    });

    it('by a stream closes the stream before', () => {
      const first = sut.stream();
      const second = sut.stream();
      sut.ping(BEN, 1, first);
      sut.core.boundElsewhere(BEN, second, 2, sut.nowMs);
      expect([first.closed, second.closed]).toEqual([true, false]);
      sut.core.streamClosed(second);
      expect(sut.laneEvents.at(-1)).toEqual([BEN, null]);
    });

    it('follows the newest ping, whatever order they become known in and to whom they came', () => {
      const pings = Array.from({ length: 8 }, (_, index) => ({ sequence: index + 1, at: addressOf(BEN, index + 1) }));
      const arrivals = fc.shuffledSubarray(pings, { minLength: 1 });
      fc.assert(
        fc.property(arrivals, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (arrived, here) => {
          sut = new CoreHarness();
          sut.join(ANN);
          sut.join(BEN);
          for (const [index, { sequence, at }] of arrived.entries()) {
            if (here[index] === true) sut.ping(BEN, sequence, at);
            else sut.core.boundElsewhere(BEN, at, sequence, sut.nowMs);
          }
          expect(whereBenHears()).toEqual([addressOf(BEN, Math.max(...arrived.map(({ sequence }) => sequence)))]);
        }),
      );
    });
  });
});
