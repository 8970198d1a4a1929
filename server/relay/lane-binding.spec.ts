import { LANE_HANDOVER_MS, PATH_CHECK_MS } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { acceptsVoice, boundTo, transition, UNBOUND, type LaneBinding } from './lane-binding.ts';
import type { LaneAddress, StreamLane } from './relay-lane.ts';
import { RecordingStream } from './testing/core-harness.ts';
import { toUdpAddress } from './udp-address.ts';

const home = toUdpAddress('192.0.2.1', 1_000);
const away = toUdpAddress('192.0.2.2', 2_000);
const stream: StreamLane = new RecordingStream([]);
const otherStream: StreamLane = new RecordingStream([]);

/** Pings from one address after the other, at the times given. */
function pinged(binding: LaneBinding, ...pings: [from: LaneAddress, nowMs: number][]): LaneBinding {
  return pings.reduce((state, [from, nowMs]) => transition(state, { type: 'pinged', from, nowMs }), binding);
}

function closed(binding: LaneBinding, which: StreamLane): LaneBinding {
  return transition(binding, { type: 'closed', stream: which });
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
    expect(boundTo(sut)).toBe(address);
    expect(acceptsVoice(sut, address, 0)).toBe(true);
    expect(acceptsVoice(sut, away, 0)).toBe(false);
  });

  it('stays the same object while pings come from the bound address', () => {
    const sut = pinged(UNBOUND, [home, 0]);
    expect(pinged(sut, [home, 5_000])).toBe(sut);
  });

  it.each<[string, LaneAddress, LaneAddress]>([
    ['UDP to UDP', home, away],
    ['UDP to a stream', home, stream],
    ['a stream to a stream', stream, otherStream],
  ])('moves from %s with one ping', (_, before, after) => {
    expect(boundTo(pinged(UNBOUND, [before, 0], [after, 10]))).toBe(after);
  });

  it('moves from a stream to UDP with the second ping of one path', () => {
    const checking = pinged(UNBOUND, [stream, 0], [home, 100]);
    expect(boundTo(checking)).toBe(stream);
    expect(acceptsVoice(checking, home, 100)).toBe(false);
    const moved = pinged(checking, [home, 150]);
    expect(boundTo(moved)).toBe(home);
    expect(acceptsVoice(moved, home, 150)).toBe(true);
  });

  it('does not take pings of two paths for two of one', () => {
    expect(boundTo(pinged(UNBOUND, [stream, 0], [home, 100], [away, 150], [home, 200]))).toBe(stream);
  });

  it('starts the check anew when the second ping comes too late', () => {
    const last = 100 + PATH_CHECK_MS;
    expect(boundTo(pinged(UNBOUND, [stream, 0], [home, 100], [home, last - 1]))).toBe(home);
    const anew = pinged(UNBOUND, [stream, 0], [home, 100], [home, last]);
    expect(boundTo(anew)).toBe(stream);
    expect(boundTo(pinged(anew, [home, last + 1]))).toBe(home);
  });

  it('binds to UDP at once when the stream is gone', () => {
    const sut = closed(pinged(UNBOUND, [stream, 0]), stream);
    expect(sut).toBe(UNBOUND);
    expect(boundTo(pinged(sut, [home, 10]))).toBe(home);
  });

  it('takes voice from the address before for the handover, and no longer', () => {
    const sut = pinged(UNBOUND, [home, 0], [away, 1_000]);
    expect(acceptsVoice(sut, home, 1_000 + LANE_HANDOVER_MS - 1)).toBe(true);
    expect(acceptsVoice(sut, home, 1_000 + LANE_HANDOVER_MS)).toBe(false);
    expect(acceptsVoice(sut, away, 1_000 + LANE_HANDOVER_MS)).toBe(true);
  });

  it('keeps the handover while a path is checked', () => {
    const sut = pinged(UNBOUND, [away, 0], [stream, 10], [home, 20]);
    expect(acceptsVoice(sut, away, 30)).toBe(true);
  });

  it('knows one address before, not two', () => {
    const sut = pinged(UNBOUND, [home, 0], [away, 10], [stream, 20]);
    expect([home, away, stream].map((address) => acceptsVoice(sut, address, 30))).toEqual([false, true, true]);
  });

  it('does not mind the end of a stream that it has left', () => {
    const sut = closed(pinged(UNBOUND, [stream, 0], [home, 10], [home, 20]), stream);
    expect(boundTo(sut)).toBe(home);
    expect(acceptsVoice(sut, stream, 30)).toBe(false);
    expect(closed(sut, otherStream)).toBe(sut);
    expect(closed(UNBOUND, stream)).toBe(UNBOUND);
  });
});
