import type {
  LineEvents,
  ListedDevice,
  MicrophoneLibrary,
  MicrophoneLine,
  SpeakerLibrary,
  SpeakerLine,
} from '../sound-library.ts';

/** What was opened, with what its library was given. */
interface FakeLine extends MicrophoneLine, SpeakerLine {
  readonly deviceId: string | undefined;
  readonly sound: (samples: Float32Array) => void;
  readonly events: LineEvents;
  closed: boolean;
}

export function microphone(id: string): ListedDevice {
  return { id, label: id, kind: 'microphone', handle: `handle of ${id}` };
}

export function speaker(id: string): ListedDevice {
  return { id, label: id, kind: 'speaker', handle: `handle of ${id}` };
}

/** A library without devices, whose lines are driven by the test. */
export class FakeLibrary implements MicrophoneLibrary, SpeakerLibrary {
  readonly name: string;
  readonly lines: FakeLine[] = [];
  there: readonly ListedDevice[] = [];
  /** What opening fails with, if it does. */
  failure: unknown;
  /** Opening waits for it. */
  gate: Promise<void> = Promise.resolve();

  constructor(name: string) {
    this.name = name;
  }

  get last(): FakeLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('nothing was opened');
    return line;
  }

  microphones(): Promise<readonly ListedDevice[]> {
    return Promise.resolve(this.there);
  }

  speakers(): Promise<readonly ListedDevice[]> {
    return Promise.resolve(this.there);
  }

  openMicrophone(
    device: ListedDevice | undefined,
    heard: (samples: Float32Array) => void,
    events: LineEvents,
  ): Promise<MicrophoneLine> {
    return this.#open(device, heard, events);
  }

  openSpeaker(
    device: ListedDevice | undefined,
    render: (out: Float32Array) => void,
    events: LineEvents,
  ): Promise<SpeakerLine> {
    return this.#open(device, render, events);
  }

  async #open(device: ListedDevice | undefined, sound: FakeLine['sound'], events: LineEvents): Promise<FakeLine> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure as Error;
    const line: FakeLine = {
      deviceId: device?.id,
      sound,
      events,
      closed: false,
      lostSamples: 480,
      figures: { underruns: 2, skippedFrames: 3, leadMs: 30 },
      close: () => {
        line.closed = true;
      },
    };
    this.lines.push(line);
    return line;
  }
}
