import { FRAME_SAMPLES, PLUGIN_MISSED_FRAMES } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opusCodec } from '../../audio/opus-codec.ts';
import { babble, framesOf } from '../../audio/testing/sounds.ts';
import type { EngineEvent } from '../../engine/engine-messages.ts';
import { hangingAtSound, multiplying, startOf } from '../../engine/testing/frame-plugins.ts';
import { epochGrant, voiceGrant } from '../../engine/testing/grants.ts';
import { ManualClock } from '../../engine/testing/manual-clock.ts';
import { TestRelay } from '../../engine/testing/test-relay.ts';
import { VoiceEngine } from '../../engine/voice-engine.ts';
import type { FrameLine } from '../../plugins/frame-line.ts';
import type { SandboxLine } from '../../plugins/sandbox-line.ts';
import type { TestPlugin } from '../../plugins/testing/wat.ts';
import { sandboxesOf } from './engine-sandboxes.ts';
import { nodeLanes } from './node-lanes.ts';
import type { NodeSandboxes } from './node-sandboxes.ts';

const SPOKEN = framesOf(babble(140, 0.15, FRAME_SAMPLES * 100));
const TOKENS = { ada: 1, ben: 2 } as const;
type Name = keyof typeof TOKENS;

/** Real threads, sockets, codec and keys; the time alone is turned by hand. */
class Person {
  readonly events: EngineEvent[] = [];
  readonly told: string[] = [];
  readonly engine: VoiceEngine;
  readonly sandboxes: NodeSandboxes;
  readonly heard: Float32Array[] = [];
  /** Frames that threads have not answered yet. */
  waits = 0;

  constructor(clock: ManualClock) {
    const emit = (event: EngineEvent): unknown => this.events.push(event);
    this.engine = new VoiceEngine({ clock, codec: opusCodec, lanes: nodeLanes(), emit });
    const attach = this.engine.attachSandbox.bind(this.engine);
    this.engine.attachSandbox = (id, line, stuck) => attach(id, this.#counted(line), stuck);
    this.sandboxes = sandboxesOf(this.engine);
  }

  get stats() {
    return this.events.findLast((event) => event.type === 'stats')?.stats;
  }

  get connected(): boolean {
    return this.events.some((event) => event.type === 'lane' && event.lane.status === 'connected');
  }

  /** Mean square of what was heard from that frame on. */
  power(from: number): number {
    const samples = this.heard.slice(from).flatMap((frame) => [...frame]);
    return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  }

  hear(): void {
    const out = new Float32Array(FRAME_SAMPLES);
    this.engine.render(out);
    this.heard.push(out);
  }

  /** A thread that runs the plugin. */
  async open(plugin: TestPlugin): Promise<SandboxLine> {
    const line = this.sandboxes.open({
      message: ({ type }) => {
        if (type !== 'loaded') this.told.push(type);
      },
      stuck: () => this.told.push('stuck'),
      ended: (reason) => this.told.push(reason),
    });
    line.post(startOf(plugin));
    await expect.poll(() => this.told).toContain('started');
    return line;
  }

  close(): void {
    this.engine.close();
    this.sandboxes.close();
  }

  #counted(line: FrameLine): FrameLine {
    return {
      post: (question) => {
        this.waits++;
        line.post(question);
      },
      onAnswer: (listener) =>
        line.onAnswer((answer) => {
          this.waits--;
          listener(answer);
        }),
      close: () => line.close(),
    };
  }
}

describe('two engines with plugins in threads', () => {
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
    enter(ada, 'ada', 'ben');
    enter(ben, 'ben', 'ada');
    for (let i = 0; !(ada.connected && ben.connected) && i < 500; i++) {
      clock.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });

  afterEach(async () => {
    ada.close();
    ben.close();
    await relay[Symbol.asyncDispose]();
  });

  function enter(person: Person, name: Name, other: Name): void {
    relay.open(TOKENS[name]);
    const grant = voiceGrant(TOKENS[name], [{ memberId: other, token: TOKENS[other] }], {
      epoch: epochGrant(1),
      lanes: { udp: { port: relay.udpPort }, websocket: { port: relay.websocketPort }, dataChannel: false },
    });
    person.engine.handle({ type: 'enter', grant, controlHost: '127.0.0.1', secure: false });
    person.engine.handle({ type: 'activation', activation: { mode: 'push-to-talk' } });
    person.engine.handle({ type: 'talk', pressed: true });
  }

  const forwarded = (): number => relay.forwarded.length;

  /** Ada says it, frame by frame; each has arrived before the next. @param hangs no plugin answers: the time runs out. */
  async function converse(hangs = false): Promise<void> {
    for (const frame of SPOKEN) {
      const before = forwarded();
      ada.engine.captured(frame);
      if (hangs) clock.advance(5);
      await expect.poll(forwarded, { interval: 1 }).toBeGreaterThan(before);
      ben.hear();
      clock.advance(hangs ? 15 : 20);
    }
  }

  /** How loud Ada is without plugins. */
  async function plainPower(): Promise<number> {
    await converse();
    const power = ben.power(10);
    ben.heard.length = 0;
    return power;
  }

  it('let the other hear what a plugin makes of one’s voice', async () => {
    const plain = await plainPower();
    const { id } = await ada.open(await multiplying(-2));
    ada.engine.handle({ type: 'plugins', captured: [id], received: [] });
    await converse();
    clock.advance(1_000);
    expect(ben.power(10) / plain).toBeGreaterThan(3);
    const told = ada.events.flatMap((event) => (event.type === 'stats' ? event.stats.plugins : []));
    expect(told.reduce((sum, { frames }) => sum + frames, 0)).toBe(SPOKEN.length);
    expect(told.at(-1)).toMatchObject({ sandboxId: id, missed: 0 });
    expect(told[0]?.meanUs).toBeGreaterThan(0);
  });

  it('lose no frame to one that hangs', async () => {
    const plain = await plainPower();
    const line = await ada.open(await hangingAtSound());
    ada.engine.handle({ type: 'plugins', captured: [line.id], received: [] });
    await converse(true);
    expect(ada.told).toEqual(['started', 'stuck']);
    expect(ben.power(10) / plain).toBeCloseTo(1, 1);
    // The last one is that which ends the talk spurt, for want of more.
    const received = (): unknown => {
      clock.advance(1_000);
      return ben.stats?.speakers;
    };
    await expect
      .poll(received)
      .toMatchObject([{ memberId: 'ada', received: 2 * SPOKEN.length + 1, concealed: 0, recovered: 0, late: 0 }]);
    expect(ada.stats?.plugins).toMatchObject([{ sandboxId: line.id, missed: PLUGIN_MISSED_FRAMES }]);
    line.close();
    expect(ada.told).toEqual(['started', 'stuck']);
  });

  it('go on with the next thread after that', async () => {
    const hangs = await ada.open(await hangingAtSound());
    ada.engine.handle({ type: 'plugins', captured: [hangs.id], received: [] });
    await converse(true);
    hangs.close();
    ada.told.length = 0;
    const { id } = await ada.open(await multiplying(0));
    ada.engine.handle({ type: 'plugins', captured: [id], received: [] });
    await converse();
    expect(ben.power(SPOKEN.length + 10)).toBeLessThan(1e-6);
  });

  it('play what a plugin makes of the other’s voice', async () => {
    const plain = await plainPower();
    const { id } = await ben.open(await multiplying(-0.5));
    ben.engine.handle({ type: 'plugins', captured: [], received: [id] });
    for (const frame of SPOKEN) {
      const before = forwarded();
      ada.engine.captured(frame);
      await expect.poll(forwarded, { interval: 1 }).toBeGreaterThan(before);
      ben.hear();
      await expect.poll(() => ben.waits, { interval: 1 }).toBe(0);
      clock.advance(20);
    }
    expect(ben.stats?.plugins).toMatchObject([{ sandboxId: id, missed: 0 }]);
    expect(ben.power(10) / plain).toBeCloseTo(0.25, 1);
  });
});
