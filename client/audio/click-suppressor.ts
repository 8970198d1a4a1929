/**
 * Takes the clicks of a keyboard out of what the microphone hears while somebody types.
 *
 * A click differs from speech by how it comes: it is there within a millisecond, in the middle and high bands at once, and
 * gone after some ten. So where both jump, no band may grow faster than a certain slope, and little is left of the click
 * when it is over; a consonant that goes on is soon let through. While a voice is heard (voicing.ts), the slope starts from
 * what that voice lately had in the band, so that its own consonants pass, and its lowest band is left alone.
 *
 * Nothing looks beyond the frame: no delay is added. Within the frame, the gain is down before the click comes.
 */

import { BandSplit } from './band-split.ts';
import { SlopeLimiter, type Slopes } from './click-suppressor-slopes.ts';
import { FRAME_SAMPLES } from './frame.ts';
import { Voicing } from './voicing.ts';

/** Frames in a row that must be voiced to be taken for a voice. A struck desk can look like one for a single frame. */
const VOICED_FRAMES = 2;
/** Frames for which a voice counts as heard after it was: consonants and the gaps of speech, 240 ms. */
const VOICE_HOLD_FRAMES = 12;

/* Measured, docs/adr/020: steeper slopes leave more of the click, gentler ones take more of the speech. */
const NO_VOICE: Slopes = [
  { riseDb: 1.5, fallDb: 2, always: false },
  { riseDb: 1.5, fallDb: 2, always: false },
  { riseDb: 1.5, fallDb: 2, always: false },
];
const LOW_LEFT_ALONE = { riseDb: Infinity, fallDb: 0.15, always: false };
/** A voice hisses little above 4 kHz while it sounds, and its hisses come slowly: what jumps there is a click. */
const HIGH_WITH_VOICE = { riseDb: 2, fallDb: 0.6, always: true };
const VOICED: Slopes = [LOW_LEFT_ALONE, { riseDb: 6, fallDb: 0.15, always: false }, HIGH_WITH_VOICE];
const BETWEEN_VOICED: Slopes = [LOW_LEFT_ALONE, { riseDb: 3, fallDb: 0.6, always: false }, HIGH_WITH_VOICE];

/** Everything that remembers; made anew whenever somebody begins to type. */
interface Memory {
  readonly split: BandSplit;
  readonly voicing: Voicing;
  readonly limiter: SlopeLimiter;
  /** Frames for which a voice counts as heard. */
  voiceLeft: number;
}

export class ClickSuppressor {
  readonly #low = new Float32Array(FRAME_SAMPLES);
  readonly #mid = new Float32Array(FRAME_SAMPLES);
  readonly #high = new Float32Array(FRAME_SAMPLES);
  #raised = false;
  #memory: Memory | undefined;
  /** How much of the latest frame's end was what comes out of the bands. */
  #share = 0;

  /** Whether a voice is in the latest frame or the quarter second before it. True where none is looked for. */
  get hearsVoice(): boolean {
    return this.#memory === undefined || this.#memory.voiceLeft > 0;
  }

  /** While not raised, frames pass bit for bit. A change is faded over the next frame. */
  setRaised(raised: boolean): void {
    this.#raised = raised;
  }

  /**
   * Changes a frame in place.
   *
   * @param frame 960 samples, all finite.
   */
  process(frame: Float32Array): void {
    if (!this.#raised && this.#memory === undefined) return;
    this.#memory ??= { split: new BandSplit(), voicing: new Voicing(), limiter: new SlopeLimiter(), voiceLeft: 0 };
    const { split, limiter } = this.#memory;
    const bands = [this.#low, this.#mid, this.#high] as const;
    split.split(frame, bands);
    limiter.apply(bands, this.#listen(this.#memory));
    this.#mix(frame);
    if (!this.#raised) this.#memory = undefined;
  }

  #listen(memory: Memory): Slopes {
    const { voicing } = memory;
    voicing.push(this.#low);
    if (voicing.frames >= VOICED_FRAMES) memory.voiceLeft = VOICE_HOLD_FRAMES;
    else memory.voiceLeft = Math.max(0, memory.voiceLeft - 1);
    if (voicing.frames > 0) return VOICED;
    return memory.voiceLeft > 0 ? BETWEEN_VOICED : NO_VOICE;
  }

  #mix(frame: Float32Array): void {
    const from = this.#share;
    this.#share = this.#raised ? 1 : 0;
    const step = (this.#share - from) / FRAME_SAMPLES;
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      const share = from + step * (i + 1);
      const sum = (this.#low[i] ?? 0) + (this.#mid[i] ?? 0) + (this.#high[i] ?? 0);
      frame[i] = share * sum + (1 - share) * (frame[i] ?? 0);
    }
  }
}
