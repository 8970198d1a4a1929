import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

export interface LoopDelay {
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** How late the event loop is, since it was last asked. Whoever asks has one of their own. */
export class LoopDelayMeter {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  read(): LoopDelay {
    const { mean, max, count } = this.#histogram;
    // The timer of the histogram is late by its own resolution when nothing is.
    const late = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
    const delay =
      count === 0
        ? { meanMs: 0, p99Ms: 0, maxMs: 0 }
        : { meanMs: late(mean), p99Ms: late(this.#histogram.percentile(99)), maxMs: late(max) };
    this.#histogram.reset();
    return delay;
  }
}
