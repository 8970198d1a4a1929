import { SwitchboardError } from '@switchboard/protocol';
import { open, type FileHandle } from 'node:fs/promises';
import { wavHeader, wavSamples } from '../../audio/wav.ts';

const ENCODING = 'int16';
/** Written at once: half a second. */
const SAMPLES_PER_WRITE = 24_000;

/**
 * Writes a WAV as it goes on, of any length in little memory. Its header says "length unknown" until `close` puts the length
 * in, so a file whose program was killed can be read all the same.
 */
export class WavRecorder {
  readonly #file: FileHandle;
  readonly #path: string;
  #waiting: Float32Array[] = [];
  #waitingSamples = 0;
  #samples = 0;
  #written: Promise<void>;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
    this.#written = this.#append(wavHeader(ENCODING));
  }

  /**
   * Replaces what was there.
   * @throws SwitchboardError `client.audio_failed`
   */
  static async create(path: string): Promise<WavRecorder> {
    try {
      return new WavRecorder(await open(path, 'w'), path);
    } catch (cause) {
      throw notWritable(path, cause);
    }
  }

  /** @param frame copied. */
  write(frame: Float32Array): void {
    this.#waiting.push(frame.slice());
    this.#waitingSamples += frame.length;
    this.#samples += frame.length;
    if (this.#waitingSamples >= SAMPLES_PER_WRITE) this.#flush();
  }

  /** @throws SwitchboardError `client.audio_failed` when not everything could be written. */
  async close(): Promise<void> {
    this.#flush();
    try {
      await this.#written;
      const header = wavHeader(ENCODING, this.#samples);
      await this.#file.write(header, 0, header.length, 0);
    } catch (cause) {
      throw notWritable(this.#path, cause);
    } finally {
      await this.#file.close();
    }
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting.map((frame) => wavSamples(ENCODING, frame)));
    this.#waiting = [];
    this.#waitingSamples = 0;
    this.#written = this.#written.then(() => this.#append(bytes));
    // Told by `close`; until then it must not count as unhandled.
    this.#written.catch(() => undefined);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await this.#file.appendFile(bytes);
  }
}

function notWritable(path: string, cause: unknown): SwitchboardError {
  return new SwitchboardError(
    'client.audio_failed',
    `The recording could not be written to ${path}. Check the folder, its permissions and the space left.`,
    { cause },
  );
}
