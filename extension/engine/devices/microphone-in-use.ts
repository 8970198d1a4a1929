import { SwitchboardError } from '@switchboard/protocol';
import type { ListedDevice, MicrophoneLibrary, MicrophoneLine } from './sound-library.ts';

interface MicrophoneEvents {
  heard(samples: Float32Array): void;
  /** It went away; nothing is heard any more. */
  lost(): void;
  log(text: string): void;
}

/** The microphone that is open, if any: one at a time, by the first library that can. */
export class MicrophoneInUse {
  readonly #libraries: readonly MicrophoneLibrary[];
  readonly #events: MicrophoneEvents;
  #open:
    { readonly line: MicrophoneLine; readonly library: string; readonly device: ListedDevice | undefined } | undefined;
  #lostSamples = 0;
  /** Tells which call of `open` is the last: an earlier one that comes back late closes what it got. */
  #turn = 0;

  constructor(libraries: readonly MicrophoneLibrary[], events: MicrophoneEvents) {
    this.#libraries = libraries;
    this.#events = events;
  }

  get library(): string | undefined {
    return this.#open?.library;
  }

  get lostSamples(): number {
    return this.#lostSamples + (this.#open?.line.lostSamples ?? 0);
  }

  /** Opens it in place of the one in use. */
  async open(device: ListedDevice | undefined): Promise<void> {
    this.close();
    const turn = this.#turn;
    let failure: unknown;
    for (const library of this.#libraries) {
      try {
        const line = await this.#openBy(library, device, turn);
        if (turn === this.#turn) this.#open = { line, library: library.name, device };
        else line.close();
        return;
      } catch (error) {
        failure ??= error;
        this.#events.log(`${library.name} could not open the microphone: ${String(error)}`);
        // Another library would find none either; one of them ends the process by looking.
        if (error instanceof SwitchboardError && error.code === 'client.microphone_missing') break;
        if (turn !== this.#turn) return;
      }
    }
    throw failure;
  }

  close(): void {
    this.#turn++;
    if (this.#open === undefined) return;
    this.#lostSamples += this.#open.line.lostSamples;
    this.#open.line.close();
    this.#open = undefined;
  }

  /** A sound server gives a program another microphone when its own is unplugged, and does not say so. */
  listed(microphones: readonly ListedDevice[]): void {
    if (this.#open === undefined) return;
    const { device } = this.#open;
    if (device === undefined || microphones.some(({ id }) => id === device.id)) return;
    this.#lose(`the microphone ${device.label} is not there any more`);
  }

  async #openBy(library: MicrophoneLibrary, device: ListedDevice | undefined, turn: number): Promise<MicrophoneLine> {
    const own = device === undefined ? undefined : await handleIn(library, device);
    return library.openMicrophone(
      own,
      (samples) => {
        if (turn === this.#turn) this.#events.heard(samples);
      },
      {
        failed: (cause) => {
          if (turn === this.#turn) this.#lose(`the microphone failed: ${String(cause)}`);
        },
      },
    );
  }

  #lose(why: string): void {
    this.#events.log(why);
    this.close();
    this.#events.lost();
  }
}

/** The list may come from another library, which calls the same device by another name. */
async function handleIn(library: MicrophoneLibrary, { id }: ListedDevice): Promise<ListedDevice> {
  const own = (await library.microphones()).find((device) => device.id === id);
  if (own === undefined) throw new SwitchboardError('client.microphone_missing');
  return own;
}
