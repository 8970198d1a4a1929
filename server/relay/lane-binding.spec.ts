import { LANE_HANDOVER_MS, UDP_BINDING_TIMEOUT_MS } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptsVoice, boundTo, transition, UNBOUND, type BindingEvent, type LaneBinding } from './lane-binding.ts';
import type { LaneAddress, StreamLane } from './relay-lane.ts';
import { UdpAddress } from './udp-address.ts';

const home = UdpAddress.from('192.0.2.1', 1_000);
const away = UdpAddress.from('192.0.2.2', 2_000);
const stream: StreamLane = { kind: 'websocket', send: () => undefined, close: () => undefined };
const otherStream: StreamLane = { ...stream };

/** Pings from one address after the other, at the times given, each newer than those before. */
function pinged(binding: LaneBinding, ...pings: [from: LaneAddress, nowMs: number][]): LaneBinding {
  return pings.reduce(
    (state, [from, nowMs]) => transition(state, { type: 'pinged', from, sequence: state.sequence + 1, nowMs }),
    binding,
  );
}

function closed(binding: LaneBinding, which: StreamLane): LaneBinding {
  return transition(binding, { type: 'closed', stream: which });
}

function expired(binding: LaneBinding, nowMs: number): LaneBinding {
  return transition(binding, { type: 'expired', nowMs });
}

describe('lane binding', () => {
  it('takes voice from nowhere before the first ping', () => {
    expect(boundTo(UNBOUND)).toBeUndefined();
    expect(acceptsVoice(UNBOUND, home, 0)).toBe(false);
  });

  it.each<[string, LaneAddress]>([
    ['UDP', home],
    ['a stream', stream],
  ])('binds to %s with the first ping', (_, address) => {
    const sut = pinged(UNBOUND, [address, 0]);
    expect(boundTo(sut)).toEqual(address);
    expect(acceptsVoice(sut, address, 0)).toBe(true);
    expect(acceptsVoice(sut, away, 0)).toBe(false);
    expect(acceptsVoice(sut, otherStream, 0)).toBe(false);
  });

  it('knows a UDP address by what it says, a stream by itself', () => {
    expect(acceptsVoice(pinged(UNBOUND, [home, 0]), home.copy(), 0)).toBe(true);
    expect(acceptsVoice(pinged(UNBOUND, [stream, 0]), { ...stream }, 0)).toBe(false);
  });

  it('keeps its address when the socket fills the object anew', () => {
    const filled = home.copy();
    const sut = pinged(UNBOUND, [filled, 0]);
    filled.port = away.port;
    expect(acceptsVoice(sut, home, 0)).toBe(true);
    expect(acceptsVoice(sut, filled, 0)).toBe(false);
  });

  it('notes a newer ping from where it is, and has no address before', () => {
    const sut = pinged(UNBOUND, [home, 0], [home.copy(), 5_000]);
    expect(sut).toEqual({ state: 'bound', at: home, sequence: 1, pingedAtMs: 5_000 });
  });

  it.each<[string, LaneAddress, LaneAddress]>([
    ['UDP to UDP', home, away],
    ['UDP to a stream', home, stream],
    ['a stream to UDP', stream, home],
    ['a stream to a stream', stream, otherStream],
  ])('moves from %s with one ping', (_, before, after) => {
    expect(boundTo(pinged(UNBOUND, [before, 0], [after, 10]))).toEqual(after);
  });

  it.each([0, 1])('stays the same object at a ping that is %i older than the newest', (older) => {
    const sut = pinged(UNBOUND, [home, 0], [stream, 10]);
    const late: BindingEvent = { type: 'pinged', from: home, sequence: sut.sequence - older, nowMs: 20 };
    expect(transition(sut, late)).toBe(sut);
  });

  it('is not bound anew by a ping from before it ended', () => {
    const sut = closed(pinged(UNBOUND, [home, 0], [stream, 10]), stream);
    expect(transition(sut, { type: 'pinged', from: home, sequence: 0, nowMs: 20 })).toBe(sut);
    expect(transition(sut, { type: 'pinged', from: stream, sequence: 1, nowMs: 20 })).toBe(sut);
    expect(boundTo(transition(sut, { type: 'pinged', from: home, sequence: 2, nowMs: 20 }))).toEqual(home);
  });

  it('ends where the newest ping came from, in whatever order the pings are told', () => {
    const ping = fc.record({ from: fc.constantFrom<LaneAddress>(home, away, stream, otherStream), nowMs: fc.nat() });
    const pings = fc.array(ping, { minLength: 1, maxLength: 8 }).chain((sent) => {
      const events = sent.map((each, sequence) => ({ type: 'pinged' as const, sequence, ...each }));
      return fc.record({
        newest: fc.constant(events.at(-1)),
        told: fc.shuffledSubarray(events, { minLength: events.length }),
      });
    });
    fc.assert(
      fc.property(pings, ({ newest, told }) => {
        const sut = told.reduce<LaneBinding>(transition, UNBOUND);
        expect(sut).toMatchObject({ at: newest?.from, sequence: newest?.sequence, pingedAtMs: newest?.nowMs });
      }),
    );
  });

  it('takes voice from the address before for the handover, and no longer', () => {
    const sut = pinged(UNBOUND, [home, 0], [away, 1_000]);
    expect(acceptsVoice(sut, home.copy(), 1_000 + LANE_HANDOVER_MS - 1)).toBe(true);
    expect(acceptsVoice(sut, home, 1_000 + LANE_HANDOVER_MS)).toBe(false);
    expect(acceptsVoice(sut, away, 1_000 + LANE_HANDOVER_MS)).toBe(true);
  });

  it('keeps the handover through the next ping', () => {
    const sut = pinged(UNBOUND, [stream, 0], [home, 10], [home, 20]);
    expect(acceptsVoice(sut, stream, 30)).toBe(true);
  });

  it('knows one address before, not two', () => {
    const sut = pinged(UNBOUND, [home, 0], [away, 10], [stream, 20]);
    expect([home, away, stream].map((address) => acceptsVoice(sut, address, 30))).toEqual([false, true, true]);
  });

  it('ends with its stream', () => {
    const sut = closed(pinged(UNBOUND, [stream, 0]), stream);
    expect(boundTo(sut)).toBeUndefined();
    expect(acceptsVoice(sut, stream, 0)).toBe(false);
  });

  it('does not mind the end of a stream that it has left', () => {
    const sut = closed(pinged(UNBOUND, [stream, 0], [home, 10]), stream);
    expect(boundTo(sut)).toEqual(home);
    expect(acceptsVoice(sut, stream, 30)).toBe(false);
    expect(closed(sut, otherStream)).toBe(sut);
    expect(closed(UNBOUND, stream)).toBe(UNBOUND);
  });

  it('ends when nobody pinged from its UDP address for too long', () => {
    const sut = pinged(UNBOUND, [home, 0], [home, 5_000]);
    const last = 5_000 + UDP_BINDING_TIMEOUT_MS;
    expect(expired(sut, last)).toBe(sut);
    expect(boundTo(expired(sut, last + 1))).toBeUndefined();
    expect(expired(sut, last + 1).sequence).toBe(sut.sequence);
  });

  it('lasts on a stream as long as the stream', () => {
    const sut = pinged(UNBOUND, [stream, 0]);
    expect(expired(sut, 10 * UDP_BINDING_TIMEOUT_MS)).toBe(sut);
    expect(expired(UNBOUND, 10 * UDP_BINDING_TIMEOUT_MS)).toBe(UNBOUND);
  });
});
