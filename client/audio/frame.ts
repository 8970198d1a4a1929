/**
 * A frame is 20 ms of mono sound: 960 float samples at 48 kHz, nominally within ±1. Everything between microphone
 * and loudspeaker works on such frames; the audio clock counts their samples (u32, wraps after 24.8 hours).
 */

import { SAMPLE_RATE_HZ } from '@switchboard/protocol';

export { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';

/** The level that says silence, in −dBov (RFC 6464, section 3). */
export const SILENCE_DBOV = 127;

/** dBFS of an amplitude or RMS value: 0 for 1, −∞ for 0. */
export function amplitudeToDbfs(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

/** The amplitude of a level in dBFS. */
export function dbfsToAmplitude(dbfs: number): number {
  return 10 ** (dbfs / 20);
}

/** dBFS of a mean square. */
export function powerToDbfs(power: number): number {
  return 10 * Math.log10(power);
}

/** The mean square of a level in dBFS. */
export function dbfsToPower(dbfs: number): number {
  return 10 ** (dbfs / 10);
}

/** Mean square of the samples: 1 for a full-scale square wave, 0 for silence or no samples. */
export function meanSquare(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : sum / samples.length;
}

/**
 * The RMS level as the audio level octet carries it: 0..127 = −dBov, 127 = silence or anything quieter
 * (RFC 6464, section 3; calculation of RFC 6465, appendix A, with an overload point of 1).
 */
export function powerToDbov(power: number): number {
  if (!(power > 0)) return SILENCE_DBOV;
  return Math.min(SILENCE_DBOV, Math.max(0, Math.round(-powerToDbfs(power))));
}

/** 20 ms → 960. */
export function msToSamples(ms: number): number {
  return Math.round((ms * SAMPLE_RATE_HZ) / 1000);
}

/** `timestamp + samples` on the u32 audio clock. */
export function advanceTimestamp(timestampSamples: number, samples: number): number {
  return (timestampSamples + samples) >>> 0;
}

/** How far `to` lies after `from` on the u32 audio clock: negative if before, right across the wrap (RFC 1982). */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/**
 * Makes outside samples safe in place: NaN and infinities become 0, the rest is clamped to ±1.
 *
 * @returns how many samples were not finite.
 */
export function sanitizeSamples(samples: Float32Array): number {
  let replaced = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    if (Number.isFinite(sample)) {
      if (sample > 1) samples[i] = 1;
      else if (sample < -1) samples[i] = -1;
    } else {
      samples[i] = 0;
      replaced++;
    }
  }
  return replaced;
}
