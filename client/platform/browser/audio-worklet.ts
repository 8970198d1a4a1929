/*
 * Runs in the AudioWorkletGlobalScope: carries samples between the audio device and the engine's worker, directly; a busy
 * page is never in between.
 */

import { FrameAssembler, type SampleBuffer } from './frame-assembler.ts';
import { PlaybackQueue } from './playback-queue.ts';
import {
  CAPTURE_PROCESSOR,
  PLAYBACK_PROCESSOR,
  type CaptureOptions,
  type PlaybackOptions,
  type ToWorklet,
} from './worklet-messages.ts';

type Channels = readonly (readonly Float32Array[])[];

abstract class EngineProcessor extends AudioWorkletProcessor {
  protected open = true;
  #engine: MessagePort | undefined;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToWorklet>) => {
      if (data.type === 'close') {
        this.open = false;
        this.#engine?.close();
      } else {
        this.#engine = data.engine;
        this.#engine.onmessage = ({ data: buffer }: MessageEvent<SampleBuffer>) => this.returned(buffer);
      }
    };
  }

  protected get connected(): boolean {
    return this.#engine !== undefined;
  }

  protected hand(buffer: SampleBuffer): void {
    this.#engine?.postMessage(buffer, [buffer.buffer]);
  }

  protected abstract returned(buffer: SampleBuffer): void;
}

class CaptureProcessor extends EngineProcessor {
  readonly #frames: FrameAssembler;

  constructor({ processorOptions }: { processorOptions: CaptureOptions }) {
    super();
    this.#frames = new FrameAssembler(processorOptions.frameSamples, processorOptions.buffers, (frame) =>
      this.hand(frame),
    );
  }

  process([input]: Channels): boolean {
    const microphone = input?.[0];
    if (microphone !== undefined && this.connected) this.#frames.push(microphone);
    return this.open;
  }

  protected returned(buffer: SampleBuffer): void {
    this.#frames.recycle(buffer);
  }
}

class PlaybackProcessor extends EngineProcessor {
  readonly #queue: PlaybackQueue;

  constructor({ processorOptions }: { processorOptions: PlaybackOptions }) {
    super();
    this.#queue = new PlaybackQueue(processorOptions.frameSamples, processorOptions.lead, (buffer) =>
      this.hand(buffer),
    );
  }

  process(_: Channels, [output]: Channels): boolean {
    const speaker = output?.[0];
    if (speaker !== undefined && this.connected && this.#queue.read(speaker))
      this.port.postMessage(this.#queue.figures);
    return this.open;
  }

  protected returned(buffer: SampleBuffer): void {
    this.#queue.fill(buffer);
  }
}

registerProcessor(CAPTURE_PROCESSOR, CaptureProcessor);
registerProcessor(PLAYBACK_PROCESSOR, PlaybackProcessor);
