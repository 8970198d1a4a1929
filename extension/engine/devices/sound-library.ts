import type { AudioDevice } from '@switchboard/client/engine-parts';

/*
 * What a native library can do, each half by itself: the microphone of one and the speaker of another make a good pair.
 * Everything is mono at 48 kHz here, in frames of 20 ms for what is played and in blocks of any size for what is heard.
 */

export interface LineEvents {
  /** The device stopped giving or taking sound, and does not do so again. Called once at most. */
  failed(cause: unknown): void;
}

/** A device in use. */
interface OpenLine {
  /** Gives the device back; nothing is called afterwards. */
  close(): void;
}

export interface MicrophoneLine extends OpenLine {
  /** Samples that the library lost because nobody took them in time. */
  readonly lostSamples: number;
}

export interface SpeakerLine extends OpenLine {
  readonly figures: SpeakerFigures;
}

export interface SpeakerFigures {
  /** Times that nothing was there to be played. */
  readonly underruns: number;
  /** Frames that were rendered and thrown away, as their time had passed. */
  readonly skippedFrames: number;
  /** How far ahead of the device frames are rendered, in ms; without what the device itself holds. */
  readonly leadMs: number;
}

export interface MicrophoneLibrary {
  readonly name: string;
  /** What is there to hear from. */
  microphones(): Promise<readonly ListedDevice[]>;
  /**
   * @param device undefined for the system's default.
   * @param heard is given what was heard, as soon as it is there; it is not to be kept.
   * @throws SwitchboardError `client.microphone_missing`, `client.microphone_refused`, `client.microphone_failed`
   */
  openMicrophone(
    device: ListedDevice | undefined,
    heard: (samples: Float32Array) => void,
    events: LineEvents,
  ): Promise<MicrophoneLine>;
}

export interface SpeakerLibrary {
  readonly name: string;
  speakers(): Promise<readonly ListedDevice[]>;
  /**
   * @param device undefined for the system's default.
   * @param render fills the next 20 ms, as late as is safe.
   * @throws SwitchboardError `client.audio_failed`
   */
  openSpeaker(
    device: ListedDevice | undefined,
    render: (out: Float32Array) => void,
    events: LineEvents,
  ): Promise<SpeakerLine>;
}

/** A device as it is chosen by people and by the library. */
export interface ListedDevice extends AudioDevice {
  /** What the library calls it. */
  readonly handle: string;
}
