/**
 * Finds a stretch of sound in another by normalised cross-correlation: coarsely at 12 kHz by FFT over every lag, then to
 * the sample, and between samples, at the full rate.
 */

import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import { resample } from '../../client/audio/resample.ts';
import { fftLength, inverseFft, spectrumOf, type Spectrum } from './fft.ts';

const COARSE_RATE_HZ = 12_000;
const COARSE_STEP = SAMPLE_RATE_HZ / COARSE_RATE_HZ;
/** How far the coarse peak may be off, in full-rate samples. */
const REFINE_SAMPLES = 2 * COARSE_STEP;
/** Stretches this much weaker than the strongest are not matched: there, any noise would look alike. */
const ENERGY_FLOOR = 1e-4;

export interface Match {
  /** Where in the haystack the needle begins, in fractions of a sample; negative if its beginning is missing there. */
  readonly position: number;
  /** What the haystack's sound must be multiplied by to become the needle. */
  readonly gain: number;
  /** −1..1, 1 for a perfect copy. */
  readonly correlation: number;
}

const NO_MATCH: Match = { position: 0, gain: 0, correlation: 0 };

/** Running sums of squares: the energy of any stretch in one subtraction. */
function cumulativeEnergy(samples: Float32Array): Float64Array {
  const sums = new Float64Array(samples.length + 1);
  for (const [i, sample] of samples.entries()) sums[i + 1] = sums[i]! + sample * sample;
  return sums;
}

function dotAt(needle: Float32Array, haystack: Float32Array, position: number): { dot: number; energy: number } {
  let dot = 0;
  let energy = 0;
  const end = Math.min(needle.length, haystack.length - position);
  for (let i = Math.max(0, -position); i < end; i++) {
    const other = haystack[position + i]!;
    dot += needle[i]! * other;
    energy += other * other;
  }
  return { dot, energy };
}

/** Vertex of the parabola through three neighbouring values, relative to the middle one. */
export function parabolicPeak(before: number, peak: number, after: number): number {
  const curvature = before - 2 * peak + after;
  return curvature < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / curvature)) : 0;
}

export class Locator {
  readonly #haystack: Float32Array;
  readonly #coarse: Float32Array;
  readonly #coarseEnergy: Float64Array;
  readonly #needleRoom: number;
  readonly #spectrum: Spectrum;

  /** @param maxNeedle longest needle that will be looked for, in samples. */
  constructor(haystack: Float32Array, maxNeedle: number) {
    this.#haystack = haystack;
    this.#coarse = resample(haystack, SAMPLE_RATE_HZ, COARSE_RATE_HZ);
    this.#coarseEnergy = cumulativeEnergy(this.#coarse);
    this.#needleRoom = Math.ceil(maxNeedle / COARSE_STEP) + 1;
    this.#spectrum = spectrumOf(this.#coarse, fftLength(this.#coarse.length + this.#needleRoom));
  }

  /**
   * The best match at any lag, parts of the needle hanging over either end included; or among positions from `from` to
   * `to`.
   */
  find(needle: Float32Array, from = -Infinity, to = Infinity): Match {
    const coarse = this.#coarsePosition(needle, from / COARSE_STEP, to / COARSE_STEP);
    return coarse === undefined ? NO_MATCH : this.#refine(needle, coarse * COARSE_STEP);
  }

  #coarsePosition(needle: Float32Array, from: number, to: number): number | undefined {
    const coarse = resample(needle, SAMPLE_RATE_HZ, COARSE_RATE_HZ);
    const scores = this.#correlations(coarse);
    const first = Math.max(-coarse.length + 1, Math.floor(from));
    const last = Math.min(this.#coarse.length - 1, Math.ceil(to));
    const floor = ENERGY_FLOOR * this.#loudestStretch(coarse.length);
    let best: number | undefined;
    let bestScore = 0;
    for (let position = first; position <= last; position++) {
      const dot = scores[(position + scores.length) % scores.length]!;
      const energy = this.#energyBetween(position, position + coarse.length);
      const score = dot / Math.sqrt(Math.max(energy, floor));
      if (score > bestScore) {
        bestScore = score;
        best = position;
      }
    }
    return best;
  }

  /** Dot products with the haystack at every lag; negative ones at the end. */
  #correlations(coarse: Float32Array): Float64Array {
    const { re, im } = spectrumOf(coarse, this.#spectrum.re.length);
    for (let k = 0; k < re.length; k++) {
      const [a, b] = [this.#spectrum.re[k]!, this.#spectrum.im[k]!];
      const [c, d] = [re[k]!, im[k]!];
      re[k] = a * c + b * d;
      im[k] = b * c - a * d;
    }
    inverseFft({ re, im });
    return re;
  }

  #energyBetween(from: number, to: number): number {
    const clamp = (index: number): number => Math.max(0, Math.min(this.#coarse.length, index));
    return this.#coarseEnergy[clamp(to)]! - this.#coarseEnergy[clamp(from)]!;
  }

  #loudestStretch(length: number): number {
    let loudest = 0;
    for (let from = 0; from < this.#coarse.length; from += length) {
      loudest = Math.max(loudest, this.#energyBetween(from, from + length));
    }
    return loudest;
  }

  #refine(needle: Float32Array, around: number): Match {
    const needleEnergy = dotAt(needle, needle, 0).energy;
    const at = (position: number): Match => {
      const { dot, energy } = dotAt(needle, this.#haystack, position);
      if (energy === 0 || needleEnergy === 0) return { ...NO_MATCH, position };
      return { position, gain: dot / energy, correlation: dot / Math.sqrt(needleEnergy * energy) };
    };
    const matches = Array.from({ length: 2 * REFINE_SAMPLES + 1 }, (_, i) => at(around - REFINE_SAMPLES + i));
    const best = matches.reduce((a, b) => (b.correlation > a.correlation ? b : a));
    const offset = parabolicPeak(
      at(best.position - 1).correlation,
      best.correlation,
      at(best.position + 1).correlation,
    );
    return { ...best, position: best.position + offset };
  }
}
