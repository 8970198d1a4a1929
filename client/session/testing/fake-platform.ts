import { SwitchboardError } from '@switchboard/protocol';
import type { EngineCommand } from '../../engine/engine-messages.ts';
import type {
  AudioDevice,
  ControlSocket,
  ControlSocketEvents,
  EngineHost,
  EngineHostEvents,
  KeyValueStore,
  Platform,
} from '../../platform/platform.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';

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

  constructor(events: EngineHostEvents) {
    this.events = events;
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

  openControlSocket(address: URL, events: ControlSocketEvents): ControlSocket {
    return this.server.open(address, events);
  }

  async startEngine(events: EngineHostEvents): Promise<EngineHost> {
    const engine = new FakeEngine(events);
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
