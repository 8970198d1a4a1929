/**
 * Splits sound into three bands that add up to it again: crossovers of fourth order (S. H. Linkwitz, R. J. Riley, "Active
 * Crossover Networks for Noncoincident Drivers", JAES 24(1), 1976), whose sum has a flat magnitude and only turns the phase.
 * They need no look-ahead.
 */

import { SAMPLE_RATE_HZ } from './frame.ts';

/** Where the bands meet: below, where a voice has its pitch and first formant; above, where it only hisses. */
const CROSSOVERS_HZ = [1_000, 4_000] as const;

/** A section of second order, direct form II transposed. */
class Section {
  readonly #b0: number;
  readonly #b1: number;
  readonly #b2: number;
  readonly #a1: number;
  readonly #a2: number;
  #z1 = 0;
  #z2 = 0;

  constructor(b: readonly [number, number, number], a1: number, a2: number) {
    [this.#b0, this.#b1, this.#b2] = b;
    this.#a1 = a1;
    this.#a2 = a2;
  }

  run(input: Float32Array, output: Float32Array): void {
    let z1 = this.#z1;
    let z2 = this.#z2;
    for (let i = 0; i < input.length; i++) {
      const x = input[i] ?? 0;
      const y = this.#b0 * x + z1;
      z1 = this.#b1 * x - this.#a1 * y + z2;
      z2 = this.#b2 * x - this.#a2 * y;
      output[i] = y;
    }
    this.#z1 = z1;
    this.#z2 = z2;
  }
}

/** Butterworth's sections for a frequency, by the bilinear transform. Twice each is a Linkwitz–Riley crossover. */
function sectionsAt(frequencyHz: number) {
  const k = Math.tan((Math.PI * frequencyHz) / SAMPLE_RATE_HZ);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const a1 = 2 * (k * k - 1) * norm;
  const a2 = (1 - Math.SQRT2 * k + k * k) * norm;
  const low = k * k * norm;
  return {
    lowPass: () => new Section([low, 2 * low, low], a1, a2),
    highPass: () => new Section([norm, -2 * norm, norm], a1, a2),
    /** What both crossover halves together do to the phase. */
    allPass: () => new Section([a2, a1, 1], a1, a2),
  };
}

export class BandSplit {
  readonly #lowChain: readonly Section[];
  readonly #midChain: readonly Section[];
  readonly #highChain: readonly Section[];
  readonly #belowUpper: readonly Section[];

  constructor() {
    const lower = sectionsAt(CROSSOVERS_HZ[0]);
    const upper = sectionsAt(CROSSOVERS_HZ[1]);
    this.#belowUpper = [upper.lowPass(), upper.lowPass()];
    this.#lowChain = [lower.lowPass(), lower.lowPass()];
    this.#midChain = [lower.highPass(), lower.highPass()];
    this.#highChain = [upper.highPass(), upper.highPass(), lower.allPass()];
  }

  /**
   * @param samples the next stretch; not changed.
   * @param bands low, middle, high: as many samples each; overwritten.
   */
  split(samples: Float32Array, [low, mid, high]: readonly [Float32Array, Float32Array, Float32Array]): void {
    runThrough(this.#belowUpper, samples, low);
    runThrough(this.#midChain, low, mid);
    runThrough(this.#lowChain, low, low);
    runThrough(this.#highChain, samples, high);
  }
}

function runThrough(chain: readonly Section[], input: Float32Array, output: Float32Array): void {
  let from = input;
  for (const section of chain) {
    section.run(from, output);
    from = output;
  }
}
