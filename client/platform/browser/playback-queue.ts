import type { SampleBuffer } from './frame-assembler.ts';

/*
 * How far ahead of the loudspeaker frames are asked for. Too little, and a late answer is a gap in the sound; what is
 * too much is delay. So the lead follows what is measured: it grows at every gap, and what has not been needed for
 * a while is given back.
 */
export interface PlaybackLead {
  readonly startSamples: number;
  readonly minSamples: number;
  readonly maxSamples: number;
  /** Added at every gap. */
  readonly growSamples: number;
  /** Of what a window without a gap has not needed, this share is given back. */
  readonly shrinkShare: number;
  /** Kept beyond what the window has needed. */
  readonly marginSamples: number;
  readonly windowSamples: number;
}

export interface PlaybackFigures {
  /** Times that the engine's frame came too late. */
  readonly underruns: number;
  /** Samples of silence played for them. */
  readonly missingSamples: number;
  readonly leadSamples: number;
}

/**
 * What the loudspeaker plays from. The device's clock drives it: each `read` takes samples, and asks for the next frame
 * when those at hand or on order are fewer than the lead. Asking is sending an empty buffer; it comes back
 * by `fill`. The buffers circulate, nothing is allocated.
 *
 * Time does not wait for a late frame: it is thrown away, and the next one asked for at once. So the engine is asked for one
 * frame every 20 ms of the device's time whatever happens; else every gap would add its length to the delay for good.
 */
export class PlaybackQueue {
  readonly #lead: PlaybackLead;
  readonly #frameSamples: number;
  readonly #request: (buffer: SampleBuffer) => void;
  readonly #spare: SampleBuffer[] = [];
  readonly #frames: SampleBuffer[] = [];
  #position = 0;
  #queuedSamples = 0;
  #orderedSamples = 0;
  /** Their time has passed in a gap: what comes in is thrown away until it is made up for, by whole frames. */
  #owedSamples = 0;
  #leadSamples: number;
  #started = false;
  #starving = false;
  #lowestSamples = Infinity;
  #windowSamples = 0;
  #underruns = 0;
  #missingSamples = 0;

  constructor(frameSamples: number, lead: PlaybackLead, request: (buffer: SampleBuffer) => void) {
    this.#lead = lead;
    this.#frameSamples = frameSamples;
    this.#leadSamples = lead.startSamples;
    this.#request = request;
    // The lead rounded up, one being played, one more ordered at the edge.
    const buffers = Math.ceil(lead.maxSamples / frameSamples) + 2;
    for (let i = 0; i < buffers; i++) this.#spare.push(new Float32Array(frameSamples));
  }

  get figures(): PlaybackFigures {
    return { underruns: this.#underruns, missingSamples: this.#missingSamples, leadSamples: this.#leadSamples };
  }

  /**
   * Plays the next samples into `out`; silence where there are none.
   *
   * @returns whether the figures have changed.
   */
  read(out: Float32Array): boolean {
    const before = this.#leadSamples;
    const written = this.#take(out);
    out.fill(0, written);
    const gap = this.#account(out.length, out.length - written);
    this.#order();
    return gap || before !== this.#leadSamples;
  }

  fill(frame: SampleBuffer): void {
    if (frame.length !== this.#frameSamples) return;
    this.#orderedSamples -= this.#frameSamples;
    if (this.#owedSamples >= this.#frameSamples) {
      this.#owedSamples -= this.#frameSamples;
      this.#spare.push(frame);
      return;
    }
    this.#frames.push(frame);
    this.#queuedSamples += this.#frameSamples;
  }

  #take(out: Float32Array): number {
    let written = 0;
    for (let frame = this.#frames[0]; frame !== undefined && written < out.length; frame = this.#frames[0]) {
      const count = Math.min(out.length - written, this.#frameSamples - this.#position);
      out.set(frame.subarray(this.#position, this.#position + count), written);
      written += count;
      this.#position += count;
      if (this.#position === this.#frameSamples) {
        this.#frames.shift();
        this.#spare.push(frame);
        this.#position = 0;
      }
    }
    this.#queuedSamples -= written;
    return written;
  }

  /** Counts gaps and moves the lead; a gap is one however long, and the wait for the very first frame is none. */
  #account(wanted: number, missing: number): boolean {
    if (missing > 0) {
      if (!this.#started) return false;
      this.#missingSamples += missing;
      this.#owedSamples += missing;
      if (this.#starving) return false;
      this.#starving = true;
      this.#underruns++;
      this.#leadSamples = Math.min(this.#lead.maxSamples, this.#leadSamples + this.#lead.growSamples);
      this.#startWindow();
      return true;
    }
    this.#started = true;
    this.#starving = false;
    this.#lowestSamples = Math.min(this.#lowestSamples, this.#queuedSamples);
    this.#windowSamples += wanted;
    if (this.#windowSamples >= this.#lead.windowSamples) {
      const unneeded = Math.max(0, this.#lowestSamples - this.#lead.marginSamples);
      const given = Math.ceil(unneeded * this.#lead.shrinkShare);
      this.#leadSamples = Math.max(this.#lead.minSamples, this.#leadSamples - given);
      this.#startWindow();
    }
    return false;
  }

  #startWindow(): void {
    this.#lowestSamples = Infinity;
    this.#windowSamples = 0;
  }

  #order(): void {
    while (this.#queuedSamples + this.#orderedSamples < this.#leadSamples + this.#owedSamples) {
      const buffer = this.#spare.pop();
      if (buffer === undefined) return;
      this.#orderedSamples += this.#frameSamples;
      this.#request(buffer);
    }
  }
}
