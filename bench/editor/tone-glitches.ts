/** Finds what is wrong in a steady tone: a hole, a jump, a repetition. Nothing here knows where the tone came from. */

import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';

/** Whole periods fit into a window. */
const TONE_HZ = 500;
const WINDOW_SAMPLES = SAMPLE_RATE_HZ / 100;
/** A codec and resamplers move a steady tone by less than half of either (see the tests); a sample lost in 1.8 ms of sound shows. */
const LEVEL_TOLERANCE = 10 ** (3 / 20);
const PHASE_TOLERANCE_RAD = 0.35;
/** What is wrong within this of each other is one glitch. */
const MERGE_WINDOWS = 20;

export interface Glitch {
  readonly atSamples: number;
  readonly lengthSamples: number;
}

/** @returns a steady tone */
export function tone(seconds: number, amplitude: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * SAMPLE_RATE_HZ) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * TONE_HZ * i) / SAMPLE_RATE_HZ),
  );
}

/**
 * @param samples in which the tone sounds from beginning to end
 * @throws RangeError if there is no tone in most of it
 */
export function toneGlitches(samples: Float32Array): Glitch[] {
  const windows = Array.from({ length: Math.floor(samples.length / WINDOW_SAMPLES) }, (_, i) =>
    toneIn(samples.subarray(i * WINDOW_SAMPLES, (i + 1) * WINDOW_SAMPLES)),
  );
  const usual = medianOf(windows.map(({ amplitude }) => amplitude));
  if (!(usual > 1e-3)) throw new RangeError('There is no tone');
  const bad = windows.flatMap(({ amplitude, phase }, i) => {
    const before = windows[i - 1] ?? { phase };
    const isLevel = amplitude > usual / LEVEL_TOLERANCE && amplitude < usual * LEVEL_TOLERANCE;
    return isLevel && Math.abs(wrapped(phase - before.phase)) < PHASE_TOLERANCE_RAD ? [] : [i];
  });
  const glitches: { first: number; last: number }[] = [];
  for (const window of bad) {
    const current = glitches.at(-1);
    if (current !== undefined && window - current.last <= MERGE_WINDOWS) current.last = window;
    else glitches.push({ first: window, last: window });
  }
  return glitches.map(({ first, last }) => ({
    atSamples: first * WINDOW_SAMPLES,
    lengthSamples: (last - first + 1) * WINDOW_SAMPLES,
  }));
}

/** Whole periods: where the window begins turns the phase by nothing. */
function toneIn(window: Float32Array): { amplitude: number; phase: number } {
  let [re, im] = [0, 0];
  for (const [i, sample] of window.entries()) {
    const angle = (2 * Math.PI * TONE_HZ * i) / SAMPLE_RATE_HZ;
    re += sample * Math.cos(angle);
    im -= sample * Math.sin(angle);
  }
  return { amplitude: (2 * Math.hypot(re, im)) / window.length, phase: Math.atan2(im, re) };
}

function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
