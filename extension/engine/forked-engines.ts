import type { AudioDevice, Clock, EngineCommand, EngineHost, EngineHostEvents, OpenSandbox } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';
import { fork, type ChildProcess } from 'node:child_process';
import { EngineLine, type EngineLineEvents } from './engine-line.ts';
import { ForkedSandboxes } from './forked-sandboxes.ts';

/** A microphone that ended an engine is left alone that long; or until devices come or go. */
const BARRED_MS = 60_000;

export interface ForkedEnginesOptions {
  /** The file that the engine's process runs. */
  readonly processPath: string;
  readonly clock: Clock;
  /** Whom to believe; the system's authorities without. */
  readonly trust?: { readonly fingerprint: string } | undefined;
  readonly log: (line: string) => void;
  /** Other than by default in tests, which run the source. */
  readonly fork?: (processPath: string) => ChildProcess;
}

/**
 * Starts voice engines, each in a process of its own, and remembers which microphone ended one: the next is not asked to
 * open it, so that one who cannot be heard still listens.
 */
export class ForkedEngines {
  readonly #options: ForkedEnginesOptions;
  /** By microphone, null for the system's default: since when. */
  readonly #barred = new Map<string | null, number>();
  /** Those whose process has not ended. */
  readonly #lines = new Set<EngineLine>();
  #closed = false;

  constructor(options: ForkedEnginesOptions) {
    this.#options = options;
  }

  /** As `Platform.startEngine` is. @throws SwitchboardError `client.audio_failed`, and what else kept it from starting */
  async start(events: EngineHostEvents): Promise<EngineHost> {
    if (this.#closed) throw new SwitchboardError('client.closed');
    const { clock, log, processPath, trust } = this.#options;
    const sandboxes = new ForkedSandboxes((message) => line.tell(message));
    const line: EngineLine = new EngineLine(
      { clock, log, fingerprint: trust?.fingerprint, fork: () => (this.#options.fork ?? forkEngine)(processPath) },
      this.#follow(events, sandboxes),
    );
    this.#lines.add(line);
    void line.gone.then(() => {
      this.#lines.delete(line);
      sandboxes.drop();
    });
    await line.ready;
    return new ForkedEngineHost(line, sandboxes, (deviceId) => this.#isBarred(deviceId));
  }

  /** Ends those that run, and those that are starting: at once, however long their start takes. None starts after this. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lines].map((line) => line.close()));
  }

  #follow(events: EngineHostEvents, sandboxes: ForkedSandboxes): EngineLineEvents {
    return {
      told: (message) => {
        switch (message.type) {
          case 'event':
            events.event(message.event);
            return;
          case 'devices.changed':
            this.#barred.clear();
            events.devicesChanged();
            return;
          case 'microphone.lost':
            events.microphoneLost();
            return;
          default:
            sandboxes.told(message);
            return;
        }
      },
      ended: ({ error, microphone }) => {
        if (microphone !== undefined) this.#barred.set(microphone, this.#options.clock.nowMs());
        sandboxes.drop();
        events.failed(error);
      },
    };
  }

  #isBarred(deviceId: string | null): boolean {
    const sinceMs = this.#barred.get(deviceId);
    return sinceMs !== undefined && this.#options.clock.nowMs() - sinceMs < BARRED_MS;
  }
}

/** The client's seam, over the line to the process. */
class ForkedEngineHost implements EngineHost {
  /** A process holds some hundred megabytes, and its sound library perhaps the microphone. */
  readonly transient = true;
  readonly openSandbox: OpenSandbox;
  readonly #line: EngineLine;
  readonly #sandboxes: ForkedSandboxes;
  readonly #isBarred: (deviceId: string | null) => boolean;

  constructor(line: EngineLine, sandboxes: ForkedSandboxes, isBarred: (deviceId: string | null) => boolean) {
    this.#line = line;
    this.#sandboxes = sandboxes;
    this.openSandbox = sandboxes.open;
    this.#isBarred = isBarred;
  }

  send(command: EngineCommand): void {
    this.#line.tell({ type: 'command', command });
  }

  async openMicrophone(deviceId: string | undefined): Promise<void> {
    if (this.#isBarred(deviceId ?? null)) throw new SwitchboardError('client.microphone_missing');
    await this.#line.ask({ type: 'microphone.open', deviceId: deviceId ?? null });
  }

  closeMicrophone(): void {
    this.#line.tell({ type: 'microphone.close' });
  }

  async useSpeaker(deviceId: string | undefined): Promise<void> {
    await this.#line.ask({ type: 'speaker.use', deviceId: deviceId ?? null });
  }

  async devices(): Promise<readonly AudioDevice[]> {
    const answer = await this.#line.ask({ type: 'devices' });
    return answer.type === 'devices' ? answer.devices : [];
  }

  close(): Promise<void> {
    this.#sandboxes.drop();
    return this.#line.close();
  }
}

function forkEngine(processPath: string): ChildProcess {
  return fork(processPath, [], {
    // The editor's own flags, a debugger's port perhaps, are not for it.
    execArgv: [],
    // Numbers that are none stay what they are.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
