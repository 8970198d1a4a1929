import { SwitchboardError } from '@switchboard/protocol';
import type { EngineCommand } from '../../engine/engine-messages.ts';
import { openWhile } from '../open-sandboxes.ts';
import type { AudioDevice, Clock, EngineHost, EngineHostEvents } from '../platform.ts';
import type { OpenSandbox } from '../../plugins/sandbox-line.ts';
import { AudioOutput } from './audio-output.ts';
import { BrowserSandboxes } from './browser-sandboxes.ts';
import { CaptureLine } from './capture-line.ts';
import { listAudioDevices } from './devices.ts';
import { EngineWorkerLine } from './engine-worker-line.ts';
import { captureMicrophone, mediaDevices } from './microphone.ts';
import type { PlaybackFigures } from './playback-queue.ts';

/** The files that are loaded when voice starts. */
interface EngineAssets {
  readonly engineWorker: URL;
  readonly audioWorklet: URL;
  /** Of each plugin. */
  readonly sandboxWorker: URL;
}

/** What the seam to the client has no event for. */
interface AudioEvents {
  /** Sound waits for the user's next click, tap or key, or no longer does. */
  blocked(blocked: boolean): void;
}

export interface EngineHostOptions {
  readonly assets: EngineAssets;
  readonly clock: Clock;
  readonly events: EngineHostEvents;
  readonly audio: AudioEvents;
}

/** The engine in a worker of its own, between a microphone and a loudspeaker of this page. */
export class BrowserEngineHost implements EngineHost {
  readonly openSandbox: OpenSandbox;
  readonly #options: EngineHostOptions;
  readonly #output: AudioOutput;
  readonly #engine: EngineWorkerLine;
  readonly #sandboxes: BrowserSandboxes;
  readonly #devicesChanged = (): void => this.#options.events.devicesChanged();
  #capture: CaptureLine | undefined;
  /** Counts the microphones asked for: an answer that comes after the next question is turned away. */
  #microphones = 0;
  #inRoom = false;
  #closed = false;

  private constructor(
    options: EngineHostOptions,
    output: AudioOutput,
    engine: EngineWorkerLine,
    sandboxes: BrowserSandboxes,
  ) {
    this.#options = options;
    this.#output = output;
    this.#engine = engine;
    this.#sandboxes = sandboxes;
    this.openSandbox = openWhile(() => !this.#closed, sandboxes.open);
    const { port1, port2 } = new MessageChannel();
    engine.send({ type: 'playback', port: port1 }, [port1]);
    output.play(port2);
    mediaDevices()?.addEventListener('devicechange', this.#devicesChanged);
  }

  /** @throws SwitchboardError `client.audio_failed`, `client.insecure_page` */
  static async start(options: EngineHostOptions): Promise<BrowserEngineHost> {
    const output = new AudioOutput(options.clock, (blocked) => options.audio.blocked(blocked));
    let host: BrowserEngineHost | undefined;
    const early = { failure: undefined as SwitchboardError | undefined };
    let engine: EngineWorkerLine | undefined;
    // Opened by the host alone, which there is only with an engine.
    const sandboxes = new BrowserSandboxes(options.assets.sandboxWorker, {
      opened: (sandboxId, port) => engine?.send({ type: 'sandbox', sandboxId, port }, [port]),
      closed: (sandboxId) => engine?.send({ type: 'sandbox.ended', sandboxId }),
    });
    const worker = EngineWorkerLine.start(options.assets.engineWorker, {
      event: (event) => options.events.event(event),
      sandboxStuck: (sandboxId) => sandboxes.stuck(sandboxId),
      failed: (error) => {
        early.failure = error;
        // Nobody listens any more.
        host?.closeMicrophone();
        sandboxes.close();
        options.events.failed(error);
      },
    });
    try {
      [engine] = await Promise.all([worker, output.load(options.assets.audioWorklet)]);
      if (early.failure !== undefined) throw early.failure;
      host = new BrowserEngineHost(options, output, engine, sandboxes);
      return host;
    } catch (error) {
      // Whichever of the two failed, neither stays; a worker may still be on its way.
      void worker.then(
        (started) => started.close(),
        () => undefined,
      );
      await output.close();
      throw error;
    }
  }

  /** How playing goes, since the start. */
  get playback(): PlaybackFigures {
    return this.#output.figures;
  }

  send(command: EngineCommand): void {
    switch (command.type) {
      case 'enter':
      case 'leave':
        this.#inRoom = command.type === 'enter';
        // Either ends an echo test.
        this.#output.setWanted(this.#inRoom);
        break;
      case 'echo':
        this.#output.setWanted(command.on || this.#inRoom);
        break;
      default:
        break;
    }
    this.#engine.send({ type: 'command', command });
  }

  /** Where another call or `closeMicrophone` came in between, that one counts, and this one ends without a microphone. */
  async openMicrophone(deviceId: string | undefined): Promise<void> {
    if (this.#closed) throw new SwitchboardError('client.closed');
    this.closeMicrophone();
    const mine = this.#microphones;
    const stream = await captureMicrophone(deviceId);
    const line = await CaptureLine.open(stream, this.#output.context, this.#options.assets.audioWorklet);
    if (mine !== this.#microphones) {
      line.close();
      return;
    }
    for (const track of stream.getTracks()) {
      track.onended = () => {
        this.closeMicrophone();
        this.#options.events.microphoneLost();
      };
    }
    const { port1, port2 } = new MessageChannel();
    this.#engine.send({ type: 'capture', port: port1, sampleRateHz: line.sampleRateHz }, [port1]);
    line.connect(port2);
    this.#capture = line;
  }

  closeMicrophone(): void {
    this.#microphones++;
    this.#capture?.close();
    this.#capture = undefined;
  }

  useSpeaker(deviceId: string | undefined): Promise<void> {
    return this.#output.useSpeaker(deviceId);
  }

  devices(): Promise<readonly AudioDevice[]> {
    return listAudioDevices();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.closeMicrophone();
    mediaDevices()?.removeEventListener('devicechange', this.#devicesChanged);
    this.#sandboxes.close();
    this.#engine.close();
    await this.#output.close();
  }
}
