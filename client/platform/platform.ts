import type { PluginFetch, SwitchboardError } from '@switchboard/protocol';
import type { EngineCommand, EngineEvent } from '../engine/engine-messages.ts';
import type { OpenSandbox } from '../plugins/sandbox-line.ts';

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

/** Larger things kept between visits, by key: plugins and what they keep. What `put` has settled is on the disk. */
export interface BlobStore {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  /**
   * Reads and writes with nobody in between, of other windows and processes too, as far as they use this.
   * @param next answers what is to be kept, undefined to leave it as it is; where it throws, it is left and this rejects with that
   */
  change(key: string, next: (value: Uint8Array | undefined) => Uint8Array | undefined): Promise<void>;
  delete(key: string): Promise<void>;
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
  /**
   * Starts a plugin's thread. Its audio frames go straight between it and the engine, which the command `plugins` tells to use it;
   * it ends with the engine.
   */
  readonly openSandbox: OpenSandbox;
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
  /** The time of day, in ms since 1970: to be shown and told, never to measure by. */
  epochMs(): number;
  /** 0 ≤ x < 1; for back-off jitter, never for secrets. */
  random(): number;
  randomBytes(length: number): Uint8Array;
  readonly store: KeyValueStore;
  /**
   * Reads JSON by HTTP GET.
   * @throws SwitchboardError `client.unreachable`, `client.not_a_switchboard`, `client.certificate_untrusted`
   */
  fetchJson(url: URL): Promise<unknown>;
  readonly blobs: BlobStore;
  /**
   * Reads a file by HTTP GET, following no redirect.
   * @throws SwitchboardError `client.unreachable`, `client.certificate_untrusted`, `plugin.package_too_large` beyond `maxBytes`
   */
  fetchBytes(url: URL, maxBytes: number): Promise<Uint8Array>;
  /** `fetch` for plugins: without credentials of the person, following no redirect. */
  fetchForPlugin(request: PluginFetch): Promise<{ readonly status: number; readonly body: string }>;
  openControlSocket(url: URL, events: ControlSocketEvents): ControlSocket;
  /**
   * Starts the engine; loads the codec.
   * @throws SwitchboardError `client.audio_failed`
   */
  startEngine(events: EngineHostEvents): Promise<EngineHost>;
  /** Calls when the network has come back; the returned function stops it. */
  onOnline(listener: () => void): () => void;
}
