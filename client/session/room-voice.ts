import type { SwitchboardError, VoiceGrant } from '@switchboard/protocol';
import type { MicrophoneState } from '../client-state.ts';
import type { EngineCommand, EngineEvent, LaneState, VoiceStats } from '../engine/engine-messages.ts';
import { SILENT_DBFS } from '../engine/level-meter.ts';
import type { AudioDevice, EngineHost, Platform } from '../platform/platform.ts';
import { Microphone } from './microphone.ts';
import { asError } from './problem.ts';
import type { Settings } from './settings.ts';

export interface RoomVoiceEvents {
  changed(): void;
  /** The lane that voice takes now. */
  laneChanged(lane: LaneState): void;
  /** Of the microphone, in dBFS, ten times a second; no change of anything else comes with it. */
  level(dbfs: number): void;
  /** The engine broke while in use. `start` starts another; it has no grant. */
  failed(error: SwitchboardError): void;
}

const IDLE: LaneState = { status: 'idle' };
const OFF: MicrophoneState = { status: 'off' };

/** The engine that has been started, with its microphone. */
interface Running {
  readonly host: EngineHost;
  readonly microphone: Microphone;
}

/** The engine as the client sees it: started when it is first needed, told what changes, asked for nothing. */
export class RoomVoice {
  readonly #platform: Pick<Platform, 'startEngine'>;
  readonly #settings: Settings;
  readonly #events: RoomVoiceEvents;
  #starting: Promise<Running> | null = null;
  #running: Running | null = null;
  /** Said in a room while the engine was still starting. */
  #unheard: EngineCommand[] = [];
  #inRoom = false;
  #speaking: ReadonlySet<string> = new Set();
  #whisperers: ReadonlySet<string> = new Set();
  #selfSpeaking = false;
  #lane: LaneState = IDLE;
  #stats: VoiceStats | null = null;
  #devices: readonly AudioDevice[] = [];

  constructor(platform: Pick<Platform, 'startEngine'>, settings: Settings, events: RoomVoiceEvents) {
    this.#platform = platform;
    this.#settings = settings;
    this.#events = events;
  }

  get microphone(): MicrophoneState {
    return this.#running?.microphone.state ?? OFF;
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
    this.#unheard = [];
    // First, so that nobody is heard who does not want to be.
    this.send(self);
    this.send({ type: 'enter', grant: voice, controlHost: control.hostname, secure: control.protocol === 'wss:' });
    this.#openMicrophone();
    this.#events.changed();
  }

  exit(): void {
    if (!this.#inRoom) return;
    this.#inRoom = false;
    this.#unheard = [];
    this.send({ type: 'leave' });
    this.#forget();
    this.#lane = IDLE;
    void this.#running?.microphone.close();
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
    if (this.#inRoom) await this.#running?.microphone.open(deviceId);
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
    this.#events.changed();
  }

  async close(): Promise<void> {
    this.exit();
    const starting = this.#starting;
    this.#starting = null;
    this.#running = null;
    this.#unheard = [];
    this.#devices = [];
    // One that never started has nothing to close, and has told whoever started it.
    const running = await starting?.catch(() => null);
    await running?.host.close();
  }

  #start(): Promise<Running> {
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
    if (this.#inRoom) void this.#running?.microphone.ensure(this.#settings.microphoneId);
  }

  #microphoneLost(): void {
    if (this.#inRoom) void this.#running?.microphone.lost();
  }

  #failed(error: SwitchboardError): void {
    const broken = this.#running;
    this.#starting = null;
    this.#running = null;
    this.#forget();
    this.#lane = IDLE;
    // It is broken already: what else goes wrong while it is put away changes nothing.
    broken?.host.close().catch(() => undefined);
    this.#events.level(SILENT_DBFS);
    this.#events.failed(error);
    this.#events.changed();
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
    if (!this.#inRoom) return;
    if (event.type === 'level') {
      this.#events.level(event.dbfs);
      return;
    }
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
