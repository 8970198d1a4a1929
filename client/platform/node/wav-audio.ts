import { FRAME_SAMPLES } from '@switchboard/protocol';
import type { AudioDevice, Clock } from '../platform.ts';
import type { AudioBackend, AudioPort } from './audio-backend.ts';
import { FramePacer } from './frame-pacer.ts';
import { WavRecorder } from './wav-recorder.ts';

interface WavAudioEvents {
  /** The first sample of the microphone was taken, by the clock. */
  microphoneStarted?(atMs: number): void;
  /** The last sample was taken; silence follows. */
  microphoneEnded?(): void;
  /** The first sample that is recorded was rendered, by the clock. */
  recordingStarted?(atMs: number): void;
  /** This much time was left out, of both: the process was held up. */
  stalled?(ms: number): void;
}

export interface WavAudioOptions {
  readonly clock: Clock;
  /** What the microphone hears: mono, 48 kHz. Silence without. */
  readonly speech?: Float32Array | undefined;
  /** From the beginning again at the end. */
  readonly loop?: boolean;
  /** File that what is heard is written to. */
  readonly recordTo?: string | undefined;
  readonly events?: WavAudioEvents;
}

/**
 * Files in place of devices: a sound as the microphone, a recording as the loudspeaker, both at the pace of the clock.
 * Sample n of either was taken or rendered at its start + n / 48 ms + what was stalled: delays can be measured by that.
 */
export class WavAudio implements AudioBackend {
  readonly #options: WavAudioOptions;
  readonly #captured = new Float32Array(FRAME_SAMPLES);
  readonly #rendered = new Float32Array(FRAME_SAMPLES);
  #port: AudioPort | undefined;
  #pacer: FramePacer | undefined;
  #recorder: WavRecorder | undefined;
  #recording = false;
  #open = false;
  #speech: 'waiting' | 'speaking' | 'spoken' = 'waiting';
  #position = 0;

  constructor(options: WavAudioOptions) {
    this.#options = options;
  }

  /** Whether anything has been recorded. */
  get recording(): boolean {
    return this.#recording && this.#options.recordTo !== undefined;
  }

  /**
   * Begins to speak, once; until then the microphone is silent, so that nothing is said before anyone can hear it. Asked
   * again, it goes on.
   */
  speak(): void {
    if (this.#speech === 'waiting') this.#speech = 'speaking';
  }

  async start(port: AudioPort): Promise<void> {
    const { clock, recordTo, events } = this.#options;
    if (recordTo !== undefined) this.#recorder = await WavRecorder.create(recordTo);
    this.#port = port;
    this.#pacer = new FramePacer(
      clock,
      (atMs) => this.#tick(atMs),
      (ms) => events?.stalled?.(ms),
    );
    this.#pacer.start();
  }

  openMicrophone(): Promise<void> {
    this.#open = true;
    return Promise.resolve();
  }

  closeMicrophone(): void {
    this.#open = false;
  }

  useSpeaker(): Promise<void> {
    return Promise.resolve();
  }

  devices(): Promise<readonly AudioDevice[]> {
    return Promise.resolve([]);
  }

  async close(): Promise<void> {
    this.#pacer?.stop();
    this.#port = undefined;
    await this.#recorder?.close();
    this.#recorder = undefined;
  }

  #tick(atMs: number): void {
    if (this.#open) {
      this.#take(atMs);
      this.#port?.captured(this.#captured);
    }
    this.#port?.render(this.#rendered);
    if (!this.#recording && this.#recorder !== undefined) this.#options.events?.recordingStarted?.(atMs);
    this.#recording = true;
    this.#recorder?.write(this.#rendered);
  }

  /** The microphone's next 20 ms. */
  #take(atMs: number): void {
    const { speech, loop = false, events } = this.#options;
    this.#captured.fill(0);
    if (this.#speech !== 'speaking' || speech === undefined) return;
    if (this.#position === 0) events?.microphoneStarted?.(atMs);
    this.#captured.set(speech.subarray(this.#position, this.#position + FRAME_SAMPLES));
    this.#position += FRAME_SAMPLES;
    if (this.#position < speech.length) return;
    this.#position = 0;
    if (loop) return;
    this.#speech = 'spoken';
    events?.microphoneEnded?.();
  }
}
