import { FRAME_SAMPLES, type LaneKind } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opusCodec } from '../../audio/opus-codec.ts';
import { babble, framesOf } from '../../audio/testing/sounds.ts';
import type { EngineEvent } from '../../engine/engine-messages.ts';
import { epochGrant, voiceGrant } from '../../engine/testing/grants.ts';
import { ManualClock } from '../../engine/testing/manual-clock.ts';
import { TestRelay } from '../../engine/testing/test-relay.ts';
import { VoiceEngine } from '../../engine/voice-engine.ts';
import type { LaneFactory } from '../../lanes/lane.ts';
import { nodeLanes } from './node-lanes.ts';

const FRAMES = framesOf(babble(140, 0.4, FRAME_SAMPLES * 150));
const TOKENS = { ada: 1, ben: 2 } as const;
type Name = keyof typeof TOKENS;

/** Real sockets, codec and keys; the time alone is turned by hand. */
class Person {
  readonly events: EngineEvent[] = [];
  readonly engine: VoiceEngine;
  readonly out = new Float32Array(FRAME_SAMPLES);
  energy = 0;
  /** Datagrams that came, on any lane. */
  packets = 0;

  constructor(clock: ManualClock) {
    const lanes = nodeLanes();
    const counted: LaneFactory = {
      kinds: lanes.kinds,
      open: (kind, address, events) =>
        lanes.open(kind, address, {
          opened: () => events.opened(),
          closed: () => events.closed(),
          packet: (bytes) => {
            this.packets++;
            events.packet(bytes);
          },
        }),
    };
    this.engine = new VoiceEngine({
      clock,
      codec: opusCodec,
      lanes: counted,
      emit: (event) => this.events.push(event),
    });
  }

  get lane(): LaneKind | undefined {
    const last = this.events.findLast((event) => event.type === 'lane');
    return last?.lane.status === 'connected' ? last.lane.lane : undefined;
  }

  get speaker() {
    const last = this.events.findLast((event) => event.type === 'stats');
    return last?.stats.speakers[0];
  }

  get stats() {
    return this.events.findLast((event) => event.type === 'stats')?.stats;
  }

  hear(): void {
    this.engine.render(this.out);
    for (const sample of this.out) this.energy += sample * sample;
  }
}

describe('two engines over real sockets', () => {
  let clock: ManualClock;
  let relay: TestRelay;
  let ada: Person;
  let ben: Person;

  beforeEach(async () => {
    clock = new ManualClock();
    relay = await TestRelay.start();
    ada = new Person(clock);
    ben = new Person(clock);
    await Promise.all([ada.engine.ready, ben.engine.ready]);
  });

  afterEach(async () => {
    ada.engine.close();
    ben.engine.close();
    await relay[Symbol.asyncDispose]();
  });

  function enter(person: Person, name: Name): void {
    const other: Name = name === 'ada' ? 'ben' : 'ada';
    relay.open(TOKENS[name]);
    const grant = voiceGrant(TOKENS[name], [{ memberId: other, token: TOKENS[other] }], {
      lanes: { udp: { port: relay.udpPort }, websocket: { port: relay.websocketPort }, dataChannel: false },
    });
    person.engine.handle({ type: 'enter', grant, controlHost: '127.0.0.1', secure: false });
  }

  /** What sockets have to say is heard; no time passes by the engines' clock. */
  async function until(isSo: () => boolean): Promise<void> {
    await expect.poll(isSo, { interval: 1, timeout: 20_000 }).toBe(true);
  }

  /** The same, with time passing in small steps. */
  async function within(ms: number, isSo: () => boolean): Promise<void> {
    for (let passed = 0; passed < ms && !isSo(); passed += 10) {
      clock.advance(10);
      // Time for the sockets, which a busy machine may make them wait for.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(isSo);
  }

  /** Ada speaks a frame, all of it arrives, and Ben plays one: 20 ms. */
  async function speak(frame: Float32Array): Promise<void> {
    const before = { forwarded: relay.forwarded.length, packets: ben.packets };
    ada.engine.captured(frame);
    await until(() => relay.forwarded.length > before.forwarded);
    await until(() => ben.packets - before.packets >= relay.forwarded.length - before.forwarded);
    ben.hear();
    clock.advance(20);
  }

  it('are connected by UDP, and one hears what the other says', async () => {
    enter(ada, 'ada');
    enter(ben, 'ben');
    await until(() => ada.lane === 'udp' && ben.lane === 'udp');
    for (const frame of FRAMES.slice(5, 105)) await speak(frame);
    clock.advance(1_000);
    expect(ben.energy).toBeGreaterThan(100);
    expect(ben.speaker).toMatchObject({ memberId: 'ada', concealed: 0, late: 0, duplicate: 0 });
    expect(ben.events).toContainEqual({ type: 'speaking', memberId: 'ada', speaking: true });
    expect(ada.events).toContainEqual({ type: 'self.speaking', speaking: true });
  });

  it('go on without a gap when the room gets a new epoch', async () => {
    enter(ada, 'ada');
    enter(ben, 'ben');
    await until(() => ada.lane === 'udp' && ben.lane === 'udp');
    for (const frame of FRAMES.slice(5, 30)) await speak(frame);
    // Ada hears of it first; what she says under it waits for Ben to hear of it as well.
    ada.engine.handle({ type: 'epoch', epoch: epochGrant(2) });
    await speak(FRAMES[30]!);
    ben.engine.handle({ type: 'epoch', epoch: epochGrant(2) });
    for (const frame of FRAMES.slice(31, 60)) await speak(frame);
    clock.advance(1_000);
    expect(ben.speaker).toMatchObject({ concealed: 0, late: 0 });
    expect(ben.stats?.dropped).toMatchObject({ wrong_epoch: 0, not_authentic: 0 });
  });

  it('talk over the WebSocket where UDP is blocked, and return to UDP without a gap', async () => {
    relay.udpOpen = false;
    enter(ada, 'ada');
    enter(ben, 'ben');
    await within(2_000, () => ada.lane === 'websocket' && ben.lane === 'websocket');
    for (const frame of FRAMES.slice(5, 40)) await speak(frame);
    expect(relay.laneOf(TOKENS.ben)).toBe('websocket');

    relay.udpOpen = true;
    // 33 s of talk at twenty times its speed: somewhere in there both move.
    for (let i = 0; i < 1_650; i++) await speak(FRAMES[5 + (i % 140)]!);
    expect(ada.lane).toBe('udp');
    expect(ben.lane).toBe('udp');
    expect(relay.laneOf(TOKENS.ada)).toBe('udp');
    expect(relay.laneOf(TOKENS.ben)).toBe('udp');
    clock.advance(1_000);
    expect(ben.speaker?.received).toBeGreaterThan(1_600);
    expect(ben.speaker).toMatchObject({ concealed: 0, late: 0, duplicate: 0 });
  });

  it('find the WebSocket when UDP is cut in the middle of a call', async () => {
    enter(ada, 'ada');
    enter(ben, 'ben');
    await until(() => ada.lane === 'udp' && ben.lane === 'udp');
    relay.udpOpen = false;
    await within(12_000, () => ada.lane === 'websocket' && ben.lane === 'websocket');
    for (const frame of FRAMES.slice(5, 30)) await speak(frame);
    clock.advance(1_000);
    expect(ben.speaker?.received).toBeGreaterThan(15);
  });

  it('see at once that nobody listens at the UDP port any more', async () => {
    enter(ada, 'ada');
    await until(() => ada.lane === 'udp');
    await relay[Symbol.asyncDispose]();
    clock.advance(5_000);
    await until(() => ada.lane === undefined);
    relay = await TestRelay.start();
  });

  it('measure the way: round trip, and no loss where there is none', async () => {
    enter(ada, 'ada');
    enter(ben, 'ben');
    await until(() => ada.lane === 'udp' && ben.lane === 'udp');
    for (let i = 0; i < 300; i++) await speak(FRAMES[5 + (i % 140)]!);
    expect(ada.stats).toMatchObject({ lane: 'udp', lossUp: 0, lossDown: 0 });
    expect(ada.stats?.packetsSent).toBeGreaterThan(45);
    expect(ben.stats?.packetsReceived).toBeGreaterThan(45);
    expect(ben.stats?.lossDown).toBe(0);
    expect(ada.stats?.roundTripMs).not.toBeNull();
  });
});
