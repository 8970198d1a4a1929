import { ClipReader } from './clip-reader.ts';
import { FRAME_SAMPLES, msToSamples } from './frame.ts';
import { Limiter, LIMITER_DELAY_SAMPLES } from './limiter.ts';
import { crossFade } from './seam.ts';

const FADE_SAMPLES = msToSamples(5);

/** Whether the microphone is to be heard: a clip opens no microphone. */
export interface MicrophoneShare {
  /** At the end of the frame before. */
  readonly before: boolean;
  readonly during: boolean;
  /** At the frame's own end. */
  readonly after: boolean;
}

/**
 * Mixes a clip into what the microphone says. Both are limited together, which takes half a millisecond: at either end the
 * limited sound and the one that is not are faded into each other, and while no clip plays nothing is limited or delayed.
 */
export class ClipMixer {
  readonly #reader = new ClipReader();
  #limiter: Limiter | undefined;

  /** Whether the next frame is to be mixed. */
  get active(): boolean {
    return this.#reader.playing || this.#limiter !== undefined;
  }

  /** Whether something of the clip is to come. */
  get playing(): boolean {
    return this.#reader.playing;
  }

  /** Replaces one that plays. @param samples 48 kHz, mono; not to be changed any more. */
  play(samples: Int16Array): void {
    this.#reader.play(samples);
  }

  /** Ends the clip where nothing of it is heard any more. */
  stop(): void {
    this.#reader.clear();
    this.#limiter = undefined;
  }

  /** What was sent was broken off. The next frame begins out of silence, with the rest of the clip. */
  restart(): void {
    this.#limiter = undefined;
  }

  /** The next 20 ms, of the caller's own. */
  mix(microphone: Float32Array, share: MicrophoneShare): Float32Array {
    const voice = shared(microphone, share);
    const clip = this.#reader.next();
    const mixed = clip === undefined ? voice.slice() : summed(clip, voice);
    const begins = this.#limiter === undefined;
    this.#limiter ??= new Limiter();
    this.#limiter.process(mixed);
    if (clip === undefined) {
      this.#limiter = undefined;
      crossFade(mixed, voice);
      return voice;
    }
    // Its first samples out are the look-ahead's silence.
    if (begins) crossFade(voice, mixed, LIMITER_DELAY_SAMPLES);
    return mixed;
  }

  /** Lets the last frame of a talk spurt fall to silence, in place. What is left of the clip begins anew after it. */
  end(samples: Float32Array): void {
    fadeOut(samples);
    this.#limiter = undefined;
  }
}

function shared(microphone: Float32Array, { before, during, after }: MicrophoneShare): Float32Array {
  if (!during) return new Float32Array(FRAME_SAMPLES);
  const voice = microphone.slice();
  if (!before) for (let i = 0; i < FADE_SAMPLES; i++) voice[i] = ((voice[i] ?? 0) * (i + 1)) / FADE_SAMPLES;
  if (!after) fadeOut(voice);
  return voice;
}

/** Into the first. */
function summed(into: Float32Array, other: Float32Array): Float32Array {
  for (let i = 0; i < FRAME_SAMPLES; i++) into[i] = (into[i] ?? 0) + (other[i] ?? 0);
  return into;
}

function fadeOut(frame: Float32Array): void {
  for (let i = 0; i < FADE_SAMPLES; i++) {
    const at = FRAME_SAMPLES - 1 - i;
    frame[at] = ((frame[at] ?? 0) * i) / FADE_SAMPLES;
  }
}
