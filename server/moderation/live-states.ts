import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { LaneKind } from '@switchboard/protocol';
import { Clock } from '../common/clock.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';

/** What the relay tells of someone's voice. */
interface VoiceState {
  speaking: boolean;
  lane: LaneKind | null;
}

const SILENT: Readonly<VoiceState> = { speaking: false, lane: null };

/** What moderators see of those who are here, beside what everyone does: since when, who speaks, how voice travels. */
@Injectable()
export class LiveStates implements OnApplicationBootstrap {
  readonly #sessions: SessionsService;
  readonly #rooms: RoomsService;
  readonly #relay: VoiceRelay;
  readonly #clock: Clock;
  readonly #connectedAt = new WeakMap<Session, number>();
  /** By token. */
  readonly #voices = new Map<number, VoiceState>();
  readonly #tokens = new Map<Session, number>();

  constructor(sessions: SessionsService, rooms: RoomsService, relay: VoiceRelay, clock: Clock) {
    this.#sessions = sessions;
    this.#rooms = rooms;
    this.#relay = relay;
    this.#clock = clock;
  }

  onApplicationBootstrap(): void {
    this.#sessions.onCaughtUp((session) => {
      if (!this.#connectedAt.has(session)) this.#connectedAt.set(session, this.#clock.epochMs());
    });
    this.#rooms.onVoice({
      began: (session, token) => {
        this.#tokens.set(session, token);
        this.#voices.set(token, { ...SILENT });
      },
      ended: (session) => {
        const token = this.#tokens.get(session);
        if (token === undefined) return;
        this.#tokens.delete(session);
        this.#voices.delete(token);
      },
    });
    this.#relay.on('speaking', ({ token, speaking }) => {
      const voice = this.#voices.get(token);
      if (voice !== undefined) voice.speaking = speaking;
    });
    this.#relay.on('lane', ({ token, lane }) => {
      const voice = this.#voices.get(token);
      if (voice !== undefined) voice.lane = lane;
    });
  }

  /** Milliseconds since 1970. */
  connectedAt(session: Session): number {
    return this.#connectedAt.get(session) ?? this.#clock.epochMs();
  }

  voiceOf(session: Session): Readonly<VoiceState> {
    const token = this.#tokens.get(session);
    return (token === undefined ? undefined : this.#voices.get(token)) ?? SILENT;
  }
}
