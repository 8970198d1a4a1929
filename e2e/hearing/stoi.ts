/**
 * How intelligible processed speech is, measured against the original: STOI (Taal, Hendriks, Heusdens, Jensen: "An
 * Algorithm for Intelligibility Prediction of Time–Frequency Weighted Noisy Speech", IEEE TASLP 2011) and ESTOI (Jensen,
 * Taal: "An Algorithm for Predicting the Intelligibility of Speech Masked by Modulated Noise Maskers", IEEE TASLP 2016).
 */

import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import { resample } from '../../client/audio/resample.ts';
import { spectrumOf } from './fft.ts';

const RATE_HZ = 10_000;
const FRAME = 256;
const HOP = FRAME / 2;
const FFT_LENGTH = 512;
const BANDS = 15;
const LOWEST_CENTRE_HZ = 150;
/** Frames of one segment: 384 ms. */
const SEGMENT = 30;
/** Frames this far below the loudest hold no speech. */
const DYNAMIC_RANGE_DB = 40;
/** Lower bound of the signal-to-distortion ratio: one bad moment doesn't count without end. */
const CLIPPING_DB = -15;
const CLIPPING = 1 + 10 ** (-CLIPPING_DB / 20);

/** Hann window without its zero ends, as in the authors' reference code. */
const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, n) => 0.5 * (1 - Math.cos((2 * Math.PI * (n + 1)) / (FRAME + 1))),
);

/** First and last (exclusive) FFT bin of each one-third octave band. */
const BAND_EDGES = Array.from({ length: BANDS }, (_, band) => {
  const bin = (exponent: number): number => Math.round((LOWEST_CENTRE_HZ * 2 ** (exponent / 3) * FFT_LENGTH) / RATE_HZ);
  return { from: bin(band - 0.5), to: bin(band + 0.5) };
});

export interface Intelligibility {
  /** 0..1; above 0.9 nearly every word is understood. */
  readonly stoi: number;
  /** Stricter where the distortion fluctuates. */
  readonly estoi: number;
}

function windowed(samples: Float32Array, start: number): Float64Array {
  return WINDOW.map((weight, n) => weight * (samples[start + n] ?? 0));
}

function frameStarts(length: number): number[] {
  // The reference code leaves out a last frame that fits exactly.
  return Array.from({ length: Math.max(0, Math.ceil((length - FRAME) / HOP)) }, (_, i) => i * HOP);
}

function overlapAdd(frames: readonly Float64Array[]): Float32Array {
  const sum = new Float32Array(frames.length === 0 ? 0 : (frames.length - 1) * HOP + FRAME);
  for (const [i, frame] of frames.entries()) {
    for (const [n, sample] of frame.entries()) sum[i * HOP + n] = (sum[i * HOP + n] ?? 0) + sample;
  }
  return sum;
}

/** Takes the frames out of both where the clean one is silent. */
function removeSilence(clean: Float32Array, processed: Float32Array): [Float32Array, Float32Array] {
  const frames = frameStarts(clean.length).map((start) => {
    const frame = windowed(clean, start);
    const energyDb = 20 * Math.log10(norm(frame) / Math.sqrt(FRAME) + Number.EPSILON);
    return { start, frame, energyDb };
  });
  const loudestDb = frames.reduce((loudest, { energyDb }) => Math.max(loudest, energyDb), -Infinity);
  const active = frames.filter(({ energyDb }) => energyDb > loudestDb - DYNAMIC_RANGE_DB);
  return [
    overlapAdd(active.map(({ frame }) => frame)),
    overlapAdd(active.map(({ start }) => windowed(processed, start))),
  ];
}

/** Amplitudes over time of each one-third octave band. */
function bandsOf(samples: Float32Array): Float64Array[] {
  const starts = frameStarts(samples.length);
  const bands = BAND_EDGES.map(() => new Float64Array(starts.length));
  for (const [m, start] of starts.entries()) {
    const { re, im } = spectrumOf(windowed(samples, start), FFT_LENGTH);
    for (const [band, { from, to }] of BAND_EDGES.entries()) {
      let energy = 0;
      for (let bin = from; bin < to; bin++) energy += re[bin]! ** 2 + im[bin]! ** 2;
      bands[band]![m] = Math.sqrt(energy);
    }
  }
  return bands;
}

function norm(vector: Float64Array): number {
  let energy = 0;
  for (const value of vector) energy += value * value;
  return Math.sqrt(energy);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** To mean 0 and norm 1, in place; to zeros if it doesn't vary. */
function normalise(vector: Float64Array): Float64Array {
  let sum = 0;
  for (const value of vector) sum += value;
  const average = sum / vector.length;
  for (let i = 0; i < vector.length; i++) vector[i]! -= average;
  const length = norm(vector) + Number.EPSILON;
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}

/** Equal energy, and no more above the clean one than the clipping allows, in place. */
function scaleAndClip(processed: Float64Array, clean: Float64Array): Float64Array {
  const scale = norm(clean) / (norm(processed) + Number.EPSILON);
  for (let m = 0; m < processed.length; m++) processed[m] = Math.min(processed[m]! * scale, clean[m]! * CLIPPING);
  return processed;
}

/** Mean correlation of the bands, each by itself, over one segment. */
function segmentStoi(clean: readonly Float64Array[], processed: readonly Float64Array[]): number {
  const correlations = clean.map((band, j) => {
    const other = scaleAndClip(processed[j]!.slice(), band);
    return dot(normalise(band.slice()), normalise(other));
  });
  return mean(correlations);
}

/** Bands normalised over time, then frames over bands; returned by frame. */
function framesOfNormalised(segment: readonly Float64Array[]): Float64Array[] {
  const rows = segment.map((band) => normalise(band.slice()));
  return Array.from({ length: SEGMENT }, (_, m) => normalise(Float64Array.from(rows, (row) => row[m]!)));
}

function segmentEstoi(clean: readonly Float64Array[], processed: readonly Float64Array[]): number {
  const others = framesOfNormalised(processed);
  return mean(framesOfNormalised(clean).map((frame, m) => dot(frame, others[m]!)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * @param clean what was said, mono.
 * @param processed what was heard, as many samples, aligned.
 * @throws RangeError if the lengths differ or less than 384 ms of speech is left.
 */
export function intelligibility(
  clean: Float32Array,
  processed: Float32Array,
  rateHz: number = SAMPLE_RATE_HZ,
): Intelligibility {
  if (clean.length !== processed.length) throw new RangeError('Both signals need the same length');
  const [x, y] = removeSilence(resample(clean, rateHz, RATE_HZ), resample(processed, rateHz, RATE_HZ));
  const cleanBands = bandsOf(x);
  const processedBands = bandsOf(y);
  const segments = Math.max(0, frameStarts(x.length).length - SEGMENT + 1);
  if (segments === 0) throw new RangeError('Too little speech to judge: 384 ms at least');
  const at = (bands: readonly Float64Array[], first: number): Float64Array[] =>
    bands.map((band) => band.subarray(first, first + SEGMENT));
  const pairs = Array.from(
    { length: segments },
    (_, first) => [at(cleanBands, first), at(processedBands, first)] as const,
  );
  return {
    stoi: mean(pairs.map(([a, b]) => segmentStoi(a, b))),
    estoi: mean(pairs.map(([a, b]) => segmentEstoi(a, b))),
  };
}
