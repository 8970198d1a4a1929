import { decodePong } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { SPURT_TIMEOUT_MS } from './relay-core.ts';
import type { LaneAddress } from './relay-lane.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { hopKeyOf, pingPacket, relayed, relaySession, voicePacket } from './testing/packets.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;
const DAN = 4;
const TARGET = 0xa0000001;

describe('RelayCore: whispers', () => {
  let sut: CoreHarness;

  /** Ann, Ben and Cat are in one room, Dan in another. Ann whispers to Cat and Dan. */
  beforeEach(() => {
    sut = new CoreHarness();
    sut.join(ANN);
    sut.join(BEN);
    sut.join(CAT);
    sut.join(DAN, { roomId: 'pairing' });
    sut.core.openWhisper({ token: TARGET, speaker: ANN, listeners: [CAT, DAN] });
  });

  /** Who hears it. */
  const whisper = (sequence: number, { token = ANN, target = TARGET } = {}): LaneAddress[] => {
    sut.receive(voicePacket({ token, sequence, target }), addressOf(token));
    return sut.takeSent().map(({ to }) => to);
  };

  it('go to their listeners alone, in whatever room, as they are', () => {
    const packet = voicePacket({ token: ANN, sequence: 0, target: TARGET });
    sut.receive(packet, addressOf(ANN));
    expect(sut.takeSent()).toEqual([
      { to: addressOf(CAT), bytes: relayed(packet) },
      { to: addressOf(DAN), bytes: relayed(packet) },
    ]);
    expect(sut.core.report()).toMatchObject({ received: 1, sent: 2 });
    expect(sut.drops()).toEqual({});
  });

  it('leave what is said to the room as it was', () => {
    whisper(0);
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    expect(sut.takeSent().map(({ to }) => to)).toEqual([addressOf(BEN), addressOf(CAT)]);
  });

  it.each<[string, { token?: number; target?: number }]>([
    ['a target that is nobody’s', { target: 9 }],
    ['a session', { target: BEN }],
    ['another’s target, also of who would hear it', { token: CAT }],
  ])('do not go to %s', (_, fields) => {
    expect(whisper(0, fields)).toEqual([]);
    expect(sut.drops()).toEqual({ unknown_target: 1 });
    expect(sut.core.report().received).toBe(0);
  });

  it('end with their target', () => {
    expect(whisper(0)).toHaveLength(2);
    sut.core.closeWhisper(TARGET);
    expect(whisper(1)).toEqual([]);
    expect(sut.drops()).toEqual({ unknown_target: 1 });
  });

  it('go to others when their target is opened anew', () => {
    sut.core.openWhisper({ token: TARGET, speaker: ANN, listeners: [BEN] });
    expect(whisper(0)).toEqual([addressOf(BEN)]);
  });

  it('go to who was let in, and no more to who was sent off', () => {
    sut.core.addWhisperListener(TARGET, BEN);
    sut.core.removeWhisperListener(TARGET, CAT);
    expect(whisper(0)).toEqual([addressOf(DAN), addressOf(BEN)]);
    sut.core.removeWhisperListener(TARGET, BEN);
    sut.core.removeWhisperListener(TARGET, DAN);
    expect(whisper(1)).toEqual([]);
  });

  it('have as many targets as the application opens', () => {
    sut.core.openWhisper({ token: TARGET + 1, speaker: ANN, listeners: [BEN] });
    sut.core.openWhisper({ token: TARGET + 2, speaker: CAT, listeners: [ANN] });
    expect(whisper(0)).toEqual([addressOf(CAT), addressOf(DAN)]);
    expect(whisper(1, { target: TARGET + 1 })).toEqual([addressOf(BEN)]);
    expect(whisper(0, { token: CAT, target: TARGET + 2 })).toEqual([addressOf(ANN)]);
  });

  it('are not heard by who whispers, by who is named twice twice, nor by who is not there', () => {
    sut.core.openWhisper({ token: TARGET, speaker: ANN, listeners: [ANN, DAN, 99, DAN] });
    expect(whisper(0)).toEqual([addressOf(DAN)]);
  });

  it('lose the listeners whose sessions end, also when the token comes back', () => {
    sut.core.close(CAT);
    expect(whisper(0)).toEqual([addressOf(DAN)]);
    sut.join(CAT);
    expect(whisper(1)).toEqual([addressOf(DAN)]);
    sut.core.close(DAN);
    expect(whisper(2)).toEqual([]);
    expect(sut.drops()).toEqual({});
  });

  it('end with the session of who whispers, also when the token comes back', () => {
    sut.join(ANN);
    expect(whisper(0)).toEqual([]);
    expect(sut.drops()).toEqual({ unknown_target: 1 });
  });

  it('pass by who is deafened or has no lane', () => {
    sut.core.update(CAT, { speaks: true, hears: false });
    sut.open(relaySession(5));
    sut.core.openWhisper({ token: TARGET, speaker: ANN, listeners: [CAT, DAN, 5] });
    expect(whisper(0)).toEqual([addressOf(DAN)]);
  });

  it('are not for who may not speak', () => {
    sut.core.update(ANN, { speaks: false, hears: true });
    expect(whisper(0)).toEqual([]);
    expect(sut.drops()).toEqual({ not_allowed: 1 });
  });

  it('have sequences of their own, seen once each', () => {
    sut.receive(voicePacket({ token: ANN, sequence: 5_000 }), addressOf(ANN));
    sut.takeSent();
    expect(whisper(7)).toHaveLength(2);
    expect(whisper(7)).toEqual([]);
    expect(sut.drops()).toEqual({ replayed: 1 });
    sut.receive(voicePacket({ token: ANN, sequence: 7 }), addressOf(ANN));
    expect(sut.drops()).toEqual({ replayed: 2 });
  });

  it('share one counter among all targets of a speaker', () => {
    sut.core.openWhisper({ token: TARGET + 1, speaker: ANN, listeners: [BEN] });
    expect(whisper(0)).toHaveLength(2);
    expect(whisper(0, { target: TARGET + 1 })).toEqual([]);
    expect(sut.drops()).toEqual({ replayed: 1 });
  });

  it('do not show to the room as speech, and do not prolong what was said to it', () => {
    whisper(0);
    expect(sut.speakingEvents).toEqual([]);
    expect(sut.core.hearsSpeech).toBe(false);
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    sut.nowMs += SPURT_TIMEOUT_MS;
    whisper(1);
    sut.core.tick(sut.nowMs);
    expect(sut.speakingEvents).toEqual([
      [ANN, true],
      [ANN, false],
    ]);
  });

  it('that end do not end what is said to the room', () => {
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN));
    sut.receive(voicePacket({ token: ANN, sequence: 1, target: TARGET, end: true }), addressOf(ANN));
    expect(sut.speakingEvents).toEqual([[ANN, true]]);
  });

  it('are counted in the pongs of both sides', () => {
    whisper(0);
    whisper(1);
    const counts = (token: number): (number | undefined)[] => {
      sut.receive(pingPacket(token, 1), addressOf(token));
      const pong = decodePong(sut.takeSent()[0]!.bytes, hopKeyOf(token));
      return [pong?.received, pong?.sent];
    };
    expect([ANN, BEN, DAN].map(counts)).toEqual([
      [2, 0],
      [0, 0],
      [0, 2],
    ]);
  });

  it('and what is said to the room in the same batch both arrive', () => {
    const batch = [
      voicePacket({ token: CAT, sequence: 0 }),
      voicePacket({ token: ANN, sequence: 0, target: TARGET }),
      voicePacket({ token: ANN, sequence: 0 }),
    ];
    for (const [index, packet] of batch.entries()) sut.arrive(packet, addressOf(index === 0 ? CAT : ANN));
    sut.core.flush();
    const heardBy = (token: number): Uint8Array[] =>
      sut.sent.filter(({ to }) => to.kind === 'udp' && to.equals(addressOf(token))).map(({ bytes }) => bytes);
    const [ofCat, whispered, ofAnn] = batch.map(relayed);
    expect(heardBy(ANN)).toEqual([ofCat]);
    expect(heardBy(BEN)).toEqual([ofCat, ofAnn]);
    expect(heardBy(CAT)).toEqual([ofAnn, whispered]);
    expect(heardBy(DAN)).toEqual([whispered]);
  });
});
