import { LEVEL_SILENCE } from '@switchboard/protocol';

/*
 * Levels and times as they lie in arrays of int32, which threads can share. A smoothed level is in 1/256 dB below full scale:
 * 0 is the loudest.
 */

const FRACTION_BITS = 8;
/**
 * A packet counts for a half when it is louder (29 ms to come within 1/e at 50 packets/s; Jitsi's bridge weighs energy the
 * same way): a speaker is known after some five packets, while one click of 20 ms in silence stays below speech.
 */
const ATTACK_SHIFT = 1;
/** And for a sixteenth when it is quieter (310 ms): longer than the gaps between syllables, shorter than a pause for thought. */
const RELEASE_SHIFT = 4;

/** A number of dB, or a level of 0..127 = −dBov, as the smoothed levels are counted. */
export function toSmoothedUnits(decibels: number): number {
  return decibels << FRACTION_BITS;
}

/** Where every speaker starts from: loudness is to be shown. */
export const SMOOTHED_SILENCE = toSmoothedUnits(LEVEL_SILENCE);

/** With one more packet of this level, 0..127 = −dBov. A level that stays is reached exactly. */
export function smoothed(before: number, level: number): number {
  const change = toSmoothedUnits(level) - before;
  // Both shifts round away from `before`, or the last bits would never be made up.
  return change < 0 ? before + (change >> ATTACK_SHIFT) : before - (-change >> RELEASE_SHIFT);
}

/**
 * Whether less than `spanMs` lie between two times in ms. They may have been cut to int32 (`| 0`), so they wrap after 49 days; and one
 * thread may note a time just later than another's now.
 */
export function isWithin(spanMs: number, thenMs: number, nowMs: number): boolean {
  return Math.abs((nowMs - thenMs) | 0) < spanMs;
}
