import type { Clock } from '@switchboard/client/engine-parts';
import { SAMPLE_RATE_HZ, SwitchboardError } from '@switchboard/protocol';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { microphoneError } from './device-errors.ts';
import { mediaDevices } from './device-lister.ts';
import type { WebAudio, WebAudioContext, WebAudioNode, WebAudioProcessor } from './native-modules.ts';
import type { LineEvents, ListedDevice, MicrophoneLibrary, MicrophoneLine } from './sound-library.ts';

const BLOCK_SAMPLES = 512;
const CONTEXT_LATENCY_S = 0.01;
const MICROPHONE_LATENCY_S = 0.02;
/** The library lets go of a microphone when its objects are collected, some time after nothing holds them. */
const RELEASE_DELAYS_MS = [50, 300, 1_000];

/**
 * Microphones by node-web-audio-api, where there is no decibri. Opened with no microphone there, the library ends the
 * process: so the list is looked at before.
 */
export class WebAudioMicrophones implements MicrophoneLibrary {
  readonly name = 'node-web-audio-api';
  readonly #webAudio: WebAudio;
  readonly #clock: Clock;

  constructor(webAudio: WebAudio, clock: Clock) {
    this.#webAudio = webAudio;
    this.#clock = clock;
  }

  async microphones(): Promise<readonly ListedDevice[]> {
    return mediaDevices('microphone', await this.#webAudio.mediaDevices.enumerateDevices());
  }

  async openMicrophone(
    device: ListedDevice | undefined,
    heard: (samples: Float32Array) => void,
    events: LineEvents,
  ): Promise<MicrophoneLine> {
    if (!(await this.#isThere(device))) throw new SwitchboardError('client.microphone_missing');
    try {
      const stream = await this.#webAudio.mediaDevices.getUserMedia({
        audio: {
          latency: MICROPHONE_LATENCY_S,
          sampleRate: SAMPLE_RATE_HZ,
          ...(device === undefined ? {} : { deviceId: device.handle }),
        },
      });
      const context = new this.#webAudio.AudioContext({
        latencyHint: CONTEXT_LATENCY_S,
        sampleRate: SAMPLE_RATE_HZ,
      });
      return new WebAudioMicrophoneLine(context, stream, heard, events, this.#clock);
    } catch (cause) {
      throw microphoneError(cause);
    }
  }

  async #isThere(device: ListedDevice | undefined): Promise<boolean> {
    const all = await this.#webAudio.mediaDevices.enumerateDevices();
    const inputs = all.filter(({ kind }) => kind === 'audioinput');
    if (device !== undefined) return inputs.some(({ deviceId }) => deviceId === device.handle);
    // The one that gives zeros is none.
    return inputs.some(({ label }) => !label.startsWith('Discard all samples'));
  }
}

class WebAudioMicrophoneLine implements MicrophoneLine {
  readonly lostSamples = 0;
  readonly #clock: Clock;
  readonly #block = new Float32Array(BLOCK_SAMPLES);
  #context: WebAudioContext | undefined;
  #source: WebAudioNode | undefined;
  #processor: WebAudioProcessor | undefined;

  constructor(
    context: WebAudioContext,
    stream: object,
    heard: (samples: Float32Array) => void,
    _events: LineEvents,
    clock: Clock,
  ) {
    this.#clock = clock;
    this.#context = context;
    this.#source = context.createMediaStreamSource(stream);
    this.#processor = context.createScriptProcessor(BLOCK_SAMPLES, 1, 1);
    this.#processor.onaudioprocess = ({ inputBuffer }) => {
      inputBuffer.copyFromChannel(this.#block, 0);
      heard(this.#block);
    };
    this.#source.connect(this.#processor);
    // Else nobody asks it for anything. It gives silence.
    this.#processor.connect(context.destination);
  }

  close(): void {
    if (this.#processor !== undefined) this.#processor.onaudioprocess = null;
    this.#processor?.disconnect();
    this.#source?.disconnect();
    this.#context?.close().catch(() => undefined);
    this.#processor = undefined;
    this.#source = undefined;
    this.#context = undefined;
    for (const delayMs of RELEASE_DELAYS_MS) this.#clock.after(delayMs, collectGarbage);
  }
}

let collect: (() => void) | undefined;

function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
