import type { AudioBackend, AudioDevice, AudioPort, Clock } from '@switchboard/client/engine-parts';
import { SwitchboardError } from '@switchboard/protocol';
import { sameDevices } from './device-list.ts';
import { FrameCutter } from './frame-cutter.ts';
import { MicrophoneInUse } from './microphone-in-use.ts';
import type { ListedDevice, MicrophoneLibrary, SpeakerFigures, SpeakerLibrary } from './sound-library.ts';
import { SpeakerInUse } from './speaker-in-use.ts';

type AudioBackendEvents = Parameters<AudioBackend['start']>[1];

/** What went wrong with the devices so far; each a count that only grows, but for the lead. */
export interface DeviceFigures extends SpeakerFigures {
  /** Libraries in use; undefined while there is none. */
  readonly microphoneLibrary: string | undefined;
  readonly speakerLibrary: string | undefined;
  readonly capturedFrames: number;
  readonly renderedFrames: number;
  readonly lostMicrophoneSamples: number;
  /** Times that the speaker had to be opened again, because it stood still or another one was to be used. */
  readonly speakerReopenings: number;
}

export interface DeviceAudioOptions {
  readonly clock: Clock;
  /** In the order in which they are tried. One at least of either. */
  readonly microphones: readonly MicrophoneLibrary[];
  readonly speakers: readonly SpeakerLibrary[];
  readonly log: (text: string) => void;
  readonly lister: {
    /** Looks at the devices again. */
    list(): Promise<DeviceLists>;
    close(): Promise<void>;
  };
}

export interface DeviceLists {
  readonly microphones: readonly ListedDevice[];
  readonly speakers: readonly ListedDevice[];
}

/** Nobody notices a second more after plugging something in; less often than twice a second nothing is spent on it. */
const LIST_INTERVAL_MS = 2_000;

/** The sound devices of this machine. */
export class DeviceAudio implements AudioBackend {
  readonly #options: DeviceAudioOptions;
  readonly #microphone: MicrophoneInUse;
  readonly #speaker: SpeakerInUse;
  #events: AudioBackendEvents | undefined;
  #port: AudioPort | undefined;
  #known: DeviceLists | undefined;
  #capturedFrames = 0;
  #renderedFrames = 0;
  /** Counts what is wanted of the microphone: what comes back late is not wanted any more. */
  #turn = 0;
  #cancelListing: () => void = () => undefined;
  #closed = false;

  constructor(options: DeviceAudioOptions) {
    this.#options = options;
    const { clock, microphones, speakers, log } = options;
    const cutter = new FrameCutter((frame) => {
      this.#capturedFrames++;
      this.#port?.captured(frame);
    });
    this.#microphone = new MicrophoneInUse(microphones, {
      heard: (samples) => cutter.push(samples),
      lost: () => this.#events?.microphoneLost(),
      log,
    });
    this.#speaker = new SpeakerInUse(speakers, clock, {
      render: (out) => {
        this.#renderedFrames++;
        this.#port?.render(out);
      },
      log,
    });
  }

  get figures(): DeviceFigures {
    return {
      ...this.#speaker.figures,
      microphoneLibrary: this.#microphone.library,
      speakerLibrary: this.#speaker.library,
      capturedFrames: this.#capturedFrames,
      renderedFrames: this.#renderedFrames,
      lostMicrophoneSamples: this.#microphone.lostSamples,
      speakerReopenings: this.#speaker.reopenings,
    };
  }

  /** Plays from now on, to nobody where there is no speaker yet. */
  async start(port: AudioPort, events: AudioBackendEvents): Promise<void> {
    this.#port = port;
    this.#events = events;
    const { speakers } = await this.#list();
    await this.#speaker.use(undefined, speakers);
    this.#listAgain();
  }

  async openMicrophone(deviceId: string | undefined): Promise<void> {
    const turn = ++this.#turn;
    const { microphones } = await this.#list();
    // A list can take long enough for whoever asked to have given up.
    if (turn !== this.#turn) return;
    const device = microphones.find(({ id }) => id === deviceId);
    if (deviceId !== undefined && device === undefined) {
      throw new SwitchboardError(
        'client.microphone_missing',
        `The microphone “${deviceId}” is not there. Plug it in, or choose another.`,
      );
    }
    await this.#microphone.open(device);
  }

  closeMicrophone(): void {
    this.#turn++;
    this.#microphone.close();
  }

  async useSpeaker(deviceId: string | undefined): Promise<void> {
    const { speakers } = await this.#list();
    await this.#speaker.use(deviceId, speakers);
  }

  async devices(): Promise<readonly AudioDevice[]> {
    const { microphones, speakers } = await this.#list();
    return [...microphones, ...speakers].map(({ id, label, kind }) => ({ id, label, kind }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelListing();
    this.#port = undefined;
    this.closeMicrophone();
    await this.#speaker.close();
    await this.#options.lister.close();
  }

  #listAgain(): void {
    this.#cancelListing = this.#options.clock.after(LIST_INTERVAL_MS, () => {
      this.#list()
        .then(({ microphones, speakers }) => {
          this.#microphone.listed(microphones);
          return this.#speaker.listed(speakers);
        })
        .catch((error: unknown) => this.#options.log(`the devices could not be listed: ${String(error)}`))
        .finally(() => {
          if (!this.#closed) this.#listAgain();
        });
    });
  }

  async #list(): Promise<DeviceLists> {
    const before = this.#known;
    const now = await this.#options.lister.list();
    this.#known = now;
    const changed =
      before !== undefined &&
      !(sameDevices(before.microphones, now.microphones) && sameDevices(before.speakers, now.speakers));
    if (changed && !this.#closed) this.#events?.devicesChanged();
    return now;
  }
}
