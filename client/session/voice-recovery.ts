import type { SwitchboardError } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';
import type { LaneState } from '../engine/engine-messages.ts';
import type { Clock } from '../platform/platform.ts';
import { asError, problem } from './problem.ts';
import { RestartLimit } from './restart-limit.ts';
import type { RoomMembership } from './room-membership.ts';
import type { RoomVoice } from './room-voice.ts';

const BROKE = problem('client.audio_broke');

/** Brings voice back after its engine broke: another one, into the same room. It does not try for ever. */
export class VoiceRecovery {
  readonly #voice: Pick<RoomVoice, 'start'>;
  readonly #membership: Pick<RoomMembership, 'channelId' | 'joining' | 'tell'>;
  readonly #restarts: RestartLimit;
  readonly #gaveUp: (error: SwitchboardError) => void;
  #problem: Problem | null = null;

  /** @param gaveUp is told why nothing is heard any more, and takes one out of the room */
  constructor(
    voice: Pick<RoomVoice, 'start'>,
    membership: Pick<RoomMembership, 'channelId' | 'joining' | 'tell'>,
    clock: Pick<Clock, 'nowMs'>,
    gaveUp: (error: SwitchboardError) => void,
  ) {
    this.#voice = voice;
    this.#membership = membership;
    this.#restarts = new RestartLimit(clock);
    this.#gaveUp = gaveUp;
  }

  /** Voice has broken off, and is being brought back. */
  get problem(): Problem | null {
    return this.#wanted ? this.#problem : null;
  }

  /** @param testing an echo test was under way */
  engineFailed(error: SwitchboardError, testing: boolean): void {
    if (!this.#wanted) {
      if (testing) this.#gaveUp(error);
    } else if (this.#restarts.take()) {
      this.#problem = BROKE;
      this.#membership.tell({ type: 'broken' });
      this.#voice.start().catch((reason: unknown) => this.#giveUp(asError(reason, 'client.audio_failed')));
    } else this.#giveUp(error);
  }

  /** Another engine has its answer: voice is back, or what is wrong now is something else. */
  laneChanged({ status }: LaneState): void {
    if (status === 'connected' || status === 'unreachable') this.forget();
  }

  /** One goes elsewhere by oneself. */
  forget(): void {
    this.#problem = null;
  }

  get #wanted(): boolean {
    return this.#membership.channelId !== null || this.#membership.joining !== null;
  }

  #giveUp(error: SwitchboardError): void {
    this.forget();
    this.#gaveUp(error);
  }
}
