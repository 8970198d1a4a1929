import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { LaneKind } from '@switchboard/protocol';
import { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';

/** How many speak, and how voice reaches people: what the relay tells, without those whose session is over. */
@Injectable()
export class VoicePicture implements OnApplicationBootstrap {
  readonly #rooms: RoomsService;
  readonly #relay: VoiceRelay;
  readonly #tokens = new Map<Session, number>();
  readonly #lanes = new Map<number, LaneKind>();
  readonly #speaking = new Set<number>();

  constructor(rooms: RoomsService, relay: VoiceRelay) {
    this.#rooms = rooms;
    this.#relay = relay;
  }

  onApplicationBootstrap(): void {
    this.#rooms.onVoice({
      began: (session, token) => {
        this.#tokens.set(session, token);
      },
      ended: (session) => {
        const token = this.#tokens.get(session);
        if (token === undefined) return;
        this.#tokens.delete(session);
        this.#lanes.delete(token);
        this.#speaking.delete(token);
      },
    });
    this.#relay.on('lane', ({ token, lane }) => {
      if (lane === null) this.#lanes.delete(token);
      else this.#lanes.set(token, lane);
    });
    this.#relay.on('speaking', ({ token, speaking }) => {
      if (speaking) this.#speaking.add(token);
      else this.#speaking.delete(token);
    });
  }

  get speaking(): number {
    return this.#speaking.size;
  }

  isSpeaking(session: Session): boolean {
    const token = this.#tokens.get(session);
    return token !== undefined && this.#speaking.has(token);
  }

  get lanes(): ReadonlyMap<LaneKind, number> {
    const counts = new Map<LaneKind, number>();
    for (const lane of this.#lanes.values()) counts.set(lane, (counts.get(lane) ?? 0) + 1);
    return counts;
  }
}
