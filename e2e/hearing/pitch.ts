/** The pitch of a voice, moment by moment: of what is voiced, not of s and t. */

import { SAMPLE_RATE_HZ, meanSquare, msToSamples, powerToDbfs } from '../../client/audio/frame.ts';
import { resample } from '../../client/audio/resample.ts';
import { fftLength, spectrumOf } from './fft.ts';

/** High enough for 1 % of pitch, with the vertex between samples. */
const RATE_HZ = 12_000;
const WINDOW_MS = 60;
const HOP_MS = 20;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 400;
const AUDIBLE_DBFS = -45;
/** Of a voiced sound and itself one period later. */
const VOICED = 0.7;
/** A sound is as much like itself after two periods as after one: the shortest of nearly the best. */
const NEARLY = 0.93;

/** The pitches in Hz of all that is voiced in a recording (mono, 48 kHz), in order of time. */
export function pitchesOf(samples: Float32Array): number[] {
  const window = msToSamples(WINDOW_MS);
  const hop = msToSamples(HOP_MS);
  const found: number[] = [];
  for (let from = 0; from + window <= samples.length; from += hop) {
    const part = samples.subarray(from, from + window);
    if (powerToDbfs(meanSquare(part)) < AUDIBLE_DBFS) continue;
    const pitch = pitchOf(resample(part, SAMPLE_RATE_HZ, RATE_HZ));
    if (pitch !== undefined) found.push(pitch);
  }
  return found;
}

/** How much of what is voiced has this pitch, within half a semitone: 0 to 1, and 0 where nothing is. */
export function shareOfPitch(pitchHz: number, samples: Float32Array): number {
  const pitches = pitchesOf(samples);
  const near = pitches.filter((each) => Math.abs(12 * Math.log2(each / pitchHz)) < 0.5);
  return near.length / Math.max(1, pitches.length);
}

function pitchOf(part: Float32Array): number | undefined {
  const shortest = Math.floor(RATE_HZ / HIGHEST_HZ);
  const longest = Math.ceil(RATE_HZ / LOWEST_HZ);
  const scores = Array.from({ length: longest + 2 }, (_, lag) => (lag < shortest ? -1 : likeness(part, lag)));
  const best = Math.max(...scores);
  if (best < VOICED) return undefined;
  const lag = scores.findIndex(
    (score, i) => score >= NEARLY * best && score >= (scores[i - 1] ?? -1) && score >= (scores[i + 1] ?? -1),
  );
  return lag <= shortest ? undefined : RATE_HZ / lag;
}

/** −1 to 1. */
function likeness(part: Float32Array, lag: number): number {
  let [product, power, later] = [0, 0, 0];
  for (let i = lag; i < part.length; i++) {
    const [a, b] = [part[i - lag]!, part[i]!];
    product += a * b;
    power += a * a;
    later += b * b;
  }
  return product / Math.sqrt(power * later + Number.EPSILON);
}

/** Of the whole sound, the frequency in Hz that has the most power. */
export function strongestHz(samples: Float32Array): number {
  const length = fftLength(samples.length);
  const { re, im } = spectrumOf(samples, length);
  const powers = Array.from({ length: length / 2 }, (_, bin) => re[bin]! ** 2 + im[bin]! ** 2);
  const most = powers.reduce((best, power, bin) => (power > powers[best]! ? bin : best), 0);
  return (most * SAMPLE_RATE_HZ) / length;
}
