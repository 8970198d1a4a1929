import { SwitchboardError, type VoiceGrant } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';
import type { Platform } from '../platform/platform.ts';
import { problemOf } from './problem.ts';
import {
  joiningChannel,
  NO_VISIT,
  visitedChannel,
  visitTransition,
  type Target,
  type VisitEffect,
  type VisitEvent,
  type VisitState,
} from './room-visit.ts';
import { backoffMs } from './session-machine.ts';
import type { Session } from './session.ts';

export interface RoomMembershipEvents {
  /** Live in a room, with a fresh grant. */
  entered(channelId: string, voice: VoiceGrant): void;
  /** Live in none. */
  exited(): void;
  /** The way back into a room, which nobody waits for, was refused for good. */
  notReturned(reason: Problem): void;
  changed(): void;
}

interface Waiter {
  readonly target: Target;
  resolve(): void;
  reject(error: SwitchboardError): void;
}

/** Performs what `room-visit.ts` decides, and tells each caller how its join went. */
export class RoomMembership {
  readonly #session: Pick<Session, 'ask'>;
  readonly #platform: Pick<Platform, 'clock' | 'random'>;
  readonly #events: RoomMembershipEvents;
  #state: VisitState = NO_VISIT;
  #waiter: Waiter | null = null;
  #cancelLater: () => void = () => undefined;

  constructor(
    session: Pick<Session, 'ask'>,
    platform: Pick<Platform, 'clock' | 'random'>,
    events: RoomMembershipEvents,
  ) {
    this.#session = session;
    this.#platform = platform;
    this.#events = events;
  }

  get channelId(): string | null {
    return visitedChannel(this.#state);
  }

  get joining(): string | null {
    return joiningChannel(this.#state);
  }

  /** The room whose grant the engine has. */
  get liveChannelId(): string | null {
    return this.#state.seat.status === 'in' ? this.#state.seat.target.channelId : null;
  }

  /**
   * Resolves when in the room, or when another join or a leave has overtaken this one.
   * @throws SwitchboardError the server's refusal, `client.timeout`, `client.closed`
   */
  join(target: Target): Promise<void> {
    this.#waiter?.resolve();
    return new Promise((resolve, reject) => {
      this.#waiter = { target, resolve, reject };
      this.#dispatch({ type: 'join', target });
      if (this.liveChannelId === target.channelId && this.joining === null) this.#resolve();
    });
  }

  leave(): void {
    this.#resolve();
    this.#dispatch({ type: 'leave' });
  }

  /** Gives a join up, unless another wish has taken its place. */
  withdraw(target: Target): void {
    if (this.#state.wanted === target) this.leave();
  }

  /** What the session, the engine, or an event of the server, says of one's place. */
  tell(
    event: Extract<VisitEvent, { type: 'removed' | 'moved' | 'expelled' | 'broken' | 'lost' | 'resumed' | 'welcomed' }>,
  ): void {
    this.#dispatch(event);
  }

  close(): void {
    this.#waiter?.reject(new SwitchboardError('client.closed'));
    this.#waiter = null;
    this.#dispatch({ type: 'closed' });
  }

  #dispatch(event: VisitEvent): void {
    const { state, effects } = visitTransition(this.#state, event);
    this.#state = state;
    if (state.asking.type !== 'later') this.#cancelLater();
    for (const effect of effects) this.#perform(effect);
    this.#events.changed();
  }

  #perform(effect: VisitEffect): void {
    switch (effect.type) {
      case 'ask.join':
        this.#askJoin(effect.target);
        return;
      case 'ask.leave':
        this.#session.ask('channel.leave', {}, (outcome) =>
          this.#dispatch(outcome.ok ? { type: 'left' } : { type: 'refused', code: outcome.error.code }),
        );
        return;
      case 'enter':
        this.#events.entered(effect.target.channelId, effect.voice);
        return;
      case 'exit':
        this.#events.exited();
        return;
      case 'ask.later': {
        const delayMs = backoffMs(effect.attempt, this.#platform.random());
        this.#cancelLater = this.#platform.clock.after(delayMs, () => this.#dispatch({ type: 'due' }));
        return;
      }
    }
  }

  #askJoin(target: Target): void {
    const { channelId, password } = target;
    this.#session.ask('channel.join', { channelId, ...(password === undefined ? {} : { password }) }, (outcome) => {
      if (outcome.ok) {
        this.#dispatch({ type: 'granted', voice: outcome.data.voice });
        if (this.#waiter?.target === target) this.#resolve();
        return;
      }
      const returning = this.#state.returns !== null && this.#state.wanted === target;
      this.#dispatch({ type: 'refused', code: outcome.error.code });
      if (outcome.error.code === 'client.disconnected') return;
      if (this.#waiter?.target === target) {
        this.#waiter.reject(outcome.error);
        this.#waiter = null;
      } else if (returning && this.#state.wanted !== target) {
        this.#events.notReturned(problemOf(outcome.error, 'server.internal'));
      }
    });
  }

  #resolve(): void {
    this.#waiter?.resolve();
    this.#waiter = null;
  }
}
