import { SwitchboardError, type PluginFetch } from '@switchboard/protocol';
import type { EngineCommand } from '../../engine/engine-messages.ts';
import { MemoryBlobs } from '../../platform/node/memory-blobs.ts';
import type {
  AudioDevice,
  BlobStore,
  ControlSocket,
  ControlSocketEvents,
  EngineHost,
  EngineHostEvents,
  KeyValueStore,
  Platform,
} from '../../platform/platform.ts';
import type { OpenSandbox } from '../../plugins/sandbox-line.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';
import { FakeThreads } from './fake-threads.ts';

export class FakeEngine implements EngineHost {
  readonly commands: EngineCommand[] = [];
  readonly events: EngineHostEvents;
  /** Devices in the order they were opened. */
  readonly opened: (string | undefined)[] = [];
  microphoneOpen = false;
  closed = false;
  speaker: string | undefined;
  /** Replaced by a test that needs a microphone that is slow, or fails. */
  open: (deviceId: string | undefined) => Promise<void> = () => Promise.resolve();

  readonly openSandbox: OpenSandbox;
  transient = false;

  constructor(events: EngineHostEvents, openSandbox: OpenSandbox) {
    this.events = events;
    this.openSandbox = openSandbox;
  }

  send(command: EngineCommand): void {
    this.commands.push(command);
  }

  sent<T extends EngineCommand['type']>(type: T): Extract<EngineCommand, { type: T }>[] {
    return this.commands.filter((command): command is Extract<EngineCommand, { type: T }> => command.type === type);
  }

  async openMicrophone(deviceId: string | undefined): Promise<void> {
    this.opened.push(deviceId);
    await this.open(deviceId);
    this.microphoneOpen = true;
  }

  closeMicrophone(): void {
    this.microphoneOpen = false;
  }

  useSpeaker(deviceId: string | undefined): Promise<void> {
    this.speaker = deviceId;
    return Promise.resolve();
  }

  devices(): Promise<readonly AudioDevice[]> {
    return Promise.resolve([{ id: 'm1', label: 'Microphone', kind: 'microphone' }]);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

class MapStore implements KeyValueStore {
  readonly #map = new Map<string, string>();

  get(key: string): string | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: string): void {
    this.#map.set(key, value);
  }
}

/** A machine whose time, chance and network are the test's. */
export class FakePlatform implements Platform {
  readonly clock = new FakeClock();
  readonly server = new FakeServer();
  readonly engines: FakeEngine[] = [];
  readonly store: KeyValueStore = new MapStore();
  blobs: BlobStore = new MemoryBlobs();
  /** The threads of plugins, of all engines. */
  readonly threads = new FakeThreads();
  /** Files of the server's web port, by path. */
  readonly files = new Map<string, Uint8Array>();
  /** Paths of files that were asked for. */
  readonly downloads: string[] = [];
  readonly fetched: PluginFetch[] = [];
  /** Full jitter at its middle. */
  chance = 0.5;
  reachable = true;
  discoveries = 0;
  /** Prepares each engine before the client has it; throws to refuse it. */
  prepare: (engine: FakeEngine) => void = () => undefined;
  #randomBytes = 0;
  readonly #onlineListeners = new Set<() => void>();

  get engine(): FakeEngine {
    return this.engines.at(-1)!;
  }

  random(): number {
    return this.chance;
  }

  epochMs(): number {
    return 1_000_000 + this.clock.nowMs();
  }

  /** Never the same twice. */
  randomBytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(0, ++this.#randomBytes);
    return bytes;
  }

  fetchJson(): Promise<unknown> {
    this.discoveries++;
    return this.reachable
      ? Promise.resolve(this.server.discovery())
      : Promise.reject(new SwitchboardError('client.unreachable'));
  }

  fetchBytes(url: URL): Promise<Uint8Array> {
    this.downloads.push(url.pathname);
    const file = this.files.get(url.pathname);
    return file === undefined ? Promise.reject(new SwitchboardError('plugin.not_found')) : Promise.resolve(file);
  }

  fetchForPlugin(request: PluginFetch): Promise<{ readonly status: number; readonly body: string }> {
    this.fetched.push(request);
    return Promise.resolve({ status: 200, body: `answer of ${request.url}` });
  }

  openControlSocket(address: URL, events: ControlSocketEvents): ControlSocket {
    return this.server.open(address, events);
  }

  async startEngine(events: EngineHostEvents): Promise<EngineHost> {
    const engine = new FakeEngine(events, this.threads.open);
    this.prepare(engine);
    this.engines.push(engine);
    return Promise.resolve(engine);
  }

  onOnline(listener: () => void): () => void {
    this.#onlineListeners.add(listener);
    return () => void this.#onlineListeners.delete(listener);
  }

  get onlineListeners(): number {
    return this.#onlineListeners.size;
  }

  goOnline(): void {
    for (const listener of this.#onlineListeners) listener();
  }
}
