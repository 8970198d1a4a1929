import type { AudioDevice } from '../platform.ts';

/** The engine as a sound device sees it. Both work on 960 samples, mono, 48 kHz. */
export interface AudioPort {
  captured(frame: Float32Array): void;
  render(out: Float32Array): void;
}

interface AudioBackendEvents {
  devicesChanged(): void;
  microphoneLost(): void;
}

/** Where sound comes from and goes to: files here, devices elsewhere. */
export interface AudioBackend {
  /**
   * Starts to play what is rendered. Called once.
   * @throws SwitchboardError `client.audio_failed`
   */
  start(port: AudioPort, events: AudioBackendEvents): Promise<void>;
  /** @throws SwitchboardError `client.microphone_missing`, `client.microphone_failed` */
  openMicrophone(deviceId: string | undefined): Promise<void>;
  closeMicrophone(): void;
  useSpeaker(deviceId: string | undefined): Promise<void>;
  devices(): Promise<readonly AudioDevice[]>;
  /** @throws SwitchboardError `client.audio_failed` when what was played could not be kept. */
  close(): Promise<void>;
}
