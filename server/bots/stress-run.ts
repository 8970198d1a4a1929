import type { Clock } from '../common/clock.ts';
import { BotsCrew } from './bots-crew.ts';
import { ServerLoad, type LoadSample } from './server-load.ts';
import { StressWatch } from './stress-watch.ts';
import type { NewStress, Stress, StressSample } from './stress.schemas.ts';
import type { BotsFigures, BotsSetup } from './worker/bots-messages.ts';

const INTERVAL_MS = 1_000;

type State =
  | { readonly is: 'prepared' }
  | { readonly is: 'running'; readonly crew: BotsCrew; readonly load: ServerLoad }
  | { readonly is: 'ending'; readonly done: Promise<void> }
  | { readonly is: 'ended'; readonly because: string };

/** One stress test from its start to its end, and what it found. */
export class StressRun {
  readonly #plan: NewStress;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #onEnded: (because: string) => Promise<void>;
  readonly #watch = new StressWatch();
  readonly #history: StressSample[] = [];
  #state: State = { is: 'prepared' };
  #load: LoadSample = { processCpuPct: 0, relayCpuPct: undefined, loopDelayMs: 0 };
  #figures: BotsFigures | undefined;
  #cancelTick: () => void = () => undefined;

  /** @param onEnded is told when the bots' thread is no more, whatever the reason; must not fail. */
  constructor(plan: NewStress, clock: Clock, onEnded: (because: string) => Promise<void>) {
    this.#plan = plan;
    this.#clock = clock;
    this.#startedAt = clock.epochMs();
    this.#onEnded = onEnded;
  }

  /** From the moment it was made: there is one at a time. */
  get isRunning(): boolean {
    return this.#state.is !== 'ended';
  }

  get view(): Stress {
    const { bots, talkers, channelId } = this.#plan;
    return {
      running: this.isRunning,
      bots,
      talkers,
      channelId,
      startedAt: this.#startedAt,
      ended: this.#state.is === 'ended' ? this.#state.because : null,
      failed: this.#figures?.gone ?? 0,
      failure: this.#figures?.problem ?? null,
      opened: this.#figures?.opened ?? 0,
      wrong: this.#figures?.wrong ?? 0,
      history: this.#history,
    };
  }

  /** Does nothing if it was ended before. */
  begin(setup: BotsSetup): void {
    if (this.#state.is !== 'prepared') return;
    const crew = new BotsCrew(setup, {
      figures: (figures) => this.#take(figures),
      ended: (problem) => void this.end(`The bots ended by themselves${problem === undefined ? '' : `: ${problem}`}.`),
    });
    this.#state = { is: 'running', crew, load: new ServerLoad(this.#clock) };
    const endsAtMs = this.#clock.nowMs() + this.#plan.durationS * 1_000;
    this.#tickLater(endsAtMs);
  }

  /**
   * Has all bots leave; resolves when they have, also if somebody else has asked for it before.
   * @param because a sentence.
   */
  end(because: string): Promise<void> {
    if (this.#state.is === 'ended') return Promise.resolve();
    if (this.#state.is === 'ending') return this.#state.done;
    const crew = this.#state.is === 'running' ? this.#state.crew : undefined;
    if (this.#state.is === 'running') this.#state.load.stop();
    this.#cancelTick();
    const done = this.#sendAway(crew, because);
    this.#state = { is: 'ending', done };
    return done;
  }

  async #sendAway(crew: BotsCrew | undefined, because: string): Promise<void> {
    await crew?.leave();
    await this.#onEnded(because);
    this.#state = { is: 'ended', because };
  }

  #tickLater(endsAtMs: number): void {
    this.#cancelTick = this.#clock.after(INTERVAL_MS, () => {
      const because = this.#look(endsAtMs);
      if (because === undefined) this.#tickLater(endsAtMs);
      else void this.end(because);
    });
  }

  /** Why it is over; undefined while it goes on. By a timer of this thread, as nothing comes from the bots while it is late. */
  #look(endsAtMs: number): string | undefined {
    if (this.#state.is !== 'running') return undefined;
    this.#load = this.#state.load.look();
    if (this.#clock.nowMs() >= endsAtMs) return 'It has run its time.';
    const { lossPct = 0, gone = 0, problem = null } = this.#figures ?? {};
    if (gone === this.#plan.bots) return `All bots are gone. ${problem ?? ''}`.trim();
    return this.#watch.look(lossPct, this.#load.loopDelayMs);
  }

  #take(figures: BotsFigures): void {
    if (this.#state.is !== 'running') return;
    this.#figures = figures;
    const { present, sentPerS, deliveredPerS, lossPct, delayP50Ms, delayP99Ms, cpuPct: botsCpuPct } = figures;
    const { processCpuPct, relayCpuPct, loopDelayMs: eventLoopDelayMs } = this.#load;
    // The two were not measured over quite the same second.
    const serverCpuPct = Math.max(0, processCpuPct - botsCpuPct);
    const cpuPct = relayCpuPct ?? serverCpuPct;
    const at = this.#clock.epochMs();
    const heard = { present, sentPerS, deliveredPerS, lossPct, delayP50Ms, delayP99Ms };
    this.#history.push({ at, ...heard, cpuPct, serverCpuPct, botsCpuPct, eventLoopDelayMs });
  }
}
