import type { Clock } from '@switchboard/client/engine-parts';
import { SAMPLE_RATE_HZ, SwitchboardError } from '@switchboard/protocol';
import { decibriMicrophones } from './device-lister.ts';
import { microphoneError } from './device-errors.ts';
import type { Decibri, DecibriMicrophone } from './native-modules.ts';
import type { LineEvents, ListedDevice, MicrophoneLibrary, MicrophoneLine } from './sound-library.ts';

/** 10 ms: with 5 ms the device overran and closed, with 20 ms a frame waits for half of itself. */
const BLOCK_SAMPLES = 480;
/** A device that is there gives its first sound in a tenth of it. */
const FIRST_SOUND_LIMIT_MS = 3_000;

/** Microphones by decibri: resampled to 48 kHz by itself, errors with names, and given back when closed. */
export class DecibriMicrophones implements MicrophoneLibrary {
  readonly name = 'decibri';
  readonly #decibri: Decibri;
  readonly #clock: Clock;

  constructor(decibri: Decibri, clock: Clock) {
    this.#decibri = decibri;
    this.#clock = clock;
  }

  microphones(): Promise<readonly ListedDevice[]> {
    return Promise.resolve(decibriMicrophones(this.#decibri.Microphone.devices()));
  }

  async openMicrophone(
    device: ListedDevice | undefined,
    heard: (samples: Float32Array) => void,
    events: LineEvents,
  ): Promise<MicrophoneLine> {
    let microphone: DecibriMicrophone | undefined;
    try {
      microphone = await this.#decibri.Microphone.open({
        sampleRate: SAMPLE_RATE_HZ,
        channels: 1,
        dtype: 'float32',
        framesPerBuffer: BLOCK_SAMPLES,
        ...(device === undefined ? {} : { device: { id: device.handle } }),
      });
      const line = new DecibriLine(microphone, heard, events);
      await line.firstSound(this.#clock);
      return line;
    } catch (cause) {
      microphone?.removeAllListeners();
      microphone?.on('error', () => undefined);
      microphone?.stop();
      throw microphoneError(cause);
    }
  }
}

class DecibriLine implements MicrophoneLine {
  readonly #microphone: DecibriMicrophone;
  readonly #heard: (samples: Float32Array) => void;
  readonly #events: LineEvents;
  #opening: { resolve(): void; reject(cause: unknown): void } | undefined;
  #open = true;

  constructor(microphone: DecibriMicrophone, heard: (samples: Float32Array) => void, events: LineEvents) {
    this.#microphone = microphone;
    this.#heard = heard;
    this.#events = events;
  }

  /** Begins to hear, and waits for the first of it. */
  async firstSound(clock: Clock): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.after(FIRST_SOUND_LIMIT_MS, () =>
        reject(new SwitchboardError('client.microphone_failed', 'The microphone gives no sound at all.')),
      );
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          cancel();
          this.#opening = undefined;
          settle(value);
        };
      this.#opening = { resolve: settled(resolve), reject: settled(reject) };
      this.#microphone.on('error', (cause) => this.#ended(cause));
      this.#microphone.on('end', () => this.#ended(new Error('The microphone ended')));
      this.#microphone.on('data', (chunk) => this.#take(chunk));
    });
  }

  get lostSamples(): number {
    return this.#microphone.overrunCount * BLOCK_SAMPLES;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#microphone.stop();
  }

  #take(chunk: Buffer): void {
    this.#opening?.resolve();
    if (this.#open) this.#heard(samplesOf(chunk));
  }

  #ended(cause: unknown): void {
    if (this.#opening !== undefined) this.#opening.reject(cause);
    else if (this.#open) {
      this.#open = false;
      this.#events.failed(cause);
    }
  }
}

/** The chunk's own memory where it can be looked at as floats, a copy where it lies askew. */
function samplesOf(chunk: Buffer): Float32Array {
  if (chunk.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0) {
    return new Float32Array(chunk.buffer, chunk.byteOffset, chunk.length / Float32Array.BYTES_PER_ELEMENT);
  }
  return new Float32Array(Uint8Array.from(chunk).buffer);
}
