import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import { readWav, writeWav } from '../../client/audio/wav.ts';
import { concatenated, speech, type VoiceName } from '../hearing/speech.ts';

/** Between two rounds of a looped voice: long enough for every gate to close. */
const PAUSE_SECONDS = 1.5;

/** A folder of WAV files for one test run: the voices that go in, the recordings that come out. */
export class WavFolder implements Disposable {
  readonly #dir = mkdtempSync(join(tmpdir(), 'switchboard-wav-'));

  path(name: string): string {
    return join(this.#dir, `${name}.wav`);
  }

  /** Writes what a voice says once, with the pause after it; returns the path. */
  voice(name: VoiceName): string {
    const path = this.path(name);
    writeFileSync(path, writeWav(spokenOnce(name), 'int16'));
    return path;
  }

  /** Someone who says nothing. */
  silence(): string {
    const path = this.path('silence');
    writeFileSync(path, writeWav(new Float32Array(SAMPLE_RATE_HZ), 'int16'));
    return path;
  }

  read(name: string): Float32Array {
    return readWav(readFileSync(this.path(name)));
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** One round of what a looped voice says. */
export function spokenOnce(name: VoiceName): Float32Array {
  return concatenated([speech(name), new Float32Array(PAUSE_SECONDS * SAMPLE_RATE_HZ)]);
}

export function secondsOf(samples: Float32Array): number {
  return samples.length / SAMPLE_RATE_HZ;
}
