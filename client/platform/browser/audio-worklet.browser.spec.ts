import { FRAME_SAMPLES } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { SampleBuffer } from './frame-assembler.ts';
import { PLAYBACK_LEAD } from './tuning.ts';
import { CAPTURE_PROCESSOR, PLAYBACK_PROCESSOR, type FromPlaybackWorklet } from './worklet-messages.ts';

/** A float holds every whole number below 2²⁴; this keeps them within ±1, and as exact. */
const SCALE = 2 ** 20;

let context: AudioContext;

beforeEach(async () => {
  context = new AudioContext({ sampleRate: 48_000 });
  await context.audioWorklet.addModule(new URL('./audio-worklet.js', import.meta.url));
  await context.resume();
});

afterEach(() => context.close());

/** A worklet, and the engine's end of its line. */
function line(processor: string, options: object, node: AudioWorkletNodeOptions = {}) {
  const worklet = new AudioWorkletNode(context, processor, { ...node, processorOptions: options });
  const { port1, port2 } = new MessageChannel();
  worklet.port.postMessage({ type: 'connect', engine: port2 }, [port2]);
  return { worklet, engine: port1 };
}

function capture(frameSamples: number, buffers = 10) {
  const { worklet, engine } = line(CAPTURE_PROCESSOR, { frameSamples, buffers });
  worklet.connect(context.destination);
  return { worklet, engine };
}

/** Every frame that comes, until `enough` says so; each buffer goes back. */
function collect(engine: MessagePort, enough: (samples: readonly number[], frame: SampleBuffer) => boolean) {
  return new Promise<number[]>((resolve) => {
    const samples: number[] = [];
    engine.onmessage = ({ data: frame }: MessageEvent<SampleBuffer>) => {
      for (const sample of frame) samples.push(sample * SCALE);
      const done = enough(samples, frame);
      engine.postMessage(frame, [frame.buffer]);
      if (done) resolve(samples);
    };
  });
}

describe(CAPTURE_PROCESSOR, () => {
  it('hands on frames of exactly 960 samples, bit for bit', async () => {
    const length = 24_000;
    const { worklet, engine } = capture(FRAME_SAMPLES, 100);
    const source = new AudioBufferSourceNode(context, { buffer: new AudioBuffer({ length, sampleRate: 48_000 }) });
    source.buffer?.copyToChannel(
      Float32Array.from({ length }, (_, i) => (i + 1) / SCALE),
      0,
    );
    source.connect(worklet);
    source.start();

    const sizes = new Set<number>();
    const heard = await collect(engine, (samples, frame) => {
      sizes.add(frame.length);
      return samples.includes(length);
    });

    expect(sizes).toEqual(new Set([FRAME_SAMPLES]));
    const first = heard.indexOf(1);
    expect(heard.slice(first, first + length)).toEqual(Array.from({ length }, (_, i) => i + 1));
  });

  it('goes on after its buffers were kept too long', async () => {
    const { worklet, engine } = capture(FRAME_SAMPLES);
    const source = new ConstantSourceNode(context, { offset: 0.5 });
    source.connect(worklet);
    source.start();

    const kept: SampleBuffer[] = [];
    await new Promise<void>((resolve) => {
      engine.onmessage = ({ data }: MessageEvent<SampleBuffer>) => {
        kept.push(data);
        if (kept.length === 10) resolve();
      };
    });
    const next = collect(engine, () => true);
    for (const buffer of kept) engine.postMessage(buffer, [buffer.buffer]);

    expect(await next).toHaveLength(FRAME_SAMPLES);
  });
});

describe(PLAYBACK_PROCESSOR, () => {
  function player() {
    const options = { frameSamples: FRAME_SAMPLES, lead: PLAYBACK_LEAD };
    return line(PLAYBACK_PROCESSOR, options, { numberOfInputs: 0, outputChannelCount: [1] });
  }

  it('plays the frames it gets bit for bit, and asks for each with an empty buffer', async () => {
    const { worklet, engine } = player();
    // Buffers for seconds: what records must not drop anything itself.
    const recorder = capture(128, 4_000);
    let next = 1;
    const sizes = new Set<number>();
    engine.onmessage = ({ data: buffer }: MessageEvent<SampleBuffer>) => {
      sizes.add(buffer.length);
      for (let i = 0; i < buffer.length; i++) buffer[i] = next++ / SCALE;
      engine.postMessage(buffer, [buffer.buffer]);
    };
    worklet.connect(recorder.worklet);

    const length = 50 * FRAME_SAMPLES;
    const heard = await collect(recorder.engine, (samples) => (samples.at(-1) ?? 0) > length);

    // A machine that is busy may leave gaps, and whole frames are skipped for them; what is played is in order and as it was given.
    const played = heard.filter((sample) => sample !== 0);
    const steps = played.map((sample, i) => sample - (played[i - 1] ?? 0));
    expect(steps.filter((step) => step !== 1 && step % FRAME_SAMPLES !== 1)).toEqual([]);
    expect(Math.min(...steps)).toBe(1);
    expect(played.length).toBeGreaterThan(length / 2);
    expect(sizes).toEqual(new Set([FRAME_SAMPLES]));
  });

  it('tells of a gap when a frame does not come', async () => {
    const { worklet, engine } = player();
    const figures = new Promise<FromPlaybackWorklet>((resolve) => {
      worklet.port.onmessage = ({ data }: MessageEvent<FromPlaybackWorklet>) => resolve(data);
    });
    let answers = 3;
    engine.onmessage = ({ data: buffer }: MessageEvent<SampleBuffer>) => {
      if (answers-- > 0) engine.postMessage(buffer, [buffer.buffer]);
    };
    worklet.connect(context.destination);

    expect(await figures).toMatchObject({
      underruns: 1,
      leadSamples: PLAYBACK_LEAD.startSamples + PLAYBACK_LEAD.growSamples,
    });
  });
});
