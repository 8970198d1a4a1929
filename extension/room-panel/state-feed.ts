import type { ClientState, Clock, VoiceClientApi } from '@switchboard/client';
import { patchBetween, type StatePatch } from './state-patch.ts';

/** Changes of the state go out at most this often: twenty times a second. */
const FEED_INTERVAL_MS = 50;

/**
 * Tells one view what changes in a client's state: the first change at once, what follows within 50 ms together. The view had the whole
 * state when the feed began.
 */
export class StateFeed {
  readonly #client: VoiceClientApi;
  readonly #clock: Clock;
  readonly #tell: (patch: StatePatch) => void;
  readonly #stop: () => void;
  #told: ClientState;
  #toldAtMs = -Infinity;
  #cancel: (() => void) | undefined;

  constructor(client: VoiceClientApi, clock: Clock, tell: (patch: StatePatch) => void) {
    this.#client = client;
    this.#clock = clock;
    this.#tell = tell;
    this.#told = client.state;
    this.#stop = client.subscribe(() => this.#changed());
  }

  /** Tells now what is still to be told. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { state } = this.#client;
    const patch = patchBetween(this.#told, state);
    if (patch === null) return;
    this.#told = state;
    this.#toldAtMs = this.#clock.nowMs();
    this.#tell(patch);
  }

  close(): void {
    this.#cancel?.();
    this.#stop();
  }

  #changed(): void {
    if (this.#cancel !== undefined) return;
    const waitMs = this.#toldAtMs + FEED_INTERVAL_MS - this.#clock.nowMs();
    if (waitMs <= 0) this.flush();
    else this.#cancel = this.#clock.after(waitMs, () => this.flush());
  }
}
