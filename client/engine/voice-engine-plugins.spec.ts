import {
  answerPing,
  decodeVoicePacket,
  deriveSenderKey,
  FLAG_CONTROL,
  FRAME_SAMPLES,
  hexToBytes,
  HOP_TAG_BYTES,
  MAX_PACKET_BYTES,
  MAX_PLUGIN_CLIP_SAMPLES,
  openVoicePacket,
  PLUGIN_FRAME_DEADLINE_MS,
  PLUGIN_MISSED_FRAMES,
  sealVoicePacket,
  sipHashKey,
  type SealedPacket,
} from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ECHO_DELAY_FRAMES } from './echo-test.ts';
import type { EngineEvent } from './engine-messages.ts';
import { FakeFrameLine } from './testing/fake-frame-line.ts';
import { FakeLanes, type FakeLane } from './testing/fake-lanes.ts';
import { epochGrant, hopKeyOf, voiceGrant, whisperGrant, whisperTarget } from './testing/grants.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { plainCodec } from './testing/plain-codec.ts';
import { VoiceEngine } from './voice-engine.ts';

const SELF = 1;
const OTHER = { memberId: 'other', token: 2 };
const THIRD = { memberId: 'third', token: 3 };
const TARGET = 77;
const HOP_KEY = sipHashKey(hopKeyOf(SELF));

const half = (sample: number): number => sample / 2;

function frameOf(value: number): Float32Array {
  return new Float32Array(FRAME_SAMPLES).fill(value);
}

function keyOf(token: number, target?: number): Uint8Array {
  const { secret } = target === undefined ? epochGrant(1) : whisperTarget(target);
  return deriveSenderKey(hexToBytes(secret), token);
}

/** What the relay forwards of a packet that says this value, in hundredths. */
function packetOf(token: number, sequence: number, value: number, { target }: { target?: number } = {}): Uint8Array {
  const out = new Uint8Array(MAX_PACKET_BYTES);
  const epoch = target === undefined ? 1 : 0;
  const header = { token, epoch, end: false, level: 20, sequence, timestamp: sequence * 960, target };
  const size = sealVoicePacket(out, header, Uint8Array.of(value), keyOf(token, target), HOP_KEY);
  return out.slice(0, size - HOP_TAG_BYTES);
}

describe('VoiceEngine with plugins', () => {
  let clock: ManualClock;
  let lanes: FakeLanes;
  let events: EngineEvent[];
  let stuck: number[];
  let sut: VoiceEngine;

  beforeEach(async () => {
    clock = new ManualClock();
    lanes = new FakeLanes();
    events = [];
    stuck = [];
    sut = new VoiceEngine({ clock, codec: plainCodec, lanes, emit: (event) => events.push(event) });
    await sut.ready;
  });

  function sandbox(id: number): FakeFrameLine {
    const line = new FakeFrameLine();
    sut.attachSandbox(id, line, () => stuck.push(id));
    return line;
  }

  function connect(changes: Parameters<typeof voiceGrant>[2] = {}): FakeLane {
    const lanesOnOffer = { websocket: { port: 7702 }, dataChannel: false };
    const grant = voiceGrant(SELF, [OTHER, THIRD], { lanes: lanesOnOffer, ...changes });
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

  /** Where packets went and what they say, in hundredths, and `E` for the end of a talk spurt. */
  function sentOver(lane: FakeLane): string[] {
    return voiceOf(lane).map((packet) => {
      const { target, end } = packet.header;
      return `${target ?? 'room'} ${openVoicePacket(packet, keyOf(SELF, target))![0]}${end ? 'E' : ''}`;
    });
  }

  /** Ticks of the loudspeaker, 20 ms apart; the middle sample of each, in hundredths. */
  function heard(ticks: number): number[] {
    const out = frameOf(9);
    return Array.from({ length: ticks }, () => {
      sut.render(out);
      clock.advance(20);
      return Math.round(out[480]! * 100) + 0;
    });
  }

  /** Decoders are made. */
  async function settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await Promise.resolve();
  }

  function stats() {
    clock.advance(1_000);
    return events.findLast((event) => event.type === 'stats')?.stats.plugins;
  }

  describe('for captured frames', () => {
    it('sends what they make of one’s voice, and says that one speaks when it goes out', () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      for (let i = 0; i < 3; i++) {
        sut.captured(frameOf(0.5));
        expect(events.some(({ type }) => type === 'self.speaking')).toBe(i > 0);
        line.answer(half);
      }
      expect(sentOver(lane)).toEqual(['room 25', 'room 25', 'room 25']);
      expect(stats()).toEqual([{ sandboxId: 5, frames: 3, missed: 0, meanUs: 10, maxUs: 10 }]);
    });

    it('goes through them in the order that was asked for, whether they were there yet or not', () => {
      sut.handle({ type: 'plugins', captured: [5, 6], received: [] });
      const lane = connect();
      const six = sandbox(6);
      sut.captured(frameOf(0.5));
      six.answer(half);
      const five = sandbox(5);
      sut.captured(frameOf(0.5));
      expect([five.waiting.length, six.waiting.length]).toEqual([1, 0]);
      five.answer(half);
      six.answer(half);
      sut.captured(frameOf(0.5));
      five.answer(half);
      six.answer(half);
      expect(sentOver(lane).at(-1)).toBe('room 13');
    });

    it('loses no frame where a plugin hangs, and says once that it is stuck', () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      for (let i = 0; i < 50; i++) {
        sut.captured(frameOf(0.5));
        clock.advance(20);
      }
      expect(sentOver(lane)).toEqual(Array(50).fill('room 50'));
      const times = voiceOf(lane).map(({ header }) => header.timestamp);
      expect(times).toEqual(Array.from({ length: 50 }, (_, i) => i * FRAME_SAMPLES));
      expect([stuck, line.asked]).toEqual([[5], 1]);
      expect(stats()?.[0]?.missed).toBe(PLUGIN_MISSED_FRAMES);
    });

    it('goes on with another that takes its place', () => {
      sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.captured(frameOf(0.5));
      sut.detachSandbox(5);
      const again = sandbox(6);
      sut.handle({ type: 'plugins', captured: [6], received: [] });
      for (let i = 0; i < 2; i++) {
        sut.captured(frameOf(0.5));
        again.answer(half);
      }
      // The first frame goes out at the end of its sandbox.
      expect(sentOver(lane)).toEqual(['room 50', 'room 50', 'room 25']);
    });

    it('asks no plugin while muted, and sends nothing of what one had when muting', () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.captured(frameOf(0.5));
      sut.handle({ type: 'self', muted: true, deafened: false });
      sut.captured(frameOf(0.5));
      line.answerAll(half);
      clock.advance(20);
      expect([line.asked, sentOver(lane)]).toEqual([1, []]);
    });

    it.each(['leave', 'enter'] as const)('sends nothing into the next room of what one had on %s', (type) => {
      const line = sandbox(5);
      const before = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.captured(frameOf(0.5));
      if (type === 'leave') sut.handle({ type });
      const lane = connect();
      line.answerAll(half);
      clock.advance(PLUGIN_FRAME_DEADLINE_MS);
      expect([sentOver(before), sentOver(lane)]).toEqual([[], []]);
    });

    it('sends nothing into the room of what one had while it was whispered', () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      sut.captured(frameOf(0.5));
      sut.handle({ type: 'whisper.stop' });
      line.answerAll();
      clock.advance(20);
      expect(sentOver(lane)).toEqual([]);
    });

    it('whispers through them', () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      for (let i = 0; i < 2; i++) {
        sut.captured(frameOf(0.5));
        line.answer(half);
      }
      expect(sentOver(lane)).toEqual([`${TARGET} 25`, `${TARGET} 25`]);
    });

    it('lets one hear in an echo test what others would', () => {
      const line = sandbox(5);
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.handle({ type: 'echo', on: true });
      let last = 0;
      for (let i = 0; i < ECHO_DELAY_FRAMES + 3; i++) {
        sut.captured(frameOf(0.5));
        line.answerAll(half);
        last = heard(1)[0]!;
      }
      expect(last).toBe(25);
    });

    it('lets go of all sandboxes when it is closed', () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.captured(frameOf(0.5));
      sut.close();
      line.answerAll();
      clock.advance(20);
      expect([line.closed, sentOver(lane)]).toEqual([true, []]);
    });
  });

  describe('for received frames', () => {
    it('plays what they make of a voice, 20 ms later, and says whose it is', async () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [], received: [5] });
      const say = (sequence: number): void => {
        lane.events.packet(packetOf(OTHER.token, sequence, 40));
        lane.events.packet(packetOf(THIRD.token, sequence, 20));
      };
      say(0);
      await settle();
      const levels: number[] = [];
      const speakers = new Set<number>();
      for (let i = 1; i < 8; i++) {
        say(i);
        levels.push(...heard(1));
        for (const { speaker } of line.waiting) speakers.add(speaker);
        line.answerAll(half);
      }
      expect(levels).toEqual([0, 30, 30, 30, 30, 30, 30]);
      expect([...speakers].sort()).toEqual([1, 2]);
      expect(stats()?.[0]).toMatchObject({ sandboxId: 5, missed: 0 });
    });

    it('plays the original where they are too late, and loses nothing', async () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [], received: [5] });
      lane.events.packet(packetOf(OTHER.token, 0, 40));
      await settle();
      const levels: number[] = [];
      for (let i = 1; i < 20; i++) {
        lane.events.packet(packetOf(OTHER.token, i, 40));
        levels.push(...heard(1));
      }
      expect(levels).toEqual([0, ...Array<number>(18).fill(40)]);
      expect([stuck, line.asked]).toEqual([[5], 1]);
    });

    it('gives a number that is free again to the next who comes', async () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [], received: [5] });
      sut.handle({ type: 'member.remove', memberId: OTHER.memberId });
      sut.handle({ type: 'member.add', memberId: 'latecomer', token: 9 });
      for (const token of [THIRD.token, 9]) lane.events.packet(packetOf(token, 0, 40));
      await settle();
      for (const token of [THIRD.token, 9]) lane.events.packet(packetOf(token, 1, token === 9 ? 40 : 20));
      heard(1);
      expect(line.waiting.map(({ speaker, samples }) => [speaker, Math.round(samples[0]! * 100)]).sort()).toEqual([
        [1, 40],
        [2, 40],
      ]);
    });

    it('leads whispers through them as well, as the voice of the same person', async () => {
      const line = sandbox(5);
      const lane = connect({ whispers: [whisperGrant(TARGET, THIRD)] });
      sut.handle({ type: 'plugins', captured: [], received: [5] });
      for (const sequence of [0, 1]) lane.events.packet(packetOf(THIRD.token, sequence, 30, { target: TARGET }));
      await settle();
      lane.events.packet(packetOf(THIRD.token, 2, 30, { target: TARGET }));
      heard(1);
      expect(line.latest.speaker).toBe(2);
      line.answer(half);
      expect(heard(1)).toEqual([15]);
    });

    it('turns people up and down after them', async () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [], received: [5] });
      sut.handle({ type: 'volume', memberId: OTHER.memberId, gain: 0.5 });
      lane.events.packet(packetOf(OTHER.token, 0, 40));
      await settle();
      lane.events.packet(packetOf(OTHER.token, 1, 40));
      heard(1);
      expect(line.latest.samples[0]).toBeCloseTo(0.4);
      line.answer();
      expect(heard(1)).toEqual([20]);
    });
  });

  describe('that play a clip', () => {
    const clip = (value: number, frames: number): Int16Array =>
      new Int16Array(frames * FRAME_SAMPLES).fill(Math.round(value * 32_767));
    /** Ticks of both devices. */
    function tick(times: number, value = 0): number[] {
      return Array.from({ length: times }, () => {
        sut.captured(frameOf(value));
        return heard(1)[0]!;
      });
    }

    it('sends it to the room, and plays it to oneself at half of that', () => {
      const lane = connect();
      tick(1);
      sut.handle({ type: 'clip', samples: clip(0.6, 4) });
      expect(tick(6)).toEqual([30, 30, 30, 30, 0, 0]);
      // What a packet says is its frame's first sample.
      expect(sentOver(lane)).toEqual(['room 0', 'room 60', 'room 60', 'room 60E']);
      const speaking = events.filter(({ type }) => type === 'self.speaking');
      expect(speaking).toHaveLength(2);
    });

    it('does not lead it through plugins', () => {
      const line = sandbox(5);
      const lane = connect();
      sut.handle({ type: 'plugins', captured: [5], received: [] });
      sut.handle({ type: 'clip', samples: clip(0.6, 3) });
      for (let i = 0; i < 3; i++) {
        sut.captured(frameOf(0));
        expect(line.latest.samples.every((sample) => sample === 0)).toBe(true);
        line.answer();
      }
      expect(sentOver(lane)).toEqual(['room 0', 'room 60', 'room 60E']);
    });

    it.each<[string, () => void]>([
      ['while muted', () => sut.handle({ type: 'self', muted: true, deafened: false })],
      ['in an echo test', () => sut.handle({ type: 'echo', on: true })],
      ['in no room', () => sut.handle({ type: 'leave' })],
    ])('plays nothing %s, and ends what plays', (_, act) => {
      const lane = connect();
      sut.handle({ type: 'clip', samples: clip(0.6, 50) });
      tick(3);
      act();
      const ended = sentOver(lane);
      expect(ended.at(-1)).toMatch(/E$/);
      sut.handle({ type: 'clip', samples: clip(0.6, 50) });
      expect(tick(10)).toEqual(Array(10).fill(0));
      expect(sentOver(lane)).toEqual(ended);
    });

    it('plays no rest of it in the next room', () => {
      connect();
      sut.handle({ type: 'clip', samples: clip(0.6, 50) });
      tick(3);
      const lane = connect();
      expect(tick(5)).toEqual([0, 0, 0, 0, 0]);
      expect(sentOver(lane)).toEqual([]);
    });

    it('sends it at the pace of the loudspeaker where there is no microphone', () => {
      const lane = connect();
      sut.handle({ type: 'clip', samples: clip(0.6, 20) });
      expect(heard(22).filter((level) => level === 30)).toHaveLength(20);
      expect(sentOver(lane)).toHaveLength(20);
      expect(sentOver(lane).at(-1)).toMatch(/E$/);
      expect(events.filter(({ type }) => type === 'self.speaking')).toEqual([
        { type: 'self.speaking', speaking: true },
        { type: 'self.speaking', speaking: false },
      ]);
    });

    it('goes on at that pace when the microphone is gone, and at the microphone’s when it is back', () => {
      const lane = connect();
      sut.handle({ type: 'clip', samples: clip(0.6, 60) });
      tick(5);
      heard(20);
      expect(sentOver(lane).filter((packet) => packet.endsWith('E'))).toHaveLength(1);
      const before = voiceOf(lane).length;
      expect(before).toBeGreaterThan(12);
      tick(5);
      expect(voiceOf(lane).length).toBe(before + 5);
    });

    it('whispers it while one whispers, and goes on in the room', () => {
      const lane = connect();
      sut.handle({ type: 'whisper.target', target: whisperTarget(TARGET) });
      sut.handle({ type: 'clip', samples: clip(0.6, 40) });
      tick(2);
      sut.handle({ type: 'whisper.start', targetToken: TARGET });
      tick(3);
      sut.handle({ type: 'whisper.stop' });
      tick(20);
      const where = sentOver(lane).map((packet) => packet.replace(/ \d+/, ''));
      expect(where.filter((place, i) => place !== where[i - 1])).toEqual([
        'room',
        'roomE',
        `${TARGET}`,
        `${TARGET}E`,
        'room',
      ]);
    });

    it('takes no more of it than a clip may have', () => {
      connect();
      const samples = new Int16Array(MAX_PLUGIN_CLIP_SAMPLES + 10 * FRAME_SAMPLES).fill(10_000);
      sut.handle({ type: 'clip', samples });
      const loud = heard(MAX_PLUGIN_CLIP_SAMPLES / FRAME_SAMPLES + 5).filter((level) => level > 0);
      expect(loud).toHaveLength(MAX_PLUGIN_CLIP_SAMPLES / FRAME_SAMPLES);
    });
  });
});
