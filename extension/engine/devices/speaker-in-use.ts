import type { Clock } from '@switchboard/client/engine-parts';
import { SilentSpeaker } from './silent-speaker.ts';
import type { ListedDevice, SpeakerFigures, SpeakerLibrary, SpeakerLine } from './sound-library.ts';

interface SpeakerEvents {
  render(out: Float32Array): void;
  log(text: string): void;
}

interface OpenSpeaker {
  readonly line: SpeakerLine;
  readonly library: string | undefined;
  readonly deviceId: string | undefined;
}

/**
 * A speaker that fails is opened again at once, as after an overrun, then after a while; the engine's time goes on
 * meanwhile. Where each attempt fails, the next list of the devices is the next chance.
 */
const REOPENING_DELAYS_MS = [0, 250, 250, 250];

/**
 * The speaker that is played to: the one that was chosen while it is there, else the system's default, else none; frames
 * are rendered all the same, as the engine's time is that of its output.
 */
export class SpeakerInUse {
  readonly #libraries: readonly SpeakerLibrary[];
  readonly #clock: Clock;
  readonly #events: SpeakerEvents;
  #chosen: string | undefined;
  #listed: readonly ListedDevice[] = [];
  #open: OpenSpeaker | undefined;
  #past: SpeakerFigures = { underruns: 0, skippedFrames: 0, leadMs: 0 };
  #reopenings = 0;
  #inARow = 0;
  #turns: Promise<void> = Promise.resolve();
  #cancelReopening: () => void = () => undefined;
  #closed = false;

  constructor(libraries: readonly SpeakerLibrary[], clock: Clock, events: SpeakerEvents) {
    this.#libraries = libraries;
    this.#clock = clock;
    this.#events = events;
  }

  get library(): string | undefined {
    return this.#open?.library;
  }

  get reopenings(): number {
    return this.#reopenings;
  }

  get figures(): SpeakerFigures {
    const now = this.#open?.line.figures;
    return {
      underruns: this.#past.underruns + (now?.underruns ?? 0),
      skippedFrames: this.#past.skippedFrames + (now?.skippedFrames ?? 0),
      leadMs: now?.leadMs ?? 0,
    };
  }

  /** Plays to this one from now on, and whenever it comes back; undefined for the system's default. */
  async use(deviceId: string | undefined, speakers: readonly ListedDevice[]): Promise<void> {
    this.#chosen = deviceId;
    this.#listed = speakers;
    await this.#inTurn(() => this.#settle());
  }

  async listed(speakers: readonly ListedDevice[]): Promise<void> {
    this.#listed = speakers;
    this.#inARow = 0;
    await this.#inTurn(() => this.#settle());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelReopening();
    await this.#inTurn(() => {
      this.#shut();
      return Promise.resolve();
    });
  }

  /** Opens what is to be played to, if it is not what is open. */
  async #settle(): Promise<void> {
    if (this.#closed) return;
    const wanted = this.#listed.find(({ id }) => id === this.#chosen);
    const open = this.#open;
    if (open?.library !== undefined && open.deviceId === wanted?.id) return;
    const opened = await this.#openBest(wanted);
    if (opened === undefined) {
      // The silent one is at work already, or nothing is.
      if (this.#open?.library === undefined && this.#open !== undefined) return;
      this.#replace({ line: new SilentSpeaker(this.#clock, this.#render), library: undefined, deviceId: undefined });
      return;
    }
    this.#replace(opened);
  }

  #replace(opened: OpenSpeaker): void {
    if (this.#open?.library !== undefined) this.#reopenings++;
    this.#shut();
    this.#open = opened;
  }

  #shut(): void {
    const figures = this.figures;
    this.#open?.line.close();
    this.#open = undefined;
    this.#past = figures;
  }

  async #openBest(wanted: ListedDevice | undefined): Promise<OpenSpeaker | undefined> {
    for (const library of this.#libraries) {
      try {
        const there = await library.speakers();
        const device = wanted === undefined ? undefined : there.find(({ id }) => id === wanted.id);
        if (wanted !== undefined && device === undefined) continue;
        const line = await library.openSpeaker(device, this.#render, {
          failed: (cause) => this.#failed(line, `${library.name}: ${String(cause)}`),
        });
        return { line, library: library.name, deviceId: device?.id };
      } catch (error) {
        this.#events.log(`${library.name} could not open the speaker: ${String(error)}`);
      }
    }
    return undefined;
  }

  #failed(line: SpeakerLine, why: string): void {
    if (this.#open?.line !== line) return;
    this.#events.log(`the speaker failed, it is opened again: ${why}`);
    this.#replace({ line: new SilentSpeaker(this.#clock, this.#render), library: undefined, deviceId: undefined });
    const delayMs = REOPENING_DELAYS_MS[this.#inARow++];
    if (delayMs === undefined) return;
    this.#cancelReopening = this.#clock.after(delayMs, () => void this.#inTurn(() => this.#settle()));
  }

  readonly #render = (out: Float32Array): void => this.#events.render(out);

  /** One change after the other. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    this.#turns = this.#turns.then(change);
    return this.#turns;
  }
}
