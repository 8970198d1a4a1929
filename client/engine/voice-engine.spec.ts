import {
  answerPing,
  decodeVoicePacket,
  deriveSenderKey,
  EPOCH_SEND_DELAY_MS,
  FLAG_CONTROL,
  FRAME_SAMPLES,
  hexToBytes,
  HOP_TAG_BYTES,
  openVoicePacket,
  sealVoicePacket,
  sipHashKey,
  type SealedPacket,
} from '@switchboard/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITER_DELAY_SAMPLES } from '../audio/limiter.ts';
import type { EngineEvent } from './engine-messages.ts';
import { CHANNEL_ID, epochGrant, hopKeyOf, voiceGrant } from './testing/grants.ts';
import { MAX_HELD } from './packet-hold.ts';
import { FakeLanes, type FakeLane } from './testing/fake-lanes.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { plainCodec } from './testing/plain-codec.ts';
import { VoiceEngine } from './voice-engine.ts';

const SELF = 1;
const OTHER = 2;
const LATECOMER = 3;
const HOP_KEY = sipHashKey(hopKeyOf(SELF));

function frameOf(value: number): Float32Array {
  return new Float32Array(FRAME_SAMPLES).fill(value);
}

function keyOf(token: number, epoch: number): Uint8Array {
  return deriveSenderKey(hexToBytes(epochGrant(epoch).secret), token);
}

/** What the relay forwards of a packet that says this value. */
function packetOf(token: number, sequence: number, value = 50, { epoch = 1, end = false } = {}): Uint8Array {
  const out = new Uint8Array(16 + 1 + 16 + HOP_TAG_BYTES);
  const header = { token, epoch: epoch % 4, end, level: 20, sequence, timestamp: sequence * 960 };
  sealVoicePacket(out, header, Uint8Array.of(value), keyOf(token, epoch), HOP_KEY);
  return out.slice(0, -HOP_TAG_BYTES);
}

describe('VoiceEngine', () => {
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

  function enter(changes: Parameters<typeof voiceGrant>[2] = {}): FakeLane {
    const grant = voiceGrant(SELF, [{ memberId: 'other', token: OTHER }], changes);
    sut.handle({ type: 'enter', grant, controlHost: '192.0.2.7', secure: false });
    const lane = lanes.latest;
    lane.events.opened();
    return lane;
  }

  function answer(lane: FakeLane, received = 0, sent = 0): void {
    const ping = lane.sent.at(-1) ?? new Uint8Array(0);
    lane.events.packet(answerPing(ping, 0, received, sent, HOP_KEY));
  }

  function connect(): FakeLane {
    const lane = enter();
    answer(lane);
    lane.sent.length = 0;
    return lane;
  }

  function voiceOf(lane: FakeLane): SealedPacket[] {
    return lane.sent
      .filter((bytes) => ((bytes[4] ?? 0) & FLAG_CONTROL) === 0)
      .map((bytes) => decodeVoicePacket(bytes.subarray(0, -HOP_TAG_BYTES)) as SealedPacket);
  }

  /** Frames go by until the jitter buffer has started; the loudest that came out. */
  async function played(frames = 6): Promise<number> {
    await Promise.resolve();
    await Promise.resolve();
    let peak = 0;
    const out = frameOf(9);
    for (let i = 0; i < frames; i++) {
      sut.render(out);
      peak = Math.max(peak, ...out);
      clock.advance(20);
    }
    return peak;
  }

  function stats() {
    clock.advance(1_000);
    const last = events.findLast((event) => event.type === 'stats');
    if (last === undefined) throw new Error('no stats');
    return last.stats;
  }

  it('pings the relay at once at the host of the control lane, and is connected on the pong', () => {
    const lane = enter();
    expect(lane.address.href).toBe('udp://192.0.2.7:7702');
    expect(lane.sent).toHaveLength(1);
    answer(lane);
    expect(events).toEqual([
      { type: 'lane', lane: { status: 'connecting' } },
      { type: 'lane', lane: { status: 'connected', lane: 'udp' } },
    ]);
  });

  it('seals what is said under its own key, counted from 0, with a hop tag', () => {
    const lane = connect();
    for (let i = 0; i < 3; i++) sut.captured(frameOf(0.5));
    const packets = voiceOf(lane);
    expect(packets.map(({ header }) => header.sequence)).toEqual([0, 1, 2]);
    for (const packet of packets) {
      expect(packet.header).toMatchObject({ token: SELF, epoch: 1, end: false });
      expect(openVoicePacket(packet, keyOf(SELF, 1))).toEqual(Uint8Array.of(50));
    }
    expect(events).toContainEqual({ type: 'self.speaking', speaking: true });
  });

  it('numbers nothing while there is no lane', () => {
    const lane = enter();
    sut.captured(frameOf(0.5));
    answer(lane);
    sut.captured(frameOf(0.5));
    expect(voiceOf(lane).map(({ header }) => header.sequence)).toEqual([0]);
  });

  it('starts every counter anew with a fresh token', () => {
    connect();
    sut.captured(frameOf(0.5));
    const again = connect();
    sut.captured(frameOf(0.5));
    expect(voiceOf(again).map(({ header }) => header.sequence)).toEqual([0]);
    expect(lanes.opened[0]?.closed).toBe(true);
  });

  it('sends under a new epoch once its listeners will have heard of it', () => {
    const lane = connect();
    sut.handle({ type: 'epoch', epoch: epochGrant(2) });
    sut.captured(frameOf(0.5));
    clock.advance(EPOCH_SEND_DELAY_MS);
    sut.captured(frameOf(0.5));
    const packets = voiceOf(lane);
    expect(packets.at(0)?.header.epoch).toBe(1);
    expect(packets.at(-1)?.header.epoch).toBe(2);
    for (const packet of packets) expect(openVoicePacket(packet, keyOf(SELF, packet.header.epoch))).toBeDefined();
  });

  it('takes no epoch of another channel', () => {
    const lane = connect();
    sut.handle({ type: 'epoch', epoch: { ...epochGrant(2), channelId: `not ${CHANNEL_ID}` } });
    clock.advance(EPOCH_SEND_DELAY_MS);
    sut.captured(frameOf(0.5));
    expect(voiceOf(lane)[0]?.header.epoch).toBe(1);
  });

  it('does not take what keys do for speech, as long as it is told that somebody types', () => {
    const lane = connect();
    sut.handle({ type: 'typing', typing: true });
    for (let i = 0; i < 3; i++) sut.captured(frameOf(0.5));
    expect(voiceOf(lane)).toHaveLength(0);
    sut.handle({ type: 'typing', typing: false });
    for (let i = 0; i < 3; i++) sut.captured(frameOf(0.5));
    expect(voiceOf(lane).length).toBeGreaterThan(0);
  });

  it('sends nothing while muted, and ends the talk spurt that muting cuts off', () => {
    const lane = connect();
    sut.captured(frameOf(0.5));
    sut.handle({ type: 'self', muted: true, deafened: false });
    sut.captured(frameOf(0.5));
    expect(voiceOf(lane).map(({ header }) => header.end)).toEqual([false, true]);
    expect(events.at(-1)).toEqual({ type: 'self.speaking', speaking: false });
  });

  it.each<[string, () => FakeLane]>([
    [
      'muting',
      () => {
        sut.handle({ type: 'self', muted: true, deafened: false });
        sut.handle({ type: 'self', muted: false, deafened: false });
        return lanes.latest;
      },
    ],
    [
      'leaving',
      () => {
        sut.handle({ type: 'leave' });
        return connect();
      },
    ],
    ['entering another room', () => connect()],
  ])('does not take the talk key for pressed any more after %s', (_, act) => {
    connect();
    sut.handle({ type: 'activation', activation: { mode: 'push-to-talk' } });
    sut.handle({ type: 'talk', pressed: true });
    sut.captured(frameOf(0.5));
    expect(events.at(-1)).toEqual({ type: 'self.speaking', speaking: true });
    const lane = act();
    lane.sent.length = 0;
    sut.captured(frameOf(0.5));
    expect(voiceOf(lane)).toEqual([]);
  });

  it('ends the talk spurt when the microphone brings no more', () => {
    const lane = connect();
    for (let i = 0; i < 20; i++) {
      sut.captured(frameOf(0.5));
      clock.advance(20);
    }
    clock.advance(179);
    expect(voiceOf(lane).map(({ header }) => header.end)).toEqual(Array(20).fill(false));
    clock.advance(1);
    expect(voiceOf(lane).map(({ header }) => header.end)).toEqual([...Array<boolean>(20).fill(false), true]);
    expect(events.at(-1)).toEqual({ type: 'self.speaking', speaking: false });
  });

  it('plays what a member says, and tells who speaks', async () => {
    const lane = connect();
    for (let i = 0; i < 3; i++) lane.events.packet(packetOf(OTHER, i, 50, { end: i === 2 }));
    expect(await played()).toBeCloseTo(0.5);
    const speaking = events.filter((event) => event.type === 'speaking');
    expect(speaking).toEqual([
      { type: 'speaking', memberId: 'other', speaking: true },
      { type: 'speaking', memberId: 'other', speaking: false },
    ]);
  });

  it('is silent while deafened, and does not play later what was said meanwhile', async () => {
    const lane = connect();
    sut.handle({ type: 'self', muted: true, deafened: true });
    await played(1);
    for (let i = 0; i < 4; i++) lane.events.packet(packetOf(OTHER, i, 50, { end: i === 3 }));
    expect(await played(10)).toBe(0);
    sut.handle({ type: 'self', muted: false, deafened: false });
    expect(await played(10)).toBe(0);
    expect(stats().speakers).toMatchObject([{ memberId: 'other', received: 4, depth: 0 }]);
  });

  it('fades out and in again when one stops to listen and begins', async () => {
    const lane = connect();
    for (let i = 0; i < 8; i++) lane.events.packet(packetOf(OTHER, i));
    await played(4);
    sut.handle({ type: 'self', muted: true, deafened: true });
    const out = frameOf(9);
    sut.render(out);
    expect(out[100]).toBeGreaterThan(0.4);
    expect(out.at(-1)).toBeLessThan(0.02);
    sut.render(out);
    // The limiter is half a millisecond late.
    expect(out.subarray(LIMITER_DELAY_SAMPLES)).toEqual(frameOf(0).subarray(LIMITER_DELAY_SAMPLES));
    sut.handle({ type: 'self', muted: false, deafened: false });
    sut.render(out);
    expect(out[0]).toBeLessThan(0.001);
    expect(out.at(-1)).toBeGreaterThan(0.48);
  });

  it('turns a member up and down, also one that comes later', async () => {
    sut.handle({ type: 'volume', memberId: 'other', gain: 0 });
    const lane = connect();
    for (let i = 0; i < 4; i++) lane.events.packet(packetOf(OTHER, i));
    expect(await played(4)).toBe(0);
  });

  it('keeps packets of a token that it has not heard of for 200 ms', async () => {
    const lane = connect();
    for (let i = 0; i < 2; i++) lane.events.packet(packetOf(LATECOMER, i));
    clock.advance(190);
    sut.handle({ type: 'member.add', memberId: 'latecomer', token: LATECOMER });
    expect(await played()).toBeCloseTo(0.5);
    expect(stats().dropped.unknown_token).toBe(0);
  });

  it('drops them after that', async () => {
    const lane = connect();
    lane.events.packet(packetOf(LATECOMER, 0));
    clock.advance(210);
    sut.handle({ type: 'member.add', memberId: 'latecomer', token: LATECOMER });
    expect(await played()).toBe(0);
    expect(stats().dropped.unknown_token).toBe(1);
  });

  it('keeps what comes under the next epoch until that is told', async () => {
    const lane = connect();
    for (let i = 0; i < 2; i++) lane.events.packet(packetOf(OTHER, i, 50, { epoch: 2 }));
    clock.advance(100);
    sut.handle({ type: 'epoch', epoch: epochGrant(2) });
    expect(await played()).toBeCloseTo(0.5);
  });

  it('counts what it does not play by reason', async () => {
    const lane = connect();
    lane.events.packet(new Uint8Array(20));
    lane.events.packet(packetOf(OTHER, 0).fill(1, 20, 21));
    lane.events.packet(packetOf(OTHER, 1, 50, { epoch: 3 }));
    lane.events.packet(packetOf(OTHER, 2, 50, { epoch: 2 }));
    lane.events.packet(packetOf(OTHER, 3, 0));
    await played(12);
    expect(stats().dropped).toEqual({
      malformed: 1,
      not_authentic: 1,
      wrong_epoch: 2,
      undecodable: 1,
      unknown_token: 0,
      overflow: 0,
    });
  });

  it('holds a bounded number of packets of strangers', () => {
    const lane = connect();
    for (let i = 0; i < 1_000; i++) lane.events.packet(packetOf(1_000 + i, 0));
    expect(stats().dropped).toMatchObject({ overflow: 1_000 - MAX_HELD, unknown_token: MAX_HELD });
  });

  it('hears no more of who left, and is told that it stopped', async () => {
    const lane = connect();
    for (let i = 0; i < 4; i++) lane.events.packet(packetOf(OTHER, i));
    await played(3);
    sut.handle({ type: 'member.remove', memberId: 'other' });
    expect(events.at(-1)).toEqual({ type: 'speaking', memberId: 'other', speaking: false });
    lane.events.packet(packetOf(OTHER, 4));
    const out = frameOf(0);
    sut.render(out);
    // Fades within 20 ms instead of breaking off.
    expect(out[100]).toBeGreaterThan(0.3);
    expect(Math.abs(out.at(-1) ?? 1)).toBeLessThan(0.02);
    sut.render(out);
    expect(await played()).toBe(0);
  });

  it('tells figures once a second while in a room', () => {
    const lane = connect();
    sut.captured(frameOf(0.5));
    lane.events.packet(packetOf(OTHER, 0));
    // Two sent: the spurt is ended when no further frame comes.
    expect(stats()).toMatchObject({ lane: 'udp', roundTripMs: 0, packetsSent: 2, packetsReceived: 1 });
    expect(stats()).toMatchObject({ packetsSent: 0, packetsReceived: 0, inputLevelDbfs: -127 });
    sut.handle({ type: 'leave' });
    const count = events.length;
    clock.advance(5_000);
    expect(events).toHaveLength(count);
  });

  it('tells the level of the microphone ten times a second while in a room, muted or not', () => {
    const levels = () => events.flatMap((event) => (event.type === 'level' ? event.dbfs : []));
    const second = (value: number) => {
      for (let i = 0; i < 50; i++) sut.captured(frameOf(value));
    };
    second(1);
    expect(levels()).toEqual([]);
    connect();
    sut.handle({ type: 'self', muted: true, deafened: false });
    second(0.1);
    expect(levels()).toEqual(Array<unknown>(10).fill(expect.closeTo(-20)));
    sut.handle({ type: 'leave' });
    second(1);
    expect(levels()).toHaveLength(10);
  });

  it('does not listen to itself', () => {
    enter({ members: [{ memberId: 'self', token: SELF }] });
    expect(stats().speakers).toEqual([]);
  });

  it('is idle after leaving', () => {
    const lane = connect();
    sut.handle({ type: 'leave' });
    expect(events.at(-1)).toEqual({ type: 'lane', lane: { status: 'idle' } });
    expect(lane.closed).toBe(true);
    sut.captured(frameOf(0.5));
    const out = frameOf(1);
    sut.render(out);
    expect(out).toEqual(frameOf(0));
  });

  it('takes any bytes without throwing, and plays none of them', async () => {
    const lane = connect();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, forged) => {
        // Random bytes hardly ever meet a token, so every other one carries a true one.
        if (forged && bytes.length >= 4) bytes.set([0, 0, 0, OTHER]);
        lane.events.packet(bytes);
      }),
      { seed: 3, numRuns: 5_000 },
    );
    expect(await played(20)).toBe(0);
    expect(events.filter((event) => event.type === 'lane')).toHaveLength(2);
  });
});
