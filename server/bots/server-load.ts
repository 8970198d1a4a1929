import type { Clock } from '../common/clock.ts';
import { LoopDelayMeter } from '../common/loop-delay-meter.ts';
import { relayCpuUs } from './relay-cpu.ts';

const US_PER_MS = 1_000;

export interface LoadSample {
  /** Of one core, with the bots. */
  readonly processCpuPct: number;
  /** Of one core; undefined where the system does not tell. */
  readonly relayCpuPct: number | undefined;
  /** 99th percentile. */
  readonly loopDelayMs: number;
}

interface Totals {
  readonly atMs: number;
  readonly processUs: number;
  readonly relayUs: number | undefined;
}

/** What the server itself has to do while it is tested. */
export class ServerLoad {
  readonly #clock: Clock;
  readonly #delay = new LoopDelayMeter();
  #before: Totals;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#before = this.#totals();
    this.#delay.start();
  }

  stop(): void {
    this.#delay.stop();
  }

  /** Since it was asked last. */
  look(): LoadSample {
    const before = this.#before;
    const now = this.#totals();
    this.#before = now;
    const spanUs = Math.max(1, now.atMs - before.atMs) * US_PER_MS;
    const pct = (us: number): number => (Math.max(0, us) / spanUs) * 100;
    const relayUs =
      now.relayUs === undefined || before.relayUs === undefined ? undefined : now.relayUs - before.relayUs;
    return {
      processCpuPct: pct(now.processUs - before.processUs),
      relayCpuPct: relayUs === undefined ? undefined : pct(relayUs),
      loopDelayMs: this.#delay.read().p99Ms,
    };
  }

  #totals(): Totals {
    const { user, system } = process.cpuUsage();
    return { atMs: this.#clock.nowMs(), processUs: user + system, relayUs: relayCpuUs() };
  }
}
