/** Silence in a recording where somebody spoke: what went missing, whatever else was done to the voice. */

import { dbfsToAmplitude, msToSamples } from '../../client/audio/frame.ts';

const STEP_MS = 10;
const SPOKEN_DBFS = -35;
const MISSING_DBFS = -60;

/**
 * The longest stretch in ms that is silent in `recorded` although a voice spoke loudly there. Levels are compared, so the voice may have another
 * pitch or sound by now. `spoken` is one round of what `recorded` holds at least once whole; both mono, 48 kHz.
 */
export function longestGapMs(spoken: Float32Array, recorded: Float32Array): number {
  const said = levels(spoken);
  const heard = levels(recorded);
  const lag = bestLag(said, heard);
  let [longest, run] = [0, 0];
  for (const [i, level] of said.entries()) {
    // Its neighbours too: a sound ends a little earlier or later once it has been changed.
    const loud = Math.min(said[i - 2] ?? 0, said[i - 1] ?? 0, level, said[i + 1] ?? 0, said[i + 2] ?? 0);
    const missing = loud > dbfsToAmplitude(SPOKEN_DBFS) && (heard[i + lag] ?? 0) < dbfsToAmplitude(MISSING_DBFS);
    run = missing ? run + STEP_MS : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** The amplitude (RMS) of every step. */
function levels(samples: Float32Array): Float64Array {
  const step = msToSamples(STEP_MS);
  return Float64Array.from({ length: Math.floor(samples.length / step) }, (_, i) => {
    let sum = 0;
    for (const sample of samples.subarray(i * step, (i + 1) * step)) sum += sample * sample;
    return Math.sqrt(sum / step);
  });
}

/** Where in the recording the round begins that is most like what was said, in steps. */
function bestLag(said: Float64Array, heard: Float64Array): number {
  let [best, most] = [0, -Infinity];
  for (let lag = 0; lag + said.length <= heard.length; lag++) {
    let [product, power] = [0, 0];
    for (const [i, level] of said.entries()) {
      const other = heard[i + lag]!;
      product += level * other;
      power += other * other;
    }
    const likeness = product / Math.sqrt(power + Number.EPSILON);
    if (likeness > most) [best, most] = [lag, likeness];
  }
  return best;
}
