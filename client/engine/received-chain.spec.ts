import { FRAME_SAMPLES, PLUGIN_MISSED_FRAMES } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { FramePlugin } from './frame-plugin.ts';
import { ReceivedChain } from './received-chain.ts';
import { FakeFrameLine } from './testing/fake-frame-line.ts';

const flat = (value: number): Float32Array => new Float32Array(FRAME_SAMPLES).fill(value);
const half = (sample: number): number => sample / 2;
const inverted = (sample: number): number => -sample;

function plugin(id: number) {
  const line = new FakeFrameLine();
  const told = { stuck: 0 };
  return { line, told, plugin: new FramePlugin(id, line, () => told.stuck++) };
}

describe(ReceivedChain, () => {
  let sut: ReceivedChain;

  beforeEach(() => {
    sut = new ReceivedChain();
  });

  const use = (...plugins: { plugin: FramePlugin }[]): void => sut.use(plugins.map((one) => one.plugin));

  it('is off without plugins, and passes what it is given', () => {
    const stream = sut.stream(1);
    expect(stream.on).toBe(false);
    const samples = flat(0.5);
    stream.begin(samples);
    expect(stream.take()).toBe(samples);
    expect(stream.take()).toBeUndefined();
  });

  it('leads through all plugins, and says whose voice it is', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a, b);
    const stream = sut.stream(7);
    expect(stream.on).toBe(true);
    stream.begin(flat(0.4));
    expect(a.line.latest).toMatchObject({ hook: 'on_audio_frame_received', speaker: 7 });
    a.line.answer(half);
    b.line.answer(inverted);
    expect(stream.take()?.[500]).toBeCloseTo(-0.2);
  });

  it('gives the original where the first is late, and what the first made where the second is', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a, b);
    const [one, other] = [sut.stream(1), sut.stream(2)];
    one.begin(flat(0.4));
    other.begin(flat(0.4));
    a.line.answer(half);
    expect(one.take()?.[500]).toBeCloseTo(0.2);
    expect(other.take()?.[500]).toBeCloseTo(0.4);
    expect([a.plugin.takeStats().missed, b.plugin.takeStats().missed]).toEqual([1, 1]);
  });

  it('drops what comes after the frame was taken', () => {
    const a = plugin(1);
    use(a);
    const stream = sut.stream(1);
    stream.begin(flat(0.4));
    const taken = stream.take();
    a.line.answer(half);
    expect(taken?.[500]).toBeCloseTo(0.4);
    stream.begin(flat(0.4));
    a.line.answer(inverted);
    expect(stream.take()?.[500]).toBeCloseTo(-0.4);
  });

  it('asks about each speaker once at a time', () => {
    const a = plugin(1);
    use(a);
    const streams = [sut.stream(1), sut.stream(2)];
    for (let tick = 0; tick < 3; tick++) {
      sut.tick();
      for (const stream of streams) {
        stream.take();
        stream.begin(flat(0.4));
      }
    }
    expect(a.line.asked).toBe(2);
  });

  it('counts one miss in the row for each tick, however many speak', () => {
    const a = plugin(1);
    use(a);
    const streams = Array.from({ length: 25 }, (_, i) => sut.stream(i + 1));
    for (let tick = 0; tick <= PLUGIN_MISSED_FRAMES; tick++) {
      expect(a.told.stuck).toBe(0);
      sut.tick();
      for (const stream of streams) {
        stream.take();
        stream.begin(flat(0.4));
      }
    }
    expect(a.told.stuck).toBe(1);
    expect(a.plugin.takeStats().missed).toBeGreaterThan(PLUGIN_MISSED_FRAMES);
  });

  it('does not mind a plugin that is slow with captured frames alone', () => {
    const a = plugin(1);
    for (let i = 0; i < PLUGIN_MISSED_FRAMES - 1; i++) a.plugin.missed('on_audio_frame_captured', true);
    a.plugin.missed('on_audio_frame_received', true);
    expect(a.told.stuck).toBe(0);
    a.plugin.missed('on_audio_frame_captured', true);
    expect(a.told.stuck).toBe(1);
  });

  it('leads without a click from what a plugin made to what it missed', () => {
    const a = plugin(1);
    use(a);
    const stream = sut.stream(1);
    const heard: number[] = [];
    for (const answers of [true, true, false, true]) {
      stream.begin(flat(0.5));
      if (answers) a.line.answer(inverted);
      heard.push(...stream.take()!);
      a.line.answerAll();
    }
    const steps = heard.map((sample, i) => Math.abs(sample - (heard[i - 1] ?? sample)));
    expect(Math.max(...steps)).toBeLessThan(1 / 240 + 1e-6);
    expect([1, 2, 3, 4].map((frame) => heard[frame * FRAME_SAMPLES - 1])).toEqual([-0.5, -0.5, 0.5, -0.5]);
  });

  it('begins anew after silence, and forgets what was on its way', () => {
    const a = plugin(1);
    use(a);
    const stream = sut.stream(1);
    stream.begin(flat(0.5));
    a.line.answer(inverted);
    stream.take();
    stream.begin(flat(0.5));
    stream.rest();
    a.line.answer(inverted);
    expect(stream.take()).toBeUndefined();
    use();
    stream.begin(flat(0.5));
    expect(stream.take()?.[0]).toBe(0.5);
    expect(a.plugin.takeStats().missed).toBe(0);
  });
});
