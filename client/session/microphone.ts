import { SwitchboardError } from '@switchboard/protocol';
import type { MicrophoneState } from '../client-state.ts';
import type { EngineHost } from '../platform/platform.ts';
import { problemOf } from './problem.ts';

/** One call for the microphone: compared by identity, so that the same device can be opened again. */
interface Wish {
  /** Null for the system's default. */
  readonly deviceId: string | null;
  /** The default takes its place, for it is gone. */
  readonly away: boolean;
}

const OFF: MicrophoneState = { status: 'off' };
const STARTING: MicrophoneState = { status: 'starting' };
const ON: MicrophoneState = { status: 'on' };

/**
 * Brings the microphone to what was last asked for. To open one can take as long as a person looks at a permission
 * prompt; what is asked for meanwhile comes after it, and only the last of it.
 */
export class Microphone {
  readonly #host: Pick<EngineHost, 'openMicrophone' | 'closeMicrophone'>;
  readonly #changed: () => void;
  #state: MicrophoneState = OFF;
  #wish: Wish | null = null;
  #fulfilled: Wish | null = null;
  #working: Promise<void> | null = null;

  constructor(host: Pick<EngineHost, 'openMicrophone' | 'closeMicrophone'>, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  /** Resolves when it, or the default where it is missing, is open, or has failed: see `state`. Null for the default. */
  open(deviceId: string | null): Promise<void> {
    return this.#ask({ deviceId, away: false });
  }

  /** The one in use has gone: the system's default takes its place, and what was asked for stays so. */
  lost(): Promise<void> {
    return this.#ask({ deviceId: this.#wish?.deviceId ?? null, away: true });
  }

  /** Opens the one that was asked for again, if it had gone and is among these. */
  async returnTo(deviceIds: readonly string[]): Promise<void> {
    const wish = this.#wish;
    if (wish?.away === true && wish.deviceId !== null && deviceIds.includes(wish.deviceId))
      await this.open(wish.deviceId);
  }

  /** The same, but one that is open, or opening, stays as it is: from room to room nothing of what is said is cut off. */
  ensure(deviceId: string | null): Promise<void> {
    const wanted = this.#wish !== null && this.#wish.deviceId === deviceId && this.#state.status !== 'failed';
    return wanted ? this.#work() : this.open(deviceId);
  }

  close(): Promise<void> {
    this.#wish = null;
    return this.#work();
  }

  #ask(wish: Wish): Promise<void> {
    this.#wish = wish;
    return this.#work();
  }

  #work(): Promise<void> {
    this.#working ??= this.#fulfil().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #fulfil(): Promise<void> {
    while (this.#wish !== this.#fulfilled) {
      const wish = this.#wish;
      if (wish === null) {
        this.#host.closeMicrophone();
        this.#fulfilled = null;
        this.#become(OFF);
        continue;
      }
      this.#become(STARTING);
      const outcome = await this.#open(wish);
      this.#fulfilled = wish;
      if (this.#wish !== wish) continue;
      if (outcome === 'away') this.#wish = { ...wish, away: true };
      else this.#become(outcome);
    }
  }

  async #open({ deviceId, away }: Wish): Promise<MicrophoneState | 'away'> {
    const chosen = away ? null : deviceId;
    try {
      await this.#host.openMicrophone(chosen ?? undefined);
      return ON;
    } catch (error) {
      if (chosen !== null && SwitchboardError.is(error, 'client.microphone_missing')) return 'away';
      return { status: 'failed', problem: problemOf(error, 'client.microphone_failed') };
    }
  }

  #become(state: MicrophoneState): void {
    this.#state = state;
    this.#changed();
  }
}
