import type { SwitchboardError } from '@switchboard/protocol';
import type { EngineCommand, EngineEvent } from '../engine/engine-messages.ts';

/*
 * All that the client needs of the machine it runs on. `node/` and `browser/` implement it; nothing else in the client
 * knows where it runs.
 */

export interface Clock {
  /** Monotonic, in ms, with fractions. */
  nowMs(): number;
  /** Calls once after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface ControlSocketEvents {
  opened(): void;
  message(text: string): void;
  /** Called once, also when it never opened. */
  closed(code: number): void;
}

/** One WebSocket of the control lane. */
export interface ControlSocket {
  send(text: string): void;
  close(code: number): void;
}

/** Small things kept between visits: the guest's key, volumes, settings. */
export interface KeyValueStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

export interface AudioDevice {
  readonly id: string;
  readonly label: string;
  readonly kind: 'microphone' | 'speaker';
}

/** The voice engine with the devices it captures from and plays to. */
export interface EngineHost {
  send(command: EngineCommand): void;
  /**
   * Opens the microphone, replacing the one in use.
   * @throws SwitchboardError `client.microphone_refused`, `client.microphone_missing`, `client.microphone_failed`, `client.insecure_page`
   */
  openMicrophone(deviceId: string | undefined): Promise<void>;
  closeMicrophone(): void;
  /** Plays to this device; undefined for the system's default. Does nothing where a speaker cannot be chosen. */
  useSpeaker(deviceId: string | undefined): Promise<void>;
  devices(): Promise<readonly AudioDevice[]>;
  close(): Promise<void>;
  /** Only its end lets go of all that it holds, a microphone perhaps: it is closed as soon as nobody needs it. */
  readonly transient?: boolean;
}

export interface EngineHostEvents {
  event(event: EngineEvent): void;
  devicesChanged(): void;
  /** The microphone in use went away. */
  microphoneLost(): void;
  /** The engine broke, and does nothing more: another has to be started, and the room entered with a fresh grant. */
  failed(error: SwitchboardError): void;
}

export interface Platform {
  readonly clock: Clock;
  /** 0 ≤ x < 1; for back-off jitter, never for secrets. */
  random(): number;
  randomBytes(length: number): Uint8Array;
  readonly store: KeyValueStore;
  /**
   * Reads JSON by HTTP GET.
   * @throws SwitchboardError `client.unreachable`, `client.not_a_switchboard`, `client.certificate_untrusted`
   */
  fetchJson(url: URL): Promise<unknown>;
  openControlSocket(url: URL, events: ControlSocketEvents): ControlSocket;
  /**
   * Starts the engine; loads the codec.
   * @throws SwitchboardError `client.audio_failed`
   */
  startEngine(events: EngineHostEvents): Promise<EngineHost>;
  /** Calls when the network has come back; the returned function stops it. */
  onOnline(listener: () => void): () => void;
}
