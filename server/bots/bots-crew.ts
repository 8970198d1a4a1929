import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BotsCommand, BotsFigures, BotsSetup } from './worker/bots-messages.ts';

/** As the system names the thread. */
const THREAD_NAME = 'bots';
/** After this it is ended from outside. */
const LEAVE_LIMIT_MS = 3_000;

export interface BotsCrewEvents {
  figures(figures: BotsFigures): void;
  /** The thread is no more. @param problem what it died of; undefined if it ended in order. */
  ended(problem: string | undefined): void;
}

/** The bots in their thread, as the server sees them. */
export class BotsCrew {
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  #problem: string | undefined;

  constructor(setup: BotsSetup, events: BotsCrewEvents) {
    const fromSource = import.meta.url.endsWith('.ts');
    this.#worker = new Worker(new URL(`./worker/bots-thread.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
      name: THREAD_NAME,
      workerData: setup,
      ...(fromSource ? { execArgv: ['--conditions=source'] } : {}),
    });
    this.#exited = once(this.#worker, 'exit');
    this.#worker.on('message', (figures: BotsFigures) => events.figures(figures));
    this.#worker.on('error', (error) => {
      this.#problem = error instanceof Error ? error.message : String(error);
    });
    this.#worker.on('exit', (code) => {
      events.ended(this.#problem ?? (code === 0 ? undefined : `exit code ${code}`));
    });
  }

  /** Everyone leaves; resolves once the thread has ended. */
  async leave(): Promise<void> {
    this.#worker.postMessage({ type: 'stop' } satisfies BotsCommand);
    const forced = setTimeout(() => void this.#worker.terminate(), LEAVE_LIMIT_MS);
    await this.#exited;
    clearTimeout(forced);
  }
}
