/**
 * A soft peak limiter. It follows the peak envelope (at once up, slowly down), maps it onto a soft curve that stays below 1,
 * and reaches the gain that this takes half a millisecond ahead, on a smooth slope: nothing clicks. Where that is not
 * needed the samples pass untouched, bit for bit.
 *
 * Why look ahead at all: without, the gain bends where a peak outgrows the one before it, and three loud voices at once
 * crackle above 16 kHz (95 breaks in 8 s by the click detector of e2e/hearing; with 0.5 ms none).
 */

import { SAMPLE_RATE_HZ, dbfsToAmplitude } from './frame.ts';

/** What comes out is this much later than what went in: 0.5 ms. */
export const LIMITER_DELAY_SAMPLES = 24;

const THRESHOLD = dbfsToAmplitude(-3);
const HEADROOM = 1 - THRESHOLD;
/** Slow against a voice's pitch period (up to 12 ms), so the gain does not follow the waveform itself. */
const RELEASE_MS = 150;
const RELEASE = Math.exp(-1000 / (RELEASE_MS * SAMPLE_RATE_HZ));

/** Hann weights, summing to 1. */
const SLOPE = Float64Array.from(
  { length: LIMITER_DELAY_SAMPLES + 1 },
  (_, k) => (1 - Math.cos((2 * Math.PI * (k + 1)) / (LIMITER_DELAY_SAMPLES + 2))) / (LIMITER_DELAY_SAMPLES + 2),
);

/** Identity up to the threshold, from there bending smoothly towards 1. */
function curve(peak: number): number {
  return peak <= THRESHOLD ? peak : THRESHOLD + HEADROOM * Math.tanh((peak - THRESHOLD) / HEADROOM);
}

/** Least value of each `LIMITER_DELAY_SAMPLES + 1` neighbours. */
function slidingMinimum(values: Float64Array): Float64Array {
  return Float64Array.from({ length: values.length - LIMITER_DELAY_SAMPLES }, (_, i) => {
    let least = 1;
    for (let k = 0; k <= LIMITER_DELAY_SAMPLES; k++) least = Math.min(least, values[i + k] ?? 1);
    return least;
  });
}

export class Limiter {
  #envelope = 0;
  /** The samples that have not come out yet. */
  #pending = new Float32Array(LIMITER_DELAY_SAMPLES);
  /** Gains that their peaks, and those just before them, ask for. */
  #gains = new Float64Array(2 * LIMITER_DELAY_SAMPLES).fill(1);

  /** Limits in place, `LIMITER_DELAY_SAMPLES` late. What is not a finite number becomes 0. */
  process(samples: Float32Array): void {
    const { length } = samples;
    const input = new Float32Array(LIMITER_DELAY_SAMPLES + length);
    input.set(this.#pending);
    const gains = new Float64Array(2 * LIMITER_DELAY_SAMPLES + length);
    gains.set(this.#gains);
    for (const [i, sample] of samples.entries()) {
      const finite = Number.isFinite(sample) ? sample : 0;
      input[LIMITER_DELAY_SAMPLES + i] = finite;
      gains[2 * LIMITER_DELAY_SAMPLES + i] = this.#follow(Math.abs(finite));
    }
    this.#pending = input.slice(length);
    this.#gains = gains.slice(length);
    samples.set(input.subarray(0, length));
    if (gains.some((gain) => gain < 1)) applySmoothly(gains, samples);
  }

  #follow(peak: number): number {
    this.#envelope = Math.max(peak, this.#envelope * RELEASE);
    return this.#envelope > THRESHOLD ? curve(this.#envelope) / this.#envelope : 1;
  }
}

/**
 * Each sample gets an average of minima that all cover it. So its gain is never above the one that it asks for, and
 * changes no faster than the slope.
 */
function applySmoothly(gains: Float64Array, samples: Float32Array): void {
  const minima = slidingMinimum(gains);
  for (const [i, sample] of samples.entries()) {
    let gain = 0;
    for (let k = 0; k < SLOPE.length; k++) gain += (SLOPE[k] ?? 0) * (minima[i + k] ?? 1);
    samples[i] = sample * gain;
  }
}
