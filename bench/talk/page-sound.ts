import type { Page } from 'playwright-core';
import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import type { SampleClock } from './clicks.ts';

/*
 * A page's microphone and loudspeaker with times. Times are ms of the wall clock, which all pages and processes of the
 * machine share.
 */

/**
 * `mouth` plays what it is given into the microphone's stream. A render quantum is handed to the stream when the audio device
 * asks for it, several in one go. So sample n was there, as by a microphone of the same block size, not later than the
 * handover of its block less what follows it in the block; the earliest of such estimates is the line of a device that is never
 * late. `Date.now` is all the clock there is in a worklet: it is rounded down, so that the line is up to 1 ms early, and
 * delays are rather over- than understated.
 *
 * `ear` hands on what it hears; an input that rests has no channels, and is silence.
 */
const WORKLET = `
registerProcessor('mouth', class extends AudioWorkletProcessor {
  #earliest = Infinity;
  #sound;
  #position = 0;
  #start = 0;
  constructor() {
    super();
    this.port.onmessage = ({ data }) => { this.#sound = data; this.#position = 0; this.#start = currentFrame; };
  }
  process(_, [[out]]) {
    this.#earliest = Math.min(this.#earliest, Date.now() - ((currentFrame + out.length) * 1000) / sampleRate);
    if (this.#sound === undefined) return true;
    if (this.#position === 0) this.#start = currentFrame;
    out.set(this.#sound.subarray(this.#position, this.#position + out.length));
    this.#position += out.length;
    if (this.#position >= this.#sound.length) {
      this.port.postMessage(this.#earliest + (this.#start * 1000) / sampleRate);
      this.#sound = undefined;
    }
    return true;
  }
});
registerProcessor('ear', class extends AudioWorkletProcessor {
  process([input]) {
    const samples = input[0]?.slice() ?? new Float32Array(128);
    this.port.postMessage({ frame: currentFrame, samples });
    return true;
  }
});`;

interface HeardQuantum {
  readonly frame: number;
  readonly samples: Float32Array;
}

interface SoundingWindow {
  __mouth?: Promise<AudioWorkletNode>;
  __loudspeaker?: AudioContext;
  __quanta?: HeardQuantum[] | undefined;
}

export interface PageRecording {
  readonly samples: Float32Array;
  /** When a sample left the loudspeaker, as the browser says by `getOutputTimestamp`: with what it knows of the device's buffers. */
  readonly clock: SampleClock;
  /** What the browser says of those buffers alone. */
  readonly outputLatencyMs: number;
}

/**
 * Puts a made microphone into the page, from its next load on, and an ear at its loudspeaker. The page's own code is not
 * changed; what it gets is a stream without the browser's echo cancellation and noise suppression.
 */
export async function ensureSounding(page: Page): Promise<void> {
  // The page's policy keeps out any code but its own: this one too.
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Page.setBypassCSP', { enabled: true });
  await page.addInitScript((workletSource: string) => {
    const sounding = window as SoundingWindow;
    const load = (audio: BaseAudioContext) =>
      audio.audioWorklet.addModule(URL.createObjectURL(new Blob([workletSource], { type: 'text/javascript' })));
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its own `this` below
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => AudioNode;

    navigator.mediaDevices.getUserMedia = async () => {
      const audio = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
      const stream = audio.createMediaStreamDestination();
      sounding.__mouth = load(audio).then(() => {
        const mouth = new AudioWorkletNode(audio, 'mouth', { numberOfInputs: 0, outputChannelCount: [1] });
        connect.call(mouth, stream);
        return mouth;
      });
      await sounding.__mouth;
      return stream.stream;
    };

    const ears = new WeakMap<BaseAudioContext, Promise<AudioWorkletNode>>();
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      const { context: audio } = this;
      if (args[0] instanceof AudioDestinationNode && audio instanceof AudioContext) {
        sounding.__loudspeaker = audio;
        const ear =
          ears.get(audio) ??
          load(audio).then(() => {
            const node = new AudioWorkletNode(audio, 'ear', { numberOfOutputs: 0 });
            node.port.onmessage = ({ data }: MessageEvent<HeardQuantum>) => void sounding.__quanta?.push(data);
            return node;
          });
        ears.set(audio, ear);
        void ear.then((node) => connect.call(this, node));
      }
      return connect.apply(this, args);
    };
  }, WORKLET);
}

/** Says it into the page's microphone; resolves at its end with the time of each sample there. */
export async function sayInPage(page: Page, sound: Float32Array): Promise<SampleClock> {
  const startMs = await page.evaluate(async (base64: string) => {
    const mouth = await (window as SoundingWindow).__mouth;
    if (mouth === undefined) throw new Error('The page has not asked for a microphone');
    const pcm = new Int16Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
    return new Promise<number>((resolve) => {
      mouth.port.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
      mouth.port.postMessage(Float32Array.from(pcm, (sample) => sample / 32_768));
    });
  }, toBase64(sound));
  return (position) => startMs + (position * 1000) / SAMPLE_RATE_HZ;
}

/** From now on what the page plays is kept; also what it is yet to open a loudspeaker for. */
export async function listenInPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    (window as SoundingWindow).__quanta = [];
  });
}

/** What was heard since `listenInPage`. What the ear missed is silence. @throws Error if nothing was played. */
export async function heardInPage(page: Page): Promise<PageRecording> {
  const { base64, firstFrame, zeroMs, outputLatencyMs } = await page.evaluate(async () => {
    const sounding = window as SoundingWindow;
    const { __quanta: quanta = [], __loudspeaker: audio } = sounding;
    const [first] = quanta;
    if (first === undefined || audio === undefined) throw new Error('The page has not played anything');

    // Where the wall clock, which the other end goes by, is on the page's own.
    const tick = Date.now();
    while (Date.now() === tick) await Promise.resolve();
    const wallMs = Date.now() - performance.now();
    const zeros: number[] = [];
    for (let i = 0; i < 15; i++) {
      const { contextTime = Number.NaN, performanceTime = Number.NaN } = audio.getOutputTimestamp();
      zeros.push(wallMs + performanceTime - contextTime * 1000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    sounding.__quanta = undefined;

    // By their frames: while a context starts, Chromium leaves some out.
    const last = quanta.at(-1) ?? first;
    const pcm = new Int16Array(last.frame + last.samples.length - first.frame);
    for (const { frame, samples } of quanta) {
      const at = frame - first.frame;
      for (const [i, sample] of samples.entries()) pcm[at + i] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
    }
    const bytes = new Uint8Array(pcm.buffer);
    let binary = '';
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return {
      base64: btoa(binary),
      firstFrame: first.frame,
      zeroMs: zeros.sort((a, b) => a - b)[zeros.length >> 1] ?? Number.NaN,
      outputLatencyMs: audio.outputLatency * 1000,
    };
  });
  return {
    samples: fromBase64(base64),
    clock: (position) => zeroMs + ((firstFrame + position) * 1000) / SAMPLE_RATE_HZ,
    outputLatencyMs,
  };
}

function toBase64(samples: Float32Array): string {
  const bytes = Buffer.alloc(samples.length * 2);
  for (const [i, sample] of samples.entries()) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), i * 2);
  }
  return bytes.toString('base64');
}

function fromBase64(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2) / 32_768);
}
