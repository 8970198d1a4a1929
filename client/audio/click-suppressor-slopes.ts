import { FRAME_SAMPLES, powerToDbfs } from './frame.ts';

/** How a band may behave, block by block of 2.5 ms. */
interface Slope {
  /** dB above its latest loudness that it may reach in the next block. */
  readonly riseDb: number;
  /** dB a block by which that loudness is forgotten. */
  readonly fallDb: number;
  /** Whether it is held to that at all times; otherwise only in a click: when the middle and the high band both jump. */
  readonly always: boolean;
}

/** For the low, middle and high band. */
export type Slopes = readonly [Slope, Slope, Slope];

/** 2.5 ms: a click's attack fills one. */
const BLOCK = 120;
const BLOCKS = FRAME_SAMPLES / BLOCK;
/** 20 ms from the attack on: by then a click has died away. */
const CLICK_BLOCKS = 8;
/** A quarter of a millisecond, for a gain that must fall at the very beginning of a frame. */
const QUICK_RAMP = 12;
/** Powers below are silence. */
const SILENT_DBFS = -110;
/** What is always let through: the noise of the place and this much more. */
const ABOVE_NOISE_DB = 6;
/** How fast the noise's level follows what is above it, a block: 4 dB/s. */
const NOISE_RISE_DB = 0.01;
/** The share of the way to a lower level that it goes in a block. */
const NOISE_FALL = 0.3;

/** One band: what it may reach, and its gain in each block of the frame. */
class Band {
  readonly gains = new Float64Array(BLOCKS);
  /** Level of the block at hand, and what it is allowed. */
  dbfs = SILENT_DBFS;
  allowedDbfs = 0;
  #noiseDbfs: number | undefined;
  #loudnessDbfs = 0;
  #lastGain = 1;

  get jumps(): boolean {
    return this.dbfs > this.allowedDbfs;
  }

  measure(samples: Float32Array, block: number, riseDb: number): void {
    const dbfs = levelOf(samples, block * BLOCK);
    // The first block says how loud it was before.
    if (this.#noiseDbfs === undefined) this.#loudnessDbfs = dbfs;
    const noise = this.#noiseDbfs ?? dbfs;
    this.#noiseDbfs = dbfs < noise ? noise + (dbfs - noise) * NOISE_FALL : noise + NOISE_RISE_DB;
    this.dbfs = dbfs;
    this.allowedDbfs = Math.max(this.#loudnessDbfs + riseDb, this.#noiseDbfs + ABOVE_NOISE_DB);
  }

  decide(block: number, limited: boolean, fallDb: number): void {
    const left = limited ? Math.min(this.dbfs, this.allowedDbfs) : this.dbfs;
    this.#loudnessDbfs = Math.max(left, this.#loudnessDbfs - fallDb);
    this.gains[block] = 10 ** ((left - this.dbfs) / 20);
  }

  /** Each block's gain holds all through it: it falls in the block before, and rises in the one after. */
  shape(samples: Float32Array): void {
    let from = this.#lastGain;
    for (const [block, gain] of this.gains.entries()) {
      const to = Math.min(gain, this.gains[block + 1] ?? gain);
      if (from !== 1 || to !== 1) {
        const ramp = from > gain ? QUICK_RAMP : BLOCK;
        for (let i = 0; i < BLOCK; i++) {
          const at = block * BLOCK + i;
          samples[at] = (samples[at] ?? 0) * (i < ramp ? from + ((to - from) * (i + 1)) / ramp : to);
        }
      }
      from = to;
    }
    this.#lastGain = from;
  }
}

function levelOf(samples: Float32Array, start: number): number {
  let energy = 0;
  for (let i = start; i < start + BLOCK; i++) energy += (samples[i] ?? 0) ** 2;
  return Math.max(SILENT_DBFS, powerToDbfs(energy / BLOCK));
}

/** Holds three bands to their slopes. */
export class SlopeLimiter {
  readonly #low = new Band();
  readonly #mid = new Band();
  readonly #high = new Band();
  #clickBlocksLeft = 0;

  /** @param samples a frame of each band, low to high; changed in place. */
  apply(samples: readonly [Float32Array, Float32Array, Float32Array], slopes: Slopes): void {
    const [low, mid, high] = [this.#low, this.#mid, this.#high];
    for (let block = 0; block < BLOCKS; block++) {
      low.measure(samples[0], block, slopes[0].riseDb);
      mid.measure(samples[1], block, slopes[1].riseDb);
      high.measure(samples[2], block, slopes[2].riseDb);
      if (mid.jumps && high.jumps) this.#clickBlocksLeft = CLICK_BLOCKS;
      const click = this.#clickBlocksLeft > 0;
      if (click) this.#clickBlocksLeft--;
      low.decide(block, click || slopes[0].always, slopes[0].fallDb);
      mid.decide(block, click || slopes[1].always, slopes[1].fallDb);
      high.decide(block, click || slopes[2].always, slopes[2].fallDb);
    }
    low.shape(samples[0]);
    mid.shape(samples[1]);
    high.shape(samples[2]);
  }
}
