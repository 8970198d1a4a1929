import { LANE_HANDOVER_MS } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LaneAddress } from './relay-lane.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { pingPacket, voicePacket, withBitFlipped } from './testing/packets.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;

describe('RelayCore: lanes', () => {
  let sut: CoreHarness;

  beforeEach(() => {
    sut = new CoreHarness();
  });

  it('follow a newer ping from another address', () => {
    sut.join(ANN);
    sut.join(BEN);
    sut.ping(BEN, 1, addressOf(BEN, 1));
    sut.takeSent();
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN, 1)]);
    sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN, 1));
    expect(sut.takeSent()).toHaveLength(1);
    expect(sut.laneEvents).toEqual([
      [ANN, 'udp'],
      [BEN, 'udp'],
    ]);
  });

  it('do not follow a ping that was overtaken, though it is answered', () => {
    sut.join(ANN);
    sut.join(BEN);
    sut.ping(BEN, 5, addressOf(BEN));
    sut.takeSent();
    sut.ping(BEN, 4, addressOf(BEN, 1));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN, 1)]);
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN)]);
  });

  it('take voice that was on its way when they moved', () => {
    sut.join(ANN);
    sut.join(BEN);
    sut.ping(ANN, 1, addressOf(ANN, 1));
    sut.takeSent();
    sut.nowMs += LANE_HANDOVER_MS - 1;
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    expect(sut.takeSent()).toHaveLength(1);
    sut.nowMs += 1;
    sut.receive(voicePacket({ token: ANN, sequence: 1 }), addressOf(ANN));
    expect(sut.drops()).toEqual({ unbound_address: 1 });
  });

  it('move from a stream to UDP without a gap', () => {
    const stream = sut.stream();
    sut.join(ANN, {}, stream);
    sut.join(BEN);
    let heardSequence = 0;
    const heard = (): LaneAddress[] => {
      sut.receive(voicePacket({ token: BEN, sequence: heardSequence++ }), addressOf(BEN));
      return sut.takeSent().map(({ to }) => to);
    };

    sut.receive(pingPacket(ANN, 1), addressOf(ANN));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(ANN)]);
    expect(heard()).toEqual([stream]);
    sut.ping(ANN, 2, addressOf(ANN));
    sut.takeSent();
    expect(heard()).toEqual([addressOf(ANN)]);

    sut.receive(voicePacket({ token: ANN, sequence: 1 }), addressOf(ANN));
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), stream);
    expect(sut.takeSent()).toHaveLength(2);
    expect(sut.laneEvents).toEqual([
      [ANN, 'websocket'],
      [BEN, 'udp'],
      [ANN, 'udp'],
    ]);
    sut.core.streamClosed(stream);
    expect(heard()).toEqual([addressOf(ANN)]);
    expect(sut.laneEvents).toHaveLength(3);
  });

  it('need no cookie on a stream', () => {
    const stream = sut.stream();
    sut.join(ANN, {}, stream);
    sut.receive(pingPacket(ANN, 1, { cookie: 0xdeadbeef }), stream);
    expect(sut.boundEvents).toEqual([
      [ANN, stream, 0],
      [ANN, stream, 1],
    ]);
  });

  it('close a stream whose first message binds nothing', () => {
    sut.join(ANN);
    sut.join(BEN);
    const firstMessages = [
      new Uint8Array(0),
      Uint8Array.of(1, 2, 3),
      voicePacket({ token: ANN, sequence: 0 }),
      pingPacket(CAT, 1),
      withBitFlipped(pingPacket(ANN, 1), 0),
      pingPacket(ANN, 0),
    ];
    for (const message of firstMessages) {
      const stream = sut.stream();
      sut.receive(message, stream);
      expect(stream.closed).toBe(true);
    }
    expect(sut.sent).toEqual([]);
    expect(sut.laneEvents).toHaveLength(2);
  });

  it('close a stream whose first ping is older than that of the binding', () => {
    sut.join(ANN);
    sut.ping(ANN, 5, addressOf(ANN));
    const stream = sut.stream();
    sut.ping(ANN, 4, stream);
    expect(stream.closed).toBe(true);
    expect(sut.laneEvents).toEqual([[ANN, 'udp']]);
  });

  it('keep a bound stream whatever comes over it', () => {
    const stream = sut.stream();
    sut.join(ANN, {}, stream);
    sut.receive(new Uint8Array(0), stream);
    sut.receive(Uint8Array.of(1, 2, 3), stream);
    sut.receive(pingPacket(ANN, 0), stream);
    expect(stream.closed).toBe(false);
  });

  it('let a stream carry one session only', () => {
    const stream = sut.stream();
    sut.join(ANN, {}, stream);
    sut.join(BEN);
    sut.receive(pingPacket(BEN, 1), stream);
    sut.receive(voicePacket({ token: BEN, sequence: 0 }), stream);
    expect(sut.sent).toEqual([]);
    expect(sut.drops()).toEqual({ unbound_address: 2 });
    sut.receive(pingPacket(ANN, 1), stream);
    expect(sut.takeSent()).toHaveLength(1);
  });

  it('give a session one stream only: the newer one', () => {
    const first = sut.stream();
    const second = sut.stream();
    sut.join(ANN, {}, first);
    sut.join(BEN);
    sut.receive(pingPacket(ANN, 1), second);
    expect([first.closed, second.closed]).toEqual([true, false]);
    sut.takeSent();
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), first);
    expect(sut.takeSent()).toHaveLength(1);
    sut.core.streamClosed(first);
    sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([second]);
  });

  it('are unbound by the end of their stream', () => {
    const stream = sut.stream();
    sut.join(ANN, {}, stream);
    sut.join(BEN);
    sut.core.streamClosed(stream);
    sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
    expect(sut.sent).toEqual([]);
    expect(sut.laneEvents.at(-1)).toEqual([ANN, null]);
    sut.ping(ANN, 1, addressOf(ANN));
    expect(sut.laneEvents.at(-1)).toEqual([ANN, 'udp']);
  });

  it('end with their session', () => {
    const stream = sut.stream();
    sut.join(ANN, {}, stream);
    sut.core.close(ANN);
    expect(stream.closed).toBe(true);
    sut.receive(pingPacket(ANN, 1), stream);
    expect(sut.drops()).toEqual({ unknown_token: 1 });
  });

  it('end with their session also while it is on UDP', () => {
    const stream = sut.stream();
    sut.join(ANN, {}, stream);
    sut.ping(ANN, 1, addressOf(ANN));
    expect(sut.laneEvents.at(-1)).toEqual([ANN, 'udp']);
    expect(stream.closed).toBe(false);
    sut.core.close(ANN);
    expect(stream.closed).toBe(true);
  });
});
