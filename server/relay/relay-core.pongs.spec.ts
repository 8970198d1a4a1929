import { decodePong, MAX_PACKETS_PER_SECOND } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { hopKeyOf, pingPacket, voicePacket, withBitFlipped } from './testing/packets.ts';

const ANN = 1;
const BEN = 2;

describe('RelayCore: pongs', () => {
  let sut: CoreHarness;

  beforeEach(() => {
    sut = new CoreHarness();
  });

  /** The only thing sent, as the pong that it is. */
  const takePong = (token: number): ReturnType<typeof decodePong> => {
    const sent = sut.takeSent();
    expect(sent).toHaveLength(1);
    return decodePong(sent[0]!.bytes, hopKeyOf(token));
  };

  it('go to where the ping came from, with both counters', () => {
    sut.join(ANN);
    sut.join(BEN);
    for (let i = 0; i < 5; i++) sut.receive(voicePacket({ token: ANN, sequence: i }), addressOf(ANN));
    sut.receive(voicePacket({ token: BEN, sequence: 0 }), addressOf(BEN));
    sut.takeSent();
    sut.receive(pingPacket(ANN, 1, { clockUs: 123_456 }), addressOf(ANN));
    expect(sut.sent[0]?.to).toEqual(addressOf(ANN));
    const cookie = sut.cookies.cookieFor(ANN, addressOf(ANN));
    expect(takePong(ANN)).toEqual({ token: ANN, sequence: 1, cookie, clockUs: 123_456, received: 5, sent: 1 });
  });

  it('report as received what arrived, forwarded or not', () => {
    sut.join(ANN, { speaks: false });
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    sut.receive(voicePacket({ token: ANN, sequence: 0, target: 1 }), addressOf(ANN));
    sut.receive(pingPacket(ANN, 1), addressOf(ANN));
    expect(takePong(ANN)?.received).toBe(2);
  });

  it('are sent once for each ping', () => {
    sut.join(ANN);
    sut.ping(ANN, 0, addressOf(ANN));
    expect(sut.sent).toEqual([]);
    expect(sut.drops()).toEqual({ replayed: 1 });
  });

  it('are not sent above the rate, and what asks for them binds nothing', () => {
    sut.join(ANN);
    for (let i = 1; i < MAX_PACKETS_PER_SECOND; i++) sut.ping(ANN, i, addressOf(ANN));
    expect(sut.takeSent()).toHaveLength(MAX_PACKETS_PER_SECOND - 1);
    sut.ping(ANN, 1_000, addressOf(ANN, 1));
    expect(sut.sent).toEqual([]);
    expect(sut.drops()).toEqual({ rate_limited: 1 });
    expect(sut.boundEvents.at(-1)).toEqual([ANN, addressOf(ANN), MAX_PACKETS_PER_SECOND - 1]);
  });

  it('are not sent to who has not the hop key, and that binds nothing', () => {
    sut.join(ANN);
    const cookie = sut.cookies.cookieFor(ANN, addressOf(ANN, 1));
    sut.receive(withBitFlipped(pingPacket(ANN, 9, { cookie }), 8 * 20), addressOf(ANN, 1));
    expect(sut.sent).toEqual([]);
    expect(sut.drops()).toEqual({ wrong_hop_tag: 1 });
    expect(sut.boundEvents).toHaveLength(1);
  });
});
