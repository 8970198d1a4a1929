import {
  answerPing,
  FLAG_CONTROL,
  FRAME_SAMPLES,
  sealVoicePacket,
  deriveSenderKey,
  hexToBytes,
  HOP_TAG_BYTES,
  sipHashKey,
} from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ECHO_DELAY_FRAMES, ECHO_TEST_MS } from './echo-test.ts';
import type { EngineEvent } from './engine-messages.ts';
import { FakeLanes, type FakeLane } from './testing/fake-lanes.ts';
import { epochGrant, hopKeyOf, voiceGrant } from './testing/grants.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { plainCodec } from './testing/plain-codec.ts';
import { VoiceEngine } from './voice-engine.ts';

const SELF = 1;
const OTHER = 2;
const HOP_KEY = sipHashKey(hopKeyOf(SELF));

function frameOf(value: number): Float32Array {
  return new Float32Array(FRAME_SAMPLES).fill(value);
}

function packetOf(sequence: number, value: number): Uint8Array {
  const out = new Uint8Array(16 + 1 + 16 + HOP_TAG_BYTES);
  const header = { token: OTHER, epoch: 1, end: false, level: 20, sequence, timestamp: sequence * 960 };
  const key = deriveSenderKey(hexToBytes(epochGrant(1).secret), OTHER);
  sealVoicePacket(out, header, Uint8Array.of(value), key, HOP_KEY);
  return out.slice(0, -HOP_TAG_BYTES);
}

describe('VoiceEngine testing how one sounds', () => {
  let clock: ManualClock;
  let lanes: FakeLanes;
  let events: EngineEvent[];
  let sut: VoiceEngine;

  beforeEach(async () => {
    clock = new ManualClock();
    lanes = new FakeLanes();
    events = [];
    sut = new VoiceEngine({ clock, codec: plainCodec, lanes, emit: (event) => events.push(event) });
    await sut.ready;
  });

  function connect(): FakeLane {
    const grant = voiceGrant(SELF, [{ memberId: 'other', token: OTHER }]);
    sut.handle({ type: 'enter', grant, controlHost: '192.0.2.7', secure: false });
    const lane = lanes.latest;
    lane.events.opened();
    lane.events.packet(answerPing(lane.sent.at(-1) ?? new Uint8Array(0), 0, 0, 0, HOP_KEY));
    lane.sent.length = 0;
    return lane;
  }

  const voiceOf = (lane: FakeLane) => lane.sent.filter((bytes) => ((bytes[4] ?? 0) & FLAG_CONTROL) === 0);

  /** Says this for so long; the loudest that was heard meanwhile, and the last sample. */
  function talk(value: number, frames: number): { peak: number; last: number } {
    let peak = 0;
    const out = frameOf(9);
    for (let i = 0; i < frames; i++) {
      sut.captured(frameOf(value));
      sut.render(out);
      peak = Math.max(peak, ...out);
      clock.advance(20);
    }
    return { peak, last: out.at(-1) ?? 9 };
  }

  const types = () => events.map(({ type }) => type);

  it('plays one back without a room, with a level, and is silent again', () => {
    sut.handle({ type: 'echo', on: true });
    expect(talk(0.25, ECHO_DELAY_FRAMES - 1).peak).toBe(0);
    expect(talk(0.25, 5).last).toBeCloseTo(0.25);
    expect(types()).toContain('level');
    sut.handle({ type: 'echo', on: false });
    talk(0.25, 2);
    events.length = 0;
    expect(talk(0.25, 2 * ECHO_DELAY_FRAMES).peak).toBe(0);
    expect(events).toEqual([]);
  });

  it('sends nothing meanwhile: a pause to the others, after which one is heard again', () => {
    const lane = connect();
    talk(0.5, 3);
    expect(voiceOf(lane)).toHaveLength(3);
    sut.handle({ type: 'echo', on: true });
    // The talk spurt is ended as it should be.
    expect(voiceOf(lane)).toHaveLength(4);
    expect(events.at(-1)).toEqual({ type: 'self.speaking', speaking: false });
    talk(0.5, 200);
    expect(voiceOf(lane)).toHaveLength(4);
    sut.handle({ type: 'echo', on: false });
    talk(0.5, 3);
    expect(voiceOf(lane)).toHaveLength(7);
  });

  it('hears oneself while muted, and stays muted afterwards', () => {
    const lane = connect();
    sut.handle({ type: 'self', muted: true, deafened: false });
    sut.handle({ type: 'echo', on: true });
    expect(talk(0.5, ECHO_DELAY_FRAMES + 2).last).toBeCloseTo(0.5);
    sut.handle({ type: 'self', muted: false, deafened: false });
    expect(voiceOf(lane)).toEqual([]);
    sut.handle({ type: 'self', muted: true, deafened: false });
    sut.handle({ type: 'echo', on: false });
    talk(0.5, 3);
    expect(voiceOf(lane)).toEqual([]);
  });

  it.each([
    [false, 0.75],
    [true, 0.25],
  ])('deafened %s, hears %f', async (deafened, heard) => {
    const lane = connect();
    sut.handle({ type: 'self', muted: deafened, deafened });
    sut.handle({ type: 'echo', on: true });
    await Promise.resolve();
    talk(0.25, ECHO_DELAY_FRAMES);
    let sequence = 0;
    for (let i = 0; i < 10; i++) {
      lane.events.packet(packetOf(sequence++, 50));
      await Promise.resolve();
      talk(0.25, 1);
    }
    lane.events.packet(packetOf(sequence, 50));
    expect(talk(0.25, 1).last).toBeCloseTo(heard, 1);
  });

  it('ends by itself, and says so', () => {
    connect();
    sut.handle({ type: 'echo', on: true });
    talk(0.5, ECHO_TEST_MS / 20 - 1);
    expect(types()).not.toContain('echo.ended');
    expect(types()).not.toContain('self.speaking');
    talk(0.5, 3);
    expect(types()).toContain('echo.ended');
    expect(events).toContainEqual({ type: 'self.speaking', speaking: true });
  });

  it.each(['leave', 'enter'] as const)('ends on %s', (type) => {
    connect();
    sut.handle({ type: 'echo', on: true });
    talk(0.25, 10);
    if (type === 'leave') sut.handle({ type });
    else connect();
    expect(talk(0.25, 2 * ECHO_DELAY_FRAMES).peak).toBe(0);
    clock.advance(ECHO_TEST_MS);
    expect(types()).not.toContain('echo.ended');
  });

  it('does not begin once closed', () => {
    sut.close();
    sut.handle({ type: 'echo', on: true });
    expect(talk(0.5, 2 * ECHO_DELAY_FRAMES).peak).toBe(0);
    expect(events).toEqual([]);
  });
});
