import { FRAME_SAMPLES, msToSamples } from './frame.ts';

const FADE_SAMPLES = msToSamples(5);

interface Clip {
  readonly samples: Int16Array;
  /** Samples that have been read. */
  position: number;
}

/** Reads a clip frame by frame. It begins and ends without a click, however it is cut, and where another takes its place. */
export class ClipReader {
  #clip: Clip | undefined;
  /** Fades out within the next frame. */
  #tail: Clip | undefined;

  /** Whether there is something of a clip to come; the end of one that was stopped is none. */
  get playing(): boolean {
    return this.#clip !== undefined;
  }

  /** @param samples 48 kHz, mono; not to be changed any more. */
  play(samples: Int16Array): void {
    this.stop();
    if (samples.length > 0) this.#clip = { samples, position: 0 };
  }

  /** Fades out what plays. */
  stop(): void {
    // What begins and is stopped within one frame was not heard.
    if (this.#clip !== undefined && this.#clip.position > 0) this.#tail = this.#clip;
    this.#clip = undefined;
  }

  /** Ends without a fade: for where nothing is heard of it any more. */
  clear(): void {
    this.#clip = undefined;
    this.#tail = undefined;
  }

  /** The next 960 samples, of the caller's own; undefined for silence. */
  next(): Float32Array | undefined {
    if (this.#clip === undefined && this.#tail === undefined) return undefined;
    const frame = new Float32Array(FRAME_SAMPLES);
    if (this.#tail !== undefined) {
      const { samples, position } = this.#tail;
      for (let i = 0; i < FADE_SAMPLES; i++) frame[i] = sampleAt(samples, position + i) * (1 - (i + 1) / FADE_SAMPLES);
      this.#tail = undefined;
    }
    if (this.#clip !== undefined) this.#read(this.#clip, frame);
    return frame;
  }

  #read(clip: Clip, frame: Float32Array): void {
    const { samples, position } = clip;
    for (let i = 0; i < FRAME_SAMPLES; i++) frame[i] = (frame[i] ?? 0) + sampleAt(samples, position + i);
    clip.position += FRAME_SAMPLES;
    if (clip.position >= samples.length) this.#clip = undefined;
  }
}

/** With the clip's own edges faded. */
function sampleAt(samples: Int16Array, index: number): number {
  const edge = Math.min(1, index / FADE_SAMPLES, (samples.length - 1 - index) / FADE_SAMPLES);
  return edge > 0 ? ((samples[index] ?? 0) / 32_768) * edge : 0;
}
