import { SAMPLE_RATE_HZ, dbfsToAmplitude } from '../frame.ts';
import { seeded } from './sounds.ts';

/** A ringing part of a key's sound: noise through a resonance, dying away. */
interface Partial {
  readonly frequencyHz: number;
  readonly width: number;
  readonly decayMs: number;
  readonly share: number;
}

const DOUBLE_PI = 2 * Math.PI;

/** Adds one stroke against something: noise through a resonance, there within half a millisecond, dying away. */
function strike(into: Float32Array, startSample: number, gain: number, partial: Partial, random: () => number): void {
  const { frequencyHz, width, decayMs, share } = partial;
  const radius = Math.exp((-Math.PI * width) / SAMPLE_RATE_HZ);
  const a1 = -2 * radius * Math.cos((DOUBLE_PI * frequencyHz) / SAMPLE_RATE_HZ);
  const a2 = radius * radius;
  const decay = (decayMs * SAMPLE_RATE_HZ) / 1000;
  const length = Math.min(Math.round(8 * decay), into.length - startSample);
  const ringing = new Float32Array(Math.max(0, length));
  let y1 = 0;
  let y2 = 0;
  let energy = 0;
  for (let i = 0; i < ringing.length; i++) {
    const x = (2 * random() - 1) * Math.exp(-i / decay) * Math.min(1, i / 24);
    const y = x - a1 * y1 - a2 * y2;
    y2 = y1;
    y1 = y;
    ringing[i] = y;
    energy += y * y;
  }
  const scale = (gain * share) / Math.sqrt(energy / decay);
  for (const [i, sample] of ringing.entries()) into[startSample + i]! += scale * sample;
}

/**
 * A key's sound, its peak 1: the finger's touch, the stroke on the bottom 5 to 20 ms later, and 70 to 130 ms later the weaker
 * release; each a handful of resonances between 1 and 9 kHz, a thump of the desk, and what the room gives back.
 */
function keyStroke(random: () => number): Float32Array {
  const between = (low: number, high: number): number => low + (high - low) * random();
  const samples = new Float32Array(0.4 * SAMPLE_RATE_HZ);
  const resonances = Array.from({ length: 3 }, () => ({
    frequencyHz: between(1_200, 8_000),
    width: between(500, 2_500),
    decayMs: between(1.5, 5),
    share: between(0.4, 1),
  }));
  const body: Partial[] = [
    ...resonances,
    { frequencyHz: between(90, 300), width: 60, decayMs: between(5, 12), share: between(0, 0.35) },
    // The room: faint, but longer.
    { frequencyHz: between(800, 3_000), width: 3_000, decayMs: between(20, 40), share: 0.06 },
  ];
  const strokes = [
    { atMs: 0, gain: between(0.2, 0.6) },
    { atMs: between(5, 20), gain: 1 },
    { atMs: between(70, 130), gain: between(0.3, 0.6) },
  ];
  for (const { atMs, gain } of strokes) {
    const start = Math.round((atMs * SAMPLE_RATE_HZ) / 1000);
    for (const partial of body) strike(samples, start, gain, partial, random);
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => sample / peak);
}

/**
 * Somebody types, seven keys a second with pauses between words: deterministic for a seed.
 *
 * @param peakDbfs of the loudest keys; the others are up to 8 dB weaker.
 */
export function typing(seed: number, peakDbfs: number, length: number): Float32Array {
  const random = seeded(seed);
  const samples = new Float32Array(length);
  let at = 0.05 * SAMPLE_RATE_HZ;
  while (at < length) {
    const stroke = keyStroke(random);
    const gain = dbfsToAmplitude(peakDbfs - 8 * random());
    for (let i = 0; i < stroke.length && Math.round(at) + i < length; i++) {
      samples[Math.round(at) + i]! += gain * stroke[i]!;
    }
    at += (random() < 0.15 ? 0.25 + 0.4 * random() : 0.08 + 0.12 * random()) * SAMPLE_RATE_HZ;
  }
  return samples;
}
