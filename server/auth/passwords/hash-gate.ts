import { SwitchboardError } from '@switchboard/protocol';

/** Each takes a core and 64 MiB for 0.1 s; two leave half of libuv's four threads to the database. */
const MAX_RUNNING = 2;
/** The last of them waits under 2 s. */
const MAX_WAITING = 32;

/** Lets two through at a time, in the order they came, and as many wait as it has room for. */
export class HashGate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws SwitchboardError `server.rate_limited` if too many wait already. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < MAX_RUNNING) this.#running++;
    else await this.#place();
    try {
      return await task();
    } finally {
      this.#handOn();
    }
  }

  #place(): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) throw new SwitchboardError('server.rate_limited');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** To the one that waits longest, without being free in between. */
  #handOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
