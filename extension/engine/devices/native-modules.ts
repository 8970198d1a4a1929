/*
 * The native libraries, as far as they are used here: described by hand, as the types that one of them brings would declare
 * a browser's names for everything. (decibri 5.7, node-web-audio-api 2.2.)
 */

interface DecibriDevice {
  readonly id: string;
  readonly name: string;
  readonly defaultSampleRate: number;
}

export interface DecibriInput extends DecibriDevice {
  readonly maxInputChannels: number;
}

export interface DecibriOutput extends DecibriDevice {
  readonly maxOutputChannels: number;
}

interface DecibriOptions {
  readonly sampleRate: number;
  readonly channels: 1;
  readonly dtype: 'float32';
  readonly device?: { readonly id: string };
}

/** A stream of `Buffer`s; it begins when somebody listens for `data`. */
export interface DecibriMicrophone {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  removeAllListeners(): unknown;
  stop(): void;
  /** Blocks that were lost because nobody took them in time. */
  readonly overrunCount: number;
}

export interface DecibriSpeaker {
  /** Resolves when the samples are queued. */
  writeAsync(chunk: Buffer): Promise<void>;
  stop(): void;
  /** Samples of silence played because nothing was queued. */
  readonly underrunCount: number;
}

export interface Decibri {
  readonly Microphone: {
    open(options: DecibriOptions & { readonly framesPerBuffer: number }): Promise<DecibriMicrophone>;
    devices(): readonly DecibriInput[];
  };
  readonly Speaker: {
    open(options: DecibriOptions): Promise<DecibriSpeaker>;
    devices(): readonly DecibriOutput[];
  };
}

export interface WebAudioNode {
  connect(to: WebAudioNode): unknown;
  disconnect(): void;
}

interface WebAudioBuffer {
  copyToChannel(samples: Float32Array, channel: number): void;
  copyFromChannel(samples: Float32Array, channel: number): void;
}

interface WebAudioSource extends WebAudioNode {
  buffer: WebAudioBuffer | null;
  start(atSeconds: number): void;
}

export interface WebAudioProcessor extends WebAudioNode {
  onaudioprocess: ((event: { readonly inputBuffer: WebAudioBuffer }) => void) | null;
}

export interface WebAudioContext {
  readonly currentTime: number;
  readonly sampleRate: number;
  readonly destination: WebAudioNode;
  createBuffer(channels: number, length: number, rateHz: number): WebAudioBuffer;
  createBufferSource(): WebAudioSource;
  createScriptProcessor(samples: number, inputs: number, outputs: number): WebAudioProcessor;
  createMediaStreamSource(stream: object): WebAudioNode;
  close(): Promise<void>;
}

export interface WebAudioDevice {
  readonly deviceId: string;
  readonly kind: 'audioinput' | 'audiooutput' | 'videoinput';
  readonly label: string;
}

export interface WebAudio {
  readonly AudioContext: new (options: {
    readonly latencyHint: number;
    readonly sampleRate: number;
    readonly sinkId?: string | { readonly type: 'none' };
  }) => WebAudioContext;
  readonly mediaDevices: {
    enumerateDevices(): Promise<readonly WebAudioDevice[]>;
    getUserMedia(constraints: {
      readonly audio: { readonly deviceId?: string; readonly latency: number; readonly sampleRate: number };
    }): Promise<object>;
  };
}
