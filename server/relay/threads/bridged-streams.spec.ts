import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StreamLane } from '../relay-lane.ts';
import { BridgeBacklog } from './bridge-backlog.ts';
import { BridgedStreams, MAX_BACKLOG } from './bridged-streams.ts';
import type { BridgeMail } from './thread-messages.ts';

const PACKET = Uint8Array.of(1, 2, 3);

describe('BridgedStreams', () => {
  let posted: BridgeMail[];
  let sut: BridgedStreams;

  beforeEach(() => {
    posted = [];
    sut = new BridgedStreams((mail) => posted.push(mail));
  });

  it('posts a packet once, however many streams it is for', () => {
    for (const number of [3, 1, 2]) sut.get(number).send(PACKET);
    expect(posted).toEqual([]);
    sut.flush();
    expect(posted).toEqual([{ type: 'deliver', packets: [{ bytes: PACKET, streams: [3, 1, 2] }] }]);
  });

  it('posts all packets of a flush together, in the order sent', () => {
    const second = Uint8Array.of(4);
    sut.get(1).send(PACKET);
    sut.get(1).send(second);
    sut.get(2).send(PACKET);
    sut.flush();
    const packets = [
      { bytes: PACKET, streams: [1, 2] },
      { bytes: second, streams: [1] },
    ];
    expect(posted).toEqual([{ type: 'deliver', packets }]);
  });

  it('tells packets of the same bytes apart', () => {
    sut.get(1).send(PACKET.slice());
    sut.get(1).send(PACKET.slice());
    sut.flush();
    expect(posted).toMatchObject([{ packets: [{ streams: [1] }, { streams: [1] }] }]);
  });

  it('posts nothing when nothing waits', () => {
    sut.get(1).send(PACKET);
    sut.flush();
    sut.flush();
    expect(posted).toHaveLength(1);
  });

  it('closes a stream after what was sent to it', () => {
    const stream = sut.get(1);
    stream.send(PACKET);
    stream.close();
    expect(posted.map(({ type }) => type)).toEqual(['deliver', 'closeStream']);
    expect(posted[1]).toEqual({ type: 'closeStream', stream: 1 });
  });

  it('knows a stream again until it is forgotten', () => {
    const stream = sut.get(1);
    expect(sut.get(1)).toBe(stream);
    expect(sut.get(2)).not.toBe(stream);
    sut.forget(1);
    expect(sut.get(1)).not.toBe(stream);
  });

  it('knows the numbers of its own streams alone', () => {
    const strange: StreamLane = { kind: 'websocket', send: () => undefined, close: () => {} };
    expect([sut.numberOf(sut.get(7)), sut.numberOf(strange)]).toEqual([7, undefined]);
  });

  it('loses, doubles and reorders nothing for any stream', () => {
    const sends = fc.record({ packet: fc.nat(9), stream: fc.nat(4), flushes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sends), (steps) => {
        const packets = Array.from({ length: 10 }, (_, index) => Uint8Array.of(index));
        const heard = new Map<number, number[]>();
        const streams = new BridgedStreams((mail) => {
          if (mail.type !== 'deliver') throw new Error('nothing was closed');
          for (const { bytes, streams: numbers } of mail.packets) {
            for (const number of numbers) heard.set(number, [...(heard.get(number) ?? []), bytes[0]!]);
          }
        });
        const sent = new Map<number, number[]>();
        const waiting = new Set<number>();
        for (const { packet, stream, flushes } of steps) {
          // The relay sends a packet to everyone before the next.
          if (waiting.has(packet)) continue;
          waiting.add(packet);
          for (const number of [stream, stream + 1]) {
            sent.set(number, [...(sent.get(number) ?? []), packet]);
            streams.get(number).send(packets[packet]!);
          }
          if (!flushes) continue;
          streams.flush();
          waiting.clear();
        }
        streams.flush();
        expect(heard).toEqual(sent);
      }),
    );
  });

  it('closes a stream once, however often it is told to', () => {
    const stream = sut.get(1);
    stream.close();
    stream.close();
    expect(posted).toEqual([{ type: 'closeStream', stream: 1 }]);
  });

  it('refuses packets while the bridge has too much to do, until that has done some', () => {
    const backlog = new BridgeBacklog(BridgeBacklog.allocate());
    sut.connect(backlog);
    backlog.add(MAX_BACKLOG - 1);
    const stream = sut.get(1);
    expect([stream.send(PACKET), stream.send(PACKET)]).toEqual([undefined, 'receiver_slow']);
    backlog.remove(1);
    expect(stream.send(PACKET)).toBeUndefined();
    sut.flush();
    expect(posted).toEqual([{ type: 'deliver', packets: [{ bytes: PACKET, streams: [1, 1] }] }]);
  });
});
