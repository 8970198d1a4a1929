import { SILENCE_DBOV, amplitudeToDbfs } from '../audio/frame.ts';

/** 100 ms: a meter that follows more slowly looks stuck, and one that follows faster flickers. */
const FRAMES_PER_LEVEL = 5;

/** What a silent microphone shows, in dBFS. */
export const SILENT_DBFS = -SILENCE_DBOV;

/** 0 to 1. */
export function peakOf(frame: Float32Array): number {
  let peak = 0;
  for (const sample of frame) {
    const size = Math.abs(sample);
    if (size > peak) peak = size;
  }
  return peak;
}

/** dBFS of a peak, −127 for silence. */
export function peakDbfs(peak: number): number {
  return Math.max(SILENT_DBFS, amplitudeToDbfs(peak));
}

/** Makes one level of every five frames. The microphone's own frames are its clock: without them it says nothing. */
export class LevelMeter {
  #peak = 0;
  #frames = 0;

  /**
   * @param peak of the next frame, 0 to 1.
   * @returns the peak level in dBFS of the last 100 ms, when they are full.
   */
  push(peak: number): number | undefined {
    this.#peak = Math.max(this.#peak, peak);
    if (++this.#frames < FRAMES_PER_LEVEL) return undefined;
    const dbfs = peakDbfs(this.#peak);
    this.reset();
    return dbfs;
  }

  reset(): void {
    this.#peak = 0;
    this.#frames = 0;
  }
}
