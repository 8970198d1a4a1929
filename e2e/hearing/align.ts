/** Aligns a recording with what was spoken: where each stretch of it comes from, how loud, and how the clocks differ. */

import { meanSquare } from '../../client/audio/frame.ts';
import { Locator } from './locator.ts';

export interface AlignOptions {
  /** What was spoken is played over and over, and the recording starts anywhere in it. */
  readonly looped?: boolean;
  /** Length of the stretches that are aligned each by itself: delay may change at each talk spurt. */
  readonly segmentSamples?: number;
}

export interface AlignedSegment {
  /** Where in the recording it begins. */
  readonly startSamples: number;
  /** The recording is this much later than what was spoken: recorded[n + lag] ≈ gain · spoken[n]. In fractions. */
  readonly lagSamples: number;
  readonly gain: number;
  /** −1..1, 1 for a perfect copy. */
  readonly correlation: number;
  /** What was spoken in this stretch, as long as the segment; zeros where nothing was. */
  readonly spoken: Float32Array;
  readonly recorded: Float32Array;
}

export interface Alignment {
  /** Those of the segment that matches best. */
  readonly lagSamples: number;
  readonly gain: number;
  readonly correlation: number;
  /** How much slower the recorder's clock runs than the speaker's, in millionths; 0 if it cannot be told. */
  readonly driftPpm: number;
  readonly segments: readonly AlignedSegment[];
}

/** 2 s. */
const DEFAULT_SEGMENT_SAMPLES = 96_000;
/** Below this a match may be chance, for stretches of about 2 s. */
const RELIABLE_CORRELATION = 0.5;
/** A stretch this much weaker than the whole recording holds no speech to align. */
const SILENT_SHARE = 1e-3;
/** Clocks differ by less than 1,000 ppm; two lags further apart than that are a jump, not drift. */
const MAX_DRIFT = 1e-3;

function repeated(samples: Float32Array, atLeast: number): Float32Array {
  const whole = new Float32Array(Math.ceil(atLeast / samples.length) * samples.length);
  for (let start = 0; start < whole.length; start += samples.length) whole.set(samples, start);
  return whole;
}

function stretch(samples: Float32Array, start: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => samples[start + i] ?? 0);
}

/** Starts of as many equal stretches as fit; a recording shorter than one is one. */
function segmentStarts(length: number, segment: number): number[] {
  return Array.from({ length: Math.max(1, Math.floor(length / segment)) }, (_, i) => i * segment);
}

/** Median slope of lag over time among reliable segments (Theil–Sen): a jump of the delay does not bend it. */
function driftOf(segments: readonly AlignedSegment[]): number {
  const reliable = segments.filter(({ correlation }) => correlation > RELIABLE_CORRELATION);
  const slopes = reliable
    .flatMap((a, i) =>
      reliable.slice(i + 1).map((b) => (b.lagSamples - a.lagSamples) / (b.startSamples - a.startSamples)),
    )
    .filter((slope) => Math.abs(slope) < MAX_DRIFT)
    .sort((a, b) => a - b);
  return slopes.length === 0 ? 0 : slopes[slopes.length >> 1]! * 1e6;
}

/**
 * @param spoken mono 48 kHz, as is `recorded`.
 * @throws RangeError if either is empty or the recording is silent.
 */
export function align(spoken: Float32Array, recorded: Float32Array, options: AlignOptions = {}): Alignment {
  if (spoken.length === 0 || recorded.length === 0) throw new RangeError('Nothing to align');
  const segmentSamples = Math.min(recorded.length, options.segmentSamples ?? DEFAULT_SEGMENT_SAMPLES);
  const looped = options.looped ?? false;
  const haystack = looped ? repeated(spoken, spoken.length + segmentSamples) : spoken;
  const locator = new Locator(haystack, segmentSamples);
  const audible = SILENT_SHARE * meanSquare(recorded);
  const segments = segmentStarts(recorded.length, segmentSamples)
    .map((startSamples) => ({ startSamples, recorded: stretch(recorded, startSamples, segmentSamples) }))
    .filter((segment) => meanSquare(segment.recorded) > audible)
    .map((segment): AlignedSegment => {
      const { position, gain, correlation } = locator.find(segment.recorded);
      return {
        ...segment,
        lagSamples: segment.startSamples - position,
        gain,
        correlation,
        spoken: stretch(haystack, Math.round(position), segmentSamples),
      };
    });
  if (segments.length === 0) throw new RangeError('The recording is silent');
  const unwrapped = looped ? unwrap(segments, spoken.length) : segments;
  const best = unwrapped.reduce((a, b) => (b.correlation > a.correlation ? b : a));
  return {
    lagSamples: best.lagSamples,
    gain: best.gain,
    correlation: best.correlation,
    driftPpm: driftOf(unwrapped),
    segments: unwrapped,
  };
}

/** In a loop a lag is known up to whole periods: the first is taken into one period, the others next to it. */
function unwrap(segments: readonly AlignedSegment[], period: number): AlignedSegment[] {
  const best = segments.reduce((a, b) => (b.correlation > a.correlation ? b : a));
  const reference = ((best.lagSamples % period) + period) % period;
  return segments.map((segment) => ({
    ...segment,
    lagSamples: segment.lagSamples - Math.round((segment.lagSamples - reference) / period) * period,
  }));
}
