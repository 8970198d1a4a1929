import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';
import { FrameResampler } from '../../audio/frame-resampler.ts';
import type { EngineCommand } from '../../engine/engine-messages.ts';
import type { FrameLine } from '../../plugins/frame-line.ts';
import type { SampleBuffer } from './frame-assembler.ts';
import { openFrameLine } from './sandbox-frames.ts';
import type { ToWorker } from './worker-messages.ts';

/** The side of the voice engine that faces the devices. */
export interface BridgedEngine {
  handle(command: EngineCommand): void;
  captured(frame: Float32Array): void;
  render(out: Float32Array): void;
  attachSandbox(sandboxId: number, line: FrameLine, stuck: () => void): void;
  detachSandbox(sandboxId: number): void;
}

/** The worker's end: passes commands and frames to the engine. */
export class EngineBridge {
  readonly #engine: BridgedEngine;
  readonly #stuck: (sandboxId: number) => void;
  #playback: MessagePort | undefined;
  #capture: MessagePort | undefined;

  /** @param stuck a plugin's worker missed too many frames in a row. */
  constructor(engine: BridgedEngine, stuck: (sandboxId: number) => void) {
    this.#engine = engine;
    this.#stuck = stuck;
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'command':
        this.#engine.handle(message.command);
        return;
      case 'playback':
        this.#playback?.close();
        this.#playback = message.port;
        serve(message.port, (frame) => this.#engine.render(frame));
        return;
      case 'capture':
        this.#capture?.close();
        this.#capture = message.port;
        serve(message.port, this.#capturer(message.sampleRateHz));
        return;
      case 'sandbox': {
        const { sandboxId, port } = message;
        const stuck = (): void => this.#stuck(sandboxId);
        this.#engine.attachSandbox(sandboxId, openFrameLine(port, stuck), stuck);
        return;
      }
      case 'sandbox.ended':
        this.#engine.detachSandbox(message.sandboxId);
        return;
    }
  }

  #capturer(sampleRateHz: number): (frame: SampleBuffer) => void {
    if (sampleRateHz === SAMPLE_RATE_HZ) return (frame) => this.#engine.captured(frame);
    const resampler = new FrameResampler((sampleRateHz * FRAME_MS) / 1000, FRAME_SAMPLES);
    return (frame) => this.#engine.captured(resampler.convert(frame));
  }
}

/** Every buffer goes back where it came from. */
function serve(port: MessagePort, use: (frame: SampleBuffer) => void): void {
  port.onmessage = ({ data: buffer }: MessageEvent<SampleBuffer>) => {
    use(buffer);
    port.postMessage(buffer, [buffer.buffer]);
  };
}
