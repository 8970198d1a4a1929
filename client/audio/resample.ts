/**
 * Offline sample rate conversion by a windowed sinc, as a polyphase filter: exact for any usual ratio, linear in phase, no
 * delay. For files and measurements; live sound is converted by the platform or in the DSP stage.
 */

/** Zero crossings of the sinc on each side. With the window below: flat to 0.8 of the lower Nyquist frequency, −95 dB from it on. */
const ZERO_CROSSINGS = 32;
/** Kaiser window, about 100 dB of stop band (Kaiser 1974: β = 0.1102 (A − 8.7)). */
const KAISER_BETA = 10.06;
/** −6 dB point, so far below the lower Nyquist frequency that the transition band ends there. */
const CUTOFF = 0.9;
/**
 * Rates that people use need at most 640 phases (11,025 → 48,000). An odd rate would need tens of thousands; its phases
 * are rounded to this many, which costs no more than −77 dB of noise at 10 kHz.
 */
const MAX_PHASES = 4_800;

function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const KAISER_NORM = besselI0(KAISER_BETA);

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The low-pass kernel in input samples, for one conversion by `up / down`. */
class Kernel {
  readonly halfWidth: number;
  readonly #cutoff: number;
  readonly #up: number;
  readonly #phases: number;
  readonly #rows = new Map<number, Float64Array>();

  constructor(up: number, down: number) {
    this.#cutoff = CUTOFF * Math.min(1, up / down);
    this.halfWidth = Math.ceil(ZERO_CROSSINGS / this.#cutoff);
    this.#up = up;
    this.#phases = Math.min(up, MAX_PHASES);
  }

  /**
   * Coefficients for an output sample that lies `numerator / up` after an input sample: for that one, the
   * `halfWidth − 1` before it and the `halfWidth` after it.
   */
  row(numerator: number): Float64Array {
    const phase = Math.round((numerator * this.#phases) / this.#up);
    let row = this.#rows.get(phase);
    if (row === undefined) {
      row = this.#compute(phase / this.#phases);
      this.#rows.set(phase, row);
    }
    return row;
  }

  #compute(fraction: number): Float64Array {
    const row = Float64Array.from({ length: 2 * this.halfWidth }, (_, i) => {
      const distance = i - (this.halfWidth - 1) - fraction;
      const position = distance / this.halfWidth;
      if (Math.abs(position) >= 1) return 0;
      const window = besselI0(KAISER_BETA * Math.sqrt(1 - position * position)) / KAISER_NORM;
      return sinc(distance * this.#cutoff) * window;
    });
    // Exactly 1 at frequency 0, in every phase: a constant stays a constant.
    const sum = row.reduce((total, coefficient) => total + coefficient, 0);
    return row.map((coefficient) => coefficient / sum);
  }
}

/**
 * @param samples mono, taken as preceded and followed by silence.
 * @param fromHz whole number above 0, as is `toHz`.
 * @returns `ceil(length · toHz / fromHz)` samples; the same samples copied if the rates are equal.
 * @throws RangeError on a rate that is no whole number above 0.
 */
export function resample(samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  if (!(Number.isInteger(fromHz) && Number.isInteger(toHz) && fromHz > 0 && toHz > 0)) {
    throw new RangeError('Sample rates are whole numbers above 0');
  }
  if (fromHz === toHz) return samples.slice();
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  const kernel = new Kernel(up, down);
  const output = new Float32Array(Math.ceil((samples.length * up) / down));
  for (let n = 0; n < output.length; n++) {
    const position = n * down;
    const row = kernel.row(position % up);
    const start = Math.floor(position / up) - (kernel.halfWidth - 1);
    const end = Math.min(samples.length - start, row.length);
    let sum = 0;
    for (let i = Math.max(0, -start); i < end; i++) sum += (samples[start + i] ?? 0) * (row[i] ?? 0);
    output[n] = sum;
  }
  return output;
}
