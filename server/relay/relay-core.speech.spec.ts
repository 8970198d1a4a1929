import { beforeEach, describe, expect, it } from 'vitest';
import { SPURT_TIMEOUT_MS } from './relay-core.ts';
import { addressOf, CoreHarness } from './testing/core-harness.ts';
import { voicePacket } from './testing/packets.ts';

const ANN = 1;

describe('RelayCore: who speaks', () => {
  let sut: CoreHarness;

  beforeEach(() => {
    sut = new CoreHarness();
    sut.join(ANN);
  });

  const say = (sequence: number, end = false): void =>
    sut.receive(voicePacket({ token: ANN, sequence, end }), addressOf(ANN));

  it('is told at the first packet of a talk spurt and at its end, once each', () => {
    say(0);
    say(1);
    expect(sut.speakingEvents).toEqual([[ANN, true]]);
    expect(sut.core.hearsSpeech).toBe(true);
    say(2, true);
    expect(sut.speakingEvents).toEqual([
      [ANN, true],
      [ANN, false],
    ]);
    expect(sut.core.hearsSpeech).toBe(false);
    say(3);
    expect(sut.speakingEvents.at(-1)).toEqual([ANN, true]);
  });

  it('ends without an end packet after a silence', () => {
    say(0);
    sut.nowMs += 100;
    say(1);
    sut.nowMs += SPURT_TIMEOUT_MS - 1;
    sut.core.tick(sut.nowMs);
    expect(sut.speakingEvents).toEqual([[ANN, true]]);
    sut.nowMs += 1;
    sut.core.tick(sut.nowMs);
    sut.core.tick(sut.nowMs);
    expect(sut.speakingEvents).toEqual([
      [ANN, true],
      [ANN, false],
    ]);
  });

  it('does not begin anew with a packet that its end overtook', () => {
    say(0);
    say(2, true);
    say(1);
    expect(sut.speakingEvents).toEqual([
      [ANN, true],
      [ANN, false],
    ]);
  });

  it('is not ended by the end of the spurt before', () => {
    say(0);
    say(2);
    say(1, true);
    expect(sut.speakingEvents).toEqual([[ANN, true]]);
  });

  it('ends when the server mutes', () => {
    say(0);
    sut.core.update(ANN, { speaks: false, hears: true });
    expect(sut.speakingEvents.at(-1)).toEqual([ANN, false]);
    say(1);
    expect(sut.speakingEvents).toHaveLength(2);
  });

  it('does not end when the server deafens', () => {
    say(0);
    sut.core.update(ANN, { speaks: true, hears: false });
    expect(sut.speakingEvents).toEqual([[ANN, true]]);
  });

  it('is not told of packets that are dropped', () => {
    sut.receive(voicePacket({ token: ANN, sequence: 0 }), addressOf(ANN, 1));
    sut.receive(voicePacket({ token: ANN, sequence: 0, target: 4 }), addressOf(ANN));
    expect(sut.speakingEvents).toEqual([]);
  });

  it('is told no more of a session that ended', () => {
    say(0);
    sut.core.close(ANN);
    expect(sut.core.hearsSpeech).toBe(false);
    sut.core.tick(sut.nowMs + 10_000);
    expect(sut.speakingEvents).toEqual([[ANN, true]]);
  });
});
