import type { SwitchboardError, VoiceGrant } from '@switchboard/protocol';
import type { MicrophoneState } from '../client-state.ts';
import type { EngineCommand, EngineEvent, LaneState, VoiceStats } from '../engine/engine-messages.ts';
import { SILENT_DBFS } from '../engine/level-meter.ts';
import type { AudioDevice, EngineHost, Platform } from '../platform/platform.ts';
import { Microphone } from './microphone.ts';
import { asError, errorOf } from './problem.ts';
import type { Settings } from './settings.ts';

export interface RoomVoiceEvents {
  changed(): void;
  /** The lane that voice takes now. */
  laneChanged(lane: LaneState): void;
  /** Of the microphone, in dBFS, ten times a second; no change of anything else comes with it. */
  level(dbfs: number): void;
  /** The engine of the room that one is in; null where there is none any more. What it answers with, the one before is kept for. */
  engine(host: EngineHost | null): Promise<void> | null;
  /** The engine broke. `start` starts another; it has no grant. `testing`: an echo test was under way. */
  failed(error: SwitchboardError, testing: boolean): void;
}

/** How long a transient engine that was asked for its devices waits for the next question. */
const REST_AFTER_MS = 30_000;

const IDLE: LaneState = { status: 'idle' };
const OFF: MicrophoneState = { status: 'off' };

/** The engine that has been started, with its microphone. */
interface Running {
  readonly host: EngineHost;
  readonly microphone: Microphone;
}

/** The engine as the client sees it: started when it is first needed, told what changes, asked for nothing. */
export class RoomVoice {
  readonly #platform: Pick<Platform, 'clock' | 'startEngine'>;
  readonly #settings: Settings;
  readonly #events: RoomVoiceEvents;
  #starting: Promise<Running> | null = null;
  #running: Running | null = null;
  /** Said in a room while the engine was still starting. */
  #unheard: EngineCommand[] = [];
  #inRoom = false;
  #told: EngineHost | null = null;
  #farewell: Promise<void> | null = null;
  #testing = false;
  #cancelRest: (() => void) | undefined;
  #speaking: ReadonlySet<string> = new Set();
  #whisperers: ReadonlySet<string> = new Set();
  #selfSpeaking = false;
  #lane: LaneState = IDLE;
  #stats: VoiceStats | null = null;
  #devices: readonly AudioDevice[] = [];

  constructor(platform: Pick<Platform, 'clock' | 'startEngine'>, settings: Settings, events: RoomVoiceEvents) {
    this.#platform = platform;
    this.#settings = settings;
    this.#events = events;
  }

  get microphone(): MicrophoneState {
    return this.#running?.microphone.state ?? OFF;
  }

  /** From the call for it on, while the microphone opens too. */
  get echoTest(): boolean {
    return this.#testing;
  }

  get devices(): readonly AudioDevice[] {
    return this.#devices;
  }

  get lane(): LaneState {
    return this.#lane;
  }

  get stats(): VoiceStats | null {
    return this.#stats;
  }

  /** Ids of the members of one's own room who are heard. */
  get speaking(): ReadonlySet<string> {
    return this.#speaking;
  }

  /** Ids of the members who are heard whispering. */
  get whisperers(): ReadonlySet<string> {
    return this.#whisperers;
  }

  get selfSpeaking(): boolean {
    return this.#selfSpeaking;
  }

  /**
   * Starts the engine, unless it runs.
   * @throws SwitchboardError `client.audio_failed`
   */
  async start(): Promise<void> {
    await this.#start();
  }

  /** Into a room. The microphone follows by itself; a refused one leaves one listening. */
  enter(voice: VoiceGrant, control: URL, self: Extract<EngineCommand, { type: 'self' }>): void {
    this.#forget();
    this.#inRoom = true;
    this.#testing = false;
    this.#unheard = [];
    // First, so that nobody is heard who does not want to be.
    this.send(self);
    this.send({ type: 'enter', grant: voice, controlHost: control.hostname, secure: control.protocol === 'wss:' });
    this.#tellEngine();
    this.#openMicrophone();
    this.#wake();
    this.#events.changed();
  }

  exit(): void {
    if (!this.#inRoom) return;
    this.#inRoom = false;
    this.#testing = false;
    this.#unheard = [];
    this.#tellEngine();
    this.send({ type: 'leave' });
    this.#forget();
    this.#lane = IDLE;
    void this.#running?.microphone.close();
    this.#rest();
    this.#events.changed();
  }

  /** Before the engine runs, only what belongs to a room is kept for it; the rest it is told on its start. */
  send(command: EngineCommand): void {
    if (this.#running !== null) this.#running.host.send(command);
    else if (this.#inRoom) this.#unheard.push(command);
  }

  /** Takes this microphone from now on; opens it if one is in a room. */
  async useMicrophone(deviceId: string | null): Promise<void> {
    this.#settings.microphoneId = deviceId;
    this.#events.changed();
    if (this.#needed) await this.#running?.microphone.open(deviceId);
  }

  /**
   * Hears oneself, in or out of a room, until `stopEchoTest`, another room, or 15 s later.
   * @throws SwitchboardError `client.audio_failed`, and why there is no microphone
   */
  async startEchoTest(): Promise<void> {
    if (this.#testing) return;
    this.#testing = true;
    this.#events.changed();
    try {
      const { microphone } = await this.#start();
      if (!this.#needed) return;
      await microphone.ensure(this.#settings.microphoneId);
      if (microphone.state.status === 'failed') throw errorOf(microphone.state.problem);
    } catch (error) {
      this.stopEchoTest();
      throw error;
    }
    // It may have been stopped meanwhile.
    if (this.echoTest) this.send({ type: 'echo', on: true });
  }

  stopEchoTest(): void {
    if (!this.#testing) return;
    this.#testing = false;
    this.send({ type: 'echo', on: false });
    if (!this.#inRoom) {
      void this.#running?.microphone.close();
      this.#rest();
    }
    this.#events.changed();
  }

  /** @throws SwitchboardError `client.audio_failed` */
  async useSpeaker(deviceId: string | null): Promise<void> {
    try {
      await this.#running?.host.useSpeaker(deviceId ?? undefined);
    } catch (error) {
      throw asError(error, 'client.audio_failed');
    }
    this.#settings.speakerId = deviceId;
    this.#events.changed();
  }

  /** @throws SwitchboardError `client.audio_failed` */
  async refreshDevices(): Promise<void> {
    const { host } = await this.#start();
    try {
      this.#devices = await host.devices();
    } catch (error) {
      throw asError(error, 'client.audio_failed');
    }
    this.#restLater();
    this.#events.changed();
  }

  async close(): Promise<void> {
    const [starting, running] = [this.#starting, this.#running];
    this.exit();
    this.stopEchoTest();
    this.#cancelRest?.();
    this.#starting = null;
    this.#running = null;
    this.#unheard = [];
    this.#devices = [];
    // One that is still starting is not waited for: that may take long, and its platform can end it. One that never
    // starts has told whoever started it.
    if (running === null) starting?.then(({ host }) => host.close()).catch(() => undefined);
    else await this.#end(running.host);
  }

  /** The microphone is in use, or about to be. */
  get #needed(): boolean {
    return this.#inRoom || this.#testing;
  }

  /** Ends an engine that costs something as long as it is there; the next use starts another. */
  #rest(): void {
    this.#cancelRest?.();
    const resting = this.#running;
    if (this.#needed || resting?.host.transient !== true) return;
    this.#starting = null;
    this.#running = null;
    // Nobody waits for it, and it is not used again: what fails now changes nothing.
    this.#end(resting.host).catch(() => undefined);
  }

  async #end(host: EngineHost): Promise<void> {
    if (this.#farewell !== null) await this.#farewell;
    await host.close();
  }

  /** It may have come to rest since it was started. */
  #wake(): void {
    if (this.#starting !== null) return;
    this.#start().catch((error: unknown) => this.#events.failed(asError(error, 'client.audio_failed'), false));
  }

  #restLater(): void {
    this.#cancelRest?.();
    this.#cancelRest = this.#platform.clock.after(REST_AFTER_MS, () => this.#rest());
  }

  #start(): Promise<Running> {
    this.#cancelRest?.();
    if (this.#starting !== null) return this.#starting;
    const starting = this.#launch(() => this.#starting === starting);
    this.#starting = starting;
    starting.catch(() => {
      if (this.#starting === starting) this.#starting = null;
    });
    return starting;
  }

  async #launch(isCurrent: () => boolean): Promise<Running> {
    const current = { running: null as Running | null };
    const ifCurrent = (act: () => void) => () => {
      if (this.#running !== null && this.#running === current.running) act();
    };
    const host = await this.#startEngine({
      event: (event) => ifCurrent(() => this.#event(event))(),
      devicesChanged: ifCurrent(() => this.#devicesChanged()),
      microphoneLost: ifCurrent(() => this.#microphoneLost()),
      failed: (error) => ifCurrent(() => this.#failed(error))(),
    });
    const running = { host, microphone: new Microphone(host, () => this.#microphoneChanged()) };
    current.running = running;
    if (!isCurrent()) return running;
    this.#running = running;
    const unheard = this.#unheard;
    this.#unheard = [];
    host.send({ type: 'activation', activation: this.#settings.activation });
    for (const command of unheard) host.send(command);
    this.#tellEngine();
    this.#useRememberedSpeaker(host);
    this.#openMicrophone();
    this.#devicesChanged();
    return running;
  }

  async #startEngine(events: Parameters<Platform['startEngine']>[0]): Promise<EngineHost> {
    try {
      return await this.#platform.startEngine(events);
    } catch (error) {
      throw asError(error, 'client.audio_failed');
    }
  }

  #openMicrophone(): void {
    if (this.#needed) void this.#running?.microphone.ensure(this.#settings.microphoneId);
  }

  #microphoneLost(): void {
    if (this.#needed) void this.#running?.microphone.lost();
  }

  #failed(error: SwitchboardError): void {
    const broken = this.#running;
    // While its microphone opens, whoever asked for the test hears of it.
    const testing = this.#testing && this.microphone.status === 'on';
    this.#starting = null;
    this.#running = null;
    this.#testing = false;
    this.#tellEngine();
    this.#forget();
    this.#lane = IDLE;
    // It is broken already: what else goes wrong while it is put away changes nothing.
    broken?.host.close().catch(() => undefined);
    this.#events.level(SILENT_DBFS);
    this.#events.failed(error, testing);
    this.#events.changed();
  }

  #tellEngine(): void {
    const host = this.#inRoom ? (this.#running?.host ?? null) : null;
    if (host === this.#told) return;
    this.#told = host;
    this.#farewell = this.#events.engine(host);
  }

  #microphoneBack(): void {
    const microphones = this.#devices.filter(({ kind }) => kind === 'microphone');
    void this.#running?.microphone.returnTo(microphones.map(({ id }) => id));
  }

  #microphoneChanged(): void {
    if (this.microphone.status !== 'on') this.#events.level(SILENT_DBFS);
    this.#events.changed();
  }

  #useRememberedSpeaker(host: EngineHost): void {
    const { speakerId } = this.#settings;
    // It may have been unplugged since: then the system's default plays, and is what state shows.
    if (speakerId !== null)
      host.useSpeaker(speakerId).catch(() => {
        this.#settings.speakerId = null;
        this.#events.changed();
      });
  }

  #devicesChanged(): void {
    this.refreshDevices().then(
      () => this.#microphoneBack(),
      // A list that cannot be read now is the one before.
      () => this.#events.changed(),
    );
    const { microphone } = this;
    if (microphone.status === 'failed' && microphone.problem.code === 'client.microphone_missing')
      this.#openMicrophone();
  }

  #event(event: EngineEvent): void {
    if (event.type === 'echo.ended') this.stopEchoTest();
    if (event.type === 'level' && this.#needed) this.#events.level(event.dbfs);
    if (!this.#inRoom || event.type === 'level' || event.type === 'echo.ended') return;
    switch (event.type) {
      case 'lane':
        this.#lane = event.lane;
        this.#events.laneChanged(event.lane);
        break;
      case 'speaking':
        this.#speaking = turned(this.#speaking, event.memberId, event.speaking);
        break;
      case 'whispering':
        this.#whisperers = turned(this.#whisperers, event.memberId, event.whispering);
        break;
      case 'self.speaking':
        this.#selfSpeaking = event.speaking;
        break;
      case 'stats':
        this.#stats = event.stats;
        break;
    }
    this.#events.changed();
  }

  /** What was true of the room before. */
  #forget(): void {
    this.#speaking = new Set();
    this.#whisperers = new Set();
    this.#selfSpeaking = false;
    this.#stats = null;
  }
}

function turned(ids: ReadonlySet<string>, id: string, on: boolean): ReadonlySet<string> {
  const others = [...ids].filter((other) => other !== id);
  return new Set(on ? [...others, id] : others);
}
