/**
 * Finds clicks in a recording: places where the waveform breaks. STOI does not hear them; people do.
 *
 * A break has energy at all frequencies, speech hardly any above 16 kHz: what stands out there is a break. (Second
 * differences of the waveform itself also stand out at every opening of the glottis.) Measured on human and made speech,
 * before and after Opus: nothing above 14; steps of 0.005 of full scale 52 and more, wherever they are.
 */

import { SAMPLE_RATE_HZ, dbfsToAmplitude, msToSamples } from '../../client/audio/frame.ts';
import { parabolicPeak } from './locator.ts';

export interface Click {
  readonly positionSamples: number;
  /** Peak above 16 kHz over the level there around it. */
  readonly prominence: number;
}

const CLICK_PROMINENCE = 25;

const HIGH_PASS_HZ = 16_000;
const HIGH_PASS_REACH = 24;
/** The local level is that of this much on either side… */
const CONTEXT_SAMPLES = msToSamples(8);
/** … without what belongs to the click itself. */
const GUARD_SAMPLES = msToSamples(0.5);
/** Level above 16 kHz that any recording is taken to have: that of 16-bit samples. */
const NOISE_FLOOR = dbfsToAmplitude(-97);
/** Breaks closer than this are one click. */
const MERGE_SAMPLES = msToSamples(2);

/** Delta minus a Hann-windowed sinc. */
const HIGH_PASS = Float64Array.from({ length: 2 * HIGH_PASS_REACH + 1 }, (_, i) => {
  const n = i - HIGH_PASS_REACH;
  const cutoff = (2 * HIGH_PASS_HZ) / SAMPLE_RATE_HZ;
  const window = 0.5 + 0.5 * Math.cos((Math.PI * n) / (HIGH_PASS_REACH + 1));
  return n === 0 ? 1 - cutoff : (-window * Math.sin(Math.PI * cutoff * n)) / (Math.PI * n);
});

function highPassed(samples: Float32Array): Float64Array {
  return Float64Array.from(samples, (_, i) => {
    if (i < HIGH_PASS_REACH || i >= samples.length - HIGH_PASS_REACH) return 0;
    let sum = 0;
    for (let k = 0; k < HIGH_PASS.length; k++) sum += HIGH_PASS[k]! * samples[i + k - HIGH_PASS_REACH]!;
    return sum;
  });
}

/** Mean square of any stretch in constant time. */
function levelMeter(values: Float64Array): (from: number, to: number) => number {
  const sums = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) sums[i + 1] = sums[i]! + value * value;
  return (from, to) => {
    const first = Math.max(0, from);
    const last = Math.min(values.length, to);
    return last > first ? (sums[last]! - sums[first]!) / (last - first) : 0;
  };
}

/** Clicks in order of time. Where the recording itself begins and ends is none. */
export function findClicks(samples: Float32Array, prominence: number = CLICK_PROMINENCE): Click[] {
  const high = highPassed(samples);
  const level = levelMeter(high);
  const clicks: Click[] = [];
  for (const [i, value] of high.entries()) {
    if (Math.abs(value) < prominence * NOISE_FLOOR) continue;
    // The louder side masks: the beginning of an s is not a break in the silence before it.
    const around = Math.max(
      level(i - CONTEXT_SAMPLES, i - GUARD_SAMPLES),
      level(i + GUARD_SAMPLES + 1, i + CONTEXT_SAMPLES),
    );
    const click = { positionSamples: i, prominence: Math.abs(value) / Math.max(Math.sqrt(around), NOISE_FLOOR) };
    if (click.prominence < prominence) continue;
    const last = clicks.at(-1);
    if (last === undefined || i - last.positionSamples >= MERGE_SAMPLES) clicks.push(click);
    else if (click.prominence > last.prominence) clicks[clicks.length - 1] = click;
  }
  return clicks;
}

/* Test impulses, for measuring delay from mouth to ear. */

/** A Gaussian burst of 2 kHz: loud enough to open a gate, and a speech codec passes it on as one peak. */
const BURST_HZ = 2_000;
const BURST_SIGMA_SAMPLES = msToSamples(0.5);
const BURST_AMPLITUDE = 0.9;
/** Smoothing that makes one peak of a burst. */
const ENVELOPE_SAMPLES = msToSamples(1);
/** An impulse stands out of the recording's loudest by no less than this. */
const IMPULSE_SHARE = 0.25;

/** Bursts centred at the given positions, in silence. */
export function impulseTrain(positionsSamples: readonly number[], length: number): Float32Array {
  const train = new Float32Array(length);
  const reach = 6 * BURST_SIGMA_SAMPLES;
  for (const position of positionsSamples) {
    for (let i = Math.max(0, Math.ceil(position - reach)); i < Math.min(length, position + reach); i++) {
      const t = i - position;
      const envelope = Math.exp(-(t * t) / (2 * BURST_SIGMA_SAMPLES ** 2));
      train[i]! += BURST_AMPLITUDE * envelope * Math.cos((2 * Math.PI * BURST_HZ * t) / SAMPLE_RATE_HZ);
    }
  }
  return train;
}

/** Power smoothed by a triangle: two box averages, one each way, so nothing is delayed. */
function smoothedPower(samples: Float32Array): Float64Array {
  const half = Math.floor(ENVELOPE_SAMPLES / 2);
  const box = (values: Float64Array): Float64Array => {
    const sums = new Float64Array(values.length + 1);
    for (const [i, value] of values.entries()) sums[i + 1] = sums[i]! + value;
    return values.map((_, i) => sums[Math.min(values.length, i + half + 1)]! - sums[Math.max(0, i - half)]!);
  };
  return box(box(Float64Array.from(samples, (sample) => sample * sample)));
}

/**
 * Where the impulses of `impulseTrain` are in a recording, in fractions of a sample (well below 1 ms), in order of time.
 *
 * @param minSpacingSamples impulses are never closer than this.
 */
export function findImpulses(samples: Float32Array, minSpacingSamples: number): number[] {
  const power = smoothedPower(samples);
  const threshold = IMPULSE_SHARE ** 2 * power.reduce((loudest, value) => Math.max(loudest, value), 0);
  const positions: number[] = [];
  let peak: number | undefined;
  for (const [i, value] of power.entries()) {
    if (threshold > 0 && value >= threshold && (peak === undefined || value > power[peak]!)) peak = i;
    if (peak !== undefined && i - peak >= minSpacingSamples / 2) {
      positions.push(peak + parabolicPeak(power[peak - 1] ?? 0, power[peak]!, power[peak + 1] ?? 0));
      peak = undefined;
    }
  }
  if (peak !== undefined)
    positions.push(peak + parabolicPeak(power[peak - 1] ?? 0, power[peak]!, power[peak + 1] ?? 0));
  return positions;
}
