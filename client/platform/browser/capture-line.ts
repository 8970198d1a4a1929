import { FRAME_MS, SwitchboardError } from '@switchboard/protocol';
import { CAPTURE_BUFFERS } from './tuning.ts';
import { CAPTURE_PROCESSOR, type CaptureOptions, type ToWorklet } from './worklet-messages.ts';

/** One open microphone, on its way to the worker. */
export class CaptureLine {
  /** Of the frames that the worker gets. */
  readonly sampleRateHz: number;
  readonly #stream: MediaStream;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #collector: AudioWorkletNode;
  /** Made for this microphone alone, where the shared one would not take it. */
  readonly #ownContext: AudioContext | undefined;

  private constructor(stream: MediaStream, source: MediaStreamAudioSourceNode, ownContext: AudioContext | undefined) {
    const { context } = source;
    const frameSamples = (context.sampleRate * FRAME_MS) / 1000;
    if (!Number.isInteger(frameSamples)) throw new RangeError(`No whole frames at ${context.sampleRate} Hz`);
    const processorOptions: CaptureOptions = { frameSamples, buffers: CAPTURE_BUFFERS };
    this.sampleRateHz = context.sampleRate;
    this.#stream = stream;
    this.#source = source;
    this.#ownContext = ownContext;
    this.#collector = new AudioWorkletNode(context, CAPTURE_PROCESSOR, {
      channelCount: 1,
      channelCountMode: 'explicit',
      processorOptions,
    });
    // Its output is silence; but a node that leads nowhere need not be run.
    source.connect(this.#collector).connect(context.destination);
  }

  /**
   * Takes the stream over: it ends with the line, or at once if there will be none.
   *
   * @throws SwitchboardError `client.microphone_failed`
   */
  static async open(stream: MediaStream, context: AudioContext, worklet: URL): Promise<CaptureLine> {
    let own: AudioContext | undefined;
    try {
      let source = sourceAtRateOf(context, stream);
      if (source === undefined) {
        own = new AudioContext({ latencyHint: 'interactive' });
        await own.audioWorklet.addModule(worklet);
        source = own.createMediaStreamSource(stream);
      }
      return new CaptureLine(stream, source, own);
    } catch (cause) {
      for (const track of stream.getTracks()) track.stop();
      await own?.close();
      throw new SwitchboardError('client.microphone_failed', undefined, { cause });
    }
  }

  /** Frames go to `engine` from now on. Call once. */
  connect(engine: MessagePort): void {
    this.#collector.port.postMessage({ type: 'connect', engine } satisfies ToWorklet, [engine]);
  }

  close(): void {
    for (const track of this.#stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    this.#source.disconnect();
    this.#collector.disconnect();
    this.#collector.port.postMessage({ type: 'close' } satisfies ToWorklet);
    void this.#ownContext?.close();
  }
}

/**
 * Undefined in Firefox where the device has another rate: it takes a microphone only at the context's own (bug 1674892; its
 * test_getUserMedia_nonDefaultRate.html insists). Then the device's rate is used, and converted in the worker.
 */
function sourceAtRateOf(context: AudioContext, stream: MediaStream): MediaStreamAudioSourceNode | undefined {
  try {
    return context.createMediaStreamSource(stream);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return undefined;
    throw error;
  }
}
