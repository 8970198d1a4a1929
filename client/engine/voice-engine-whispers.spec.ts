import {
  answerPing,
  decodeVoicePacket,
  deriveSenderKey,
  EPOCH_SEND_DELAY_MS,
  FLAG_CONTROL,
  FRAME_SAMPLES,
  hexToBytes,
  HOP_TAG_BYTES,
  MAX_PACKET_BYTES,
  openVoicePacket,
  sealVoicePacket,
  sipHashKey,
  type SealedPacket,
} from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PUSH_TO_TALK } from '../audio/gate.ts';
import type { EngineEvent } from './engine-messages.ts';
import { MAX_HELD_PER_SENDER } from './packet-hold.ts';
import { FakeLanes, type FakeLane } from './testing/fake-lanes.ts';
import { epochGrant, hopKeyOf, voiceGrant, whisperGrant, whisperTarget } from './testing/grants.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { plainCodec } from './testing/plain-codec.ts';
import { VoiceEngine } from './voice-engine.ts';

const SELF = 1;
const OTHER = { memberId: 'other', token: 2 };
const ELSEWHERE = { memberId: 'elsewhere', token: 3 };
const TARGET = 77;
const HOP_KEY = sipHashKey(hopKeyOf(SELF));

function frameOf(value: number): Float32Array {
  return new Float32Array(FRAME_SAMPLES).fill(value);
}

function whisperKey(token: number, target: number, generation = 0): Uint8Array {
  return deriveSenderKey(hexToBytes(whisperTarget(target, generation).secret), token);
}

/** What the relay forwards of a packet that says this value. */
function packetOf(
  token: number,
  sequence: number,
  value: number,
  { target, generation = 0, end = false }: { target?: number; generation?: number; end?: boolean } = {},
): Uint8Array {
  const out = new Uint8Array(MAX_PACKET_BYTES);
  const epoch = target === undefined ? 1 : 0;
  const header = { token, epoch, end, level: 20, sequence, timestamp: sequence * 960, target };
  const roomKey = deriveSenderKey(hexToBytes(epochGrant(1).secret), token);
  const key = target === undefined ? roomKey : whisperKey(token, target, generation);
  const size = sealVoicePacket(out, header, Uint8Array.of(value), key, HOP_KEY);
  return out.slice(0, size - HOP_TAG_BYTES);
}

describe('VoiceEngine whispers', () => {
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

  function connect(changes: Parameters<typeof voiceGrant>[2] = {}): FakeLane {
    const lanesOnOffer = { websocket: { port: 7702 }, dataChannel: false };
    const grant = voiceGrant(SELF, [OTHER], { lanes: lanesOnOffer, ...changes });
    sut.handle({ type: 'enter', grant, controlHost: '192.0.2.7', secure: false });
    const lane = lanes.latest;
    lane.events.opened();
    lane.events.packet(answerPing(lane.sent.at(-1) ?? new Uint8Array(0), 0, 0, 0, HOP_KEY));
    lane.sent.length = 0;
    return lane;
  }

  function voiceOf(lane: FakeLane): SealedPacket[] {
    return lane.sent
      .filter((bytes) => ((bytes[4] ?? 0) & FLAG_CONTROL) === 0)
      .map((bytes) => decodeVoicePacket(bytes.subarray(0, -HOP_TAG_BYTES)) as SealedPacket);
  }

  /** Where packets went, with their sequence, and `E` for the end of a talk spurt. */
  function sentOver(lane: FakeLane): string[] {
    return voiceOf(lane).map(({ header }) => `${header.target ?? 'room'} ${header.sequence}${header.end ? 'E' : ''}`);
  }

  function say(times: number, value = 0.5): void {
    for (let i = 0; i < times; i++) sut.captured(frameOf(value));
  }

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

  function dropped() {
    clock.advance(1_000);
    const last = events.findLast((event) => event.type === 'stats');
    if (last === undefined) throw new Error('no stats');
    return last.stats.dropped;
  }

  const whispering = () => events.filter((event) => event.type === 'whispering' || event.type === 'speaking');

  describe('to others', () => {
    it('go to the target alone, counted by themselves, under its key', () => {
      const lane = connect();
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      say(2);
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      say(2);
      sut.handle({ type: 'whisper.stop' });
      say(DEFAULT_PUSH_TO_TALK.releaseDelayFrames);
      say(1);
      const last = `${TARGET} ${1 + DEFAULT_PUSH_TO_TALK.releaseDelayFrames}E`;
      const sent = sentOver(lane);
      expect(sent.slice(0, 5)).toEqual(['room 0', 'room 1', 'room 2E', `${TARGET} 0`, `${TARGET} 1`]);
      expect(sent.slice(-2)).toEqual([last, 'room 3']);
      const whisper = voiceOf(lane)[3]!;
      expect(whisper.header).toMatchObject({ token: SELF, epoch: 0, target: TARGET });
      expect(openVoicePacket(whisper, whisperKey(SELF, TARGET))).toEqual(Uint8Array.of(50));
      expect(openVoicePacket(whisper, deriveSenderKey(hexToBytes(epochGrant(1).secret), SELF))).toBeUndefined();
    });

    it('go nowhere while the target is not known, or is over', () => {
      const lane = connect();
      sut.handle({ type: 'whisper.start', targetToken: null });
      say(2);
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      say(1);
      sut.handle({ type: 'whisper.forget', targetToken: TARGET });
      say(5);
      expect(sentOver(lane)).toEqual([`${TARGET} 0`]);
    });

    it('go on under a new secret once the audience has had time to hear of it', () => {
      const lane = connect();
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      say(1);
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET, 1) });
      clock.advance(EPOCH_SEND_DELAY_MS - 1);
      say(1);
      clock.advance(1);
      say(1);
      const [before, meanwhile, after] = voiceOf(lane).filter(({ header }) => !header.end);
      expect(openVoicePacket(before!, whisperKey(SELF, TARGET, 0))).toBeDefined();
      expect(openVoicePacket(meanwhile!, whisperKey(SELF, TARGET, 0))).toBeDefined();
      expect(openVoicePacket(after!, whisperKey(SELF, TARGET, 1))).toBeDefined();
    });

    it('stop while one is muted, and go on to their target as long as the key is held', () => {
      const lane = connect();
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      say(1);
      sut.handle({ type: 'self', muted: true, deafened: false });
      say(2);
      expect(sentOver(lane)).toEqual([`${TARGET} 0`, `${TARGET} 1E`]);
      sut.handle({ type: 'self', muted: false, deafened: false });
      say(1);
      sut.handle({ type: 'whisper.stop' });
      expect(sentOver(lane).at(-1)).toBe(`${TARGET} 2`);
      say(DEFAULT_PUSH_TO_TALK.releaseDelayFrames + 1);
      expect(sentOver(lane).at(-1)).toBe('room 0');
    });

    it('go nowhere in the next room before a target is told, and never to that room', () => {
      connect();
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      say(1);
      sut.handle({ type: 'leave' });
      say(1);
      const lane = connect();
      say(2);
      expect(sentOver(lane)).toEqual([]);
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET + 1) });
      sut.handle({ type: 'whisper.start', targetToken: TARGET + 1 });
      say(1);
      expect(sentOver(lane)).toEqual([`${TARGET + 1} 0`]);
    });

    it('are let go in the next room as well as in no room', () => {
      connect();
      sut.handle({ type: 'whisper.start', targetToken: null });
      sut.handle({ type: 'leave' });
      sut.handle({ type: 'whisper.stop' });
      const lane = connect();
      say(1);
      expect(sentOver(lane)).toEqual(['room 0']);
    });

    it('count among the packets of which the relay tells how many arrived', () => {
      connect();
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      say(2);
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      say(2);
      const lane = lanes.latest;
      clock.advance(5_000);
      const ping = lane.sent.findLast((bytes) => ((bytes[4] ?? 0) & FLAG_CONTROL) !== 0);
      const voice = voiceOf(lane).length;
      const whispers = voiceOf(lane).filter(({ header }) => header.target === TARGET).length;
      lane.events.packet(answerPing(ping!, 0, voice - whispers, 0, HOP_KEY));
      clock.advance(1_000);
      const lossUp = events.findLast((event) => event.type === 'stats')?.stats.lossUp;
      expect(lossUp).toBeCloseTo(whispers / voice);
    });
  });

  describe('to oneself', () => {
    it('are heard, and told apart from what is said in the room', async () => {
      const lane = connect({ whispers: [whisperGrant(TARGET, OTHER)] });
      for (let i = 0; i < 3; i++) lane.events.packet(packetOf(OTHER.token, i, 50, { target: TARGET, end: i === 2 }));
      expect(await played()).toBeCloseTo(0.5);
      expect(whispering()).toEqual([
        { type: 'whispering', memberId: 'other', whispering: true },
        { type: 'whispering', memberId: 'other', whispering: false },
      ]);
    });

    it('come beside the room’s voice of the same member, each by its own counter', async () => {
      const lane = connect({ whispers: [whisperGrant(TARGET, OTHER)] });
      for (let i = 0; i < 4; i++) {
        lane.events.packet(packetOf(OTHER.token, i, 20));
        lane.events.packet(packetOf(OTHER.token, i, 30, { target: TARGET }));
      }
      expect(await played(4)).toBeCloseTo(0.5);
      expect(dropped()).toMatchObject({ unknown_token: 0, not_authentic: 0 });
    });

    it('come from other rooms, as loud as their member is to be', async () => {
      const lane = connect();
      sut.handle({ type: 'whisper.listen', grant: whisperGrant(TARGET, ELSEWHERE) });
      sut.handle({ type: 'volume', memberId: 'elsewhere', gain: 0.5 });
      for (let i = 0; i < 4; i++) lane.events.packet(packetOf(ELSEWHERE.token, i, 50, { target: TARGET }));
      expect(await played(4)).toBeCloseTo(0.25);
    });

    it('wait 200 ms for the news of their target, and no longer', async () => {
      const lane = connect();
      const whisper = (target: number) => {
        for (let i = 0; i < 2; i++) lane.events.packet(packetOf(ELSEWHERE.token, i, 50, { target }));
      };
      whisper(TARGET);
      clock.advance(190);
      sut.handle({ type: 'whisper.listen', grant: whisperGrant(TARGET, ELSEWHERE) });
      expect(await played()).toBeCloseTo(0.5);
      whisper(TARGET + 1);
      clock.advance(210);
      sut.handle({ type: 'whisper.listen', grant: whisperGrant(TARGET + 1, ELSEWHERE) });
      expect(dropped().unknown_token).toBe(2);
    });

    it('wait as long for the news of their secret, and are understood under the one before', async () => {
      const lane = connect({ whispers: [whisperGrant(TARGET, OTHER)] });
      lane.events.packet(packetOf(OTHER.token, 0, 50, { target: TARGET, generation: 1 }));
      sut.handle({ type: 'whisper.listen', grant: whisperGrant(TARGET, OTHER, 1) });
      lane.events.packet(packetOf(OTHER.token, 1, 50, { target: TARGET, generation: 0 }));
      expect(await played()).toBeCloseTo(0.5);
      lane.events.packet(packetOf(OTHER.token, 2, 50, { target: TARGET, generation: 5 }));
      clock.advance(210);
      expect(dropped()).toMatchObject({ not_authentic: 1, unknown_token: 0 });
    });

    it('that nobody can open do not take the place of others’ early packets', async () => {
      const strangers = Array.from({ length: 6 }, (_, i) => ({ memberId: `stranger ${i}`, token: 10 + i }));
      const lane = connect({ whispers: strangers.map((one, i) => whisperGrant(TARGET + 1 + i, one)) });
      const each = 40;
      for (let sequence = 0; sequence < each; sequence++) {
        strangers.forEach(({ token }, i) =>
          lane.events.packet(packetOf(token, sequence, 50, { target: TARGET + 1 + i, generation: 9 })),
        );
      }
      for (let i = 0; i < 3; i++) lane.events.packet(packetOf(ELSEWHERE.token, i, 50));
      sut.handle({ type: 'member.add', ...ELSEWHERE });
      expect(await played()).toBeCloseTo(0.5);
      const held = 6 * MAX_HELD_PER_SENDER;
      expect(dropped()).toMatchObject({ overflow: 6 * each - held, not_authentic: held, unknown_token: 0 });
    });

    it('are of the member who made the target alone', async () => {
      const lane = connect({ whispers: [whisperGrant(TARGET, ELSEWHERE)] });
      for (let i = 0; i < 3; i++) lane.events.packet(packetOf(OTHER.token, i, 50, { target: TARGET }));
      expect(await played(12)).toBe(0);
      expect(dropped().not_authentic).toBe(3);
    });

    it('are heard in one stream whatever the target, until the last of these is over', async () => {
      const lane = connect({ whispers: [whisperGrant(TARGET, OTHER), whisperGrant(TARGET + 1, OTHER)] });
      for (let i = 0; i < 6; i++) lane.events.packet(packetOf(OTHER.token, i, 50, { target: TARGET + (i % 2) }));
      await played(3);
      sut.handle({ type: 'whisper.forget', targetToken: TARGET });
      expect(whispering()).toHaveLength(1);
      sut.handle({ type: 'whisper.forget', targetToken: TARGET + 1 });
      expect(whispering().at(-1)).toEqual({ type: 'whispering', memberId: 'other', whispering: false });
      await played(2);
      expect(await played()).toBe(0);
    });

    it('do not come from oneself', async () => {
      const lane = connect({ whispers: [whisperGrant(TARGET, { memberId: 'self', token: SELF })] });
      for (let i = 0; i < 3; i++) lane.events.packet(packetOf(SELF, i, 50, { target: TARGET }));
      expect(await played(6)).toBe(0);
    });
  });
});
