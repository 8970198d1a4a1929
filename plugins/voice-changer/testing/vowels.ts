import { SAMPLE_RATE_HZ } from '@switchboard/protocol';

/** Of an open vowel (Peterson and Barney, JASA 24, 1952): frequency and bandwidth in Hz. */
const FORMANTS = [
  [700, 80],
  [1200, 90],
  [2600, 120],
] as const;
const PEAK = 0.5;

/** A voice that holds one vowel: pulses through three resonators. */
export function vowel(pitchHz: number, seconds: number): Float32Array {
  const samples = Float32Array.from({ length: seconds * SAMPLE_RATE_HZ }, (_, i) =>
    Math.floor((i * pitchHz) / SAMPLE_RATE_HZ) > Math.floor(((i - 1) * pitchHz) / SAMPLE_RATE_HZ) ? 1 : 0,
  );
  for (const [frequencyHz, bandwidthHz] of FORMANTS) resonate(samples, frequencyHz, bandwidthHz);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => (sample / peak) * PEAK);
}

function resonate(samples: Float32Array, frequencyHz: number, bandwidthHz: number): void {
  const radius = Math.exp((-Math.PI * bandwidthHz) / SAMPLE_RATE_HZ);
  const turn = 2 * radius * Math.cos((2 * Math.PI * frequencyHz) / SAMPLE_RATE_HZ);
  let [before, earlier] = [0, 0];
  for (const [i, sample] of samples.entries()) {
    const next = sample + turn * before - radius * radius * earlier;
    [before, earlier] = [next, before];
    samples[i] = next;
  }
}

/** How alike a sound and itself `lag` samples later are, −1 to 1. */
export function likeness(sound: Float32Array, lag: number): number {
  let [product, power, later] = [0, 0, 0];
  for (let i = lag; i < sound.length; i++) {
    const [a, b] = [sound[i] ?? 0, sound[i - lag] ?? 0];
    product += a * b;
    power += a * a;
    later += b * b;
  }
  return product / Math.sqrt(power * later + Number.EPSILON);
}

/** The pitch in Hz of its first 0.2 s: the shortest time after which the sound is nearly what it was, between 50 and 800 Hz. */
export function pitchOf(whole: Float32Array): number {
  const sound = whole.subarray(0, SAMPLE_RATE_HZ / 5);
  const [shortest, longest] = [SAMPLE_RATE_HZ / 800, SAMPLE_RATE_HZ / 50];
  const scores = Array.from({ length: longest + 1 }, (_, lag) => (lag < shortest ? 0 : likeness(sound, lag)));
  const nearly = 0.93 * Math.max(...scores);
  const lag = scores.findIndex(
    (score, i) => score >= nearly && score >= (scores[i - 1] ?? 0) && score >= (scores[i + 1] ?? 0),
  );
  return SAMPLE_RATE_HZ / lag;
}

/** In dBFS. */
export function levelOf(sound: Float32Array): number {
  return 10 * Math.log10(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
}

/** The largest change from one sample to the next: a click is one that the voice itself has not. */
export function largestStep(sound: Float32Array): number {
  let most = 0;
  for (let i = 1; i < sound.length; i++) most = Math.max(most, Math.abs((sound[i] ?? 0) - (sound[i - 1] ?? 0)));
  return most;
}
