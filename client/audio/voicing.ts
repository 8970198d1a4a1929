/**
 * Tells voiced speech from what is merely loud. The vocal cords repeat themselves for tens of milliseconds at the same
 * strength; a click, a thump of the desk or a rustle does not.
 */

import { FRAME_SAMPLES, SAMPLE_RATE_HZ, powerToDbfs } from './frame.ts';

const DECIMATION = 8;
const RATE_HZ = SAMPLE_RATE_HZ / DECIMATION;
const STEP = FRAME_SAMPLES / DECIMATION;
/** Pitch of a voice. */
const SHORTEST_LAG = Math.round(RATE_HZ / 400);
const LONGEST_LAG = Math.round(RATE_HZ / 65);
/** What is compared with itself a pitch period earlier: 23 ms. */
const COMPARED = 140;
const WINDOW = COMPARED + LONGEST_LAG;

/** Of 1: how alike two pitch periods have to be. */
const ALIKE = 0.7;
/** Quieter is no speech, or too far away to be meant. */
const LEAST_DBFS = -58;
/** Above the steady hum of the place, which repeats itself too. */
const ABOVE_FLOOR_DB = 10;
/** A struck desk rings down faster than this from one frame to the next; a voice doesn't. */
const LARGEST_FALL_DB = 9;
/** How fast the floor follows what is above it, a frame: 3 dB/s. */
const FLOOR_RISE_DB = 0.06;
const SILENT_DBFS = -120;

export class Voicing {
  readonly #window = new Float32Array(WINDOW);
  #floorDbfs = 0;
  #levelDbfs = SILENT_DBFS;
  #frames = 0;

  /** Consecutive frames that were voiced, up to the latest. */
  get frames(): number {
    return this.#frames;
  }

  /** @param low 960 samples without anything above 3 kHz. */
  push(low: Float32Array): void {
    const before = this.#levelDbfs;
    this.#window.copyWithin(0, STEP);
    for (let i = 0; i < STEP; i++) this.#window[WINDOW - STEP + i] = low[i * DECIMATION] ?? 0;
    const window = withoutMean(this.#window);
    let power = 0;
    for (let i = WINDOW - STEP; i < WINDOW; i++) power += (window[i] ?? 0) ** 2;
    const dbfs = Math.max(SILENT_DBFS, powerToDbfs(power / STEP));
    this.#levelDbfs = dbfs;
    this.#floorDbfs = Math.min(dbfs, this.#floorDbfs + FLOOR_RISE_DB);
    const sounds = dbfs >= Math.max(LEAST_DBFS, this.#floorDbfs + ABOVE_FLOOR_DB) && dbfs >= before - LARGEST_FALL_DB;
    this.#frames = sounds && likeness(window) >= ALIKE ? this.#frames + 1 : 0;
  }
}

function withoutMean(samples: Float32Array): Float32Array {
  let sum = 0;
  for (const sample of samples) sum += sample;
  const mean = sum / samples.length;
  return samples.map((sample) => sample - mean);
}

/**
 * How much the end of the window resembles what was one pitch period before, for the period that fits best. 1 for the same
 * shape in the same strength: the mean of both energies is what it is measured against, so the beginning of a sound isn't
 * like the silence before.
 */
function likeness(window: Float32Array): number {
  const start = WINDOW - COMPARED;
  let energy = 0;
  for (let i = start; i < WINDOW; i++) energy += (window[i] ?? 0) ** 2;
  let earlier = 0;
  for (let i = start - SHORTEST_LAG + 1; i < WINDOW - SHORTEST_LAG + 1; i++) earlier += (window[i] ?? 0) ** 2;
  let best = 0;
  for (let lag = SHORTEST_LAG; lag <= LONGEST_LAG; lag++) {
    earlier += (window[start - lag] ?? 0) ** 2 - (window[WINDOW - lag] ?? 0) ** 2;
    let product = 0;
    for (let i = start; i < WINDOW; i++) product += (window[i] ?? 0) * (window[i - lag] ?? 0);
    best = Math.max(best, (2 * product) / (energy + earlier + Number.MIN_VALUE));
  }
  return best;
}
