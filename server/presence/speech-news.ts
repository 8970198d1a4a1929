import { encodeEvent, type ControlEvent } from '@switchboard/protocol';
import type { Clock } from '../common/clock.ts';
import type { Session } from './session.ts';
import type { SessionsService } from './sessions.service.ts';

/** Who is silent for less than this still speaks: so one talker is news to everyone a few times a second at most. */
export const SPEECH_HOLD_MS = 300;

/**
 * Tells who speaks to those who cannot hear it: everyone in other rooms and in none who sees that room. It fills no log:
 * whoever has no socket is told nothing, and on coming back just what is different from what it was told last.
 */
export class SpeechNews {
  readonly #sessions: SessionsService;
  readonly #clock: Clock;
  readonly #speaking = new Set<Session>();
  /** Cancel the end of a speech that is held. */
  readonly #endings = new Map<Session, () => void>();
  /** Of whom each was told last that they speak. */
  readonly #told = new WeakMap<Session, Set<Session>>();

  constructor(sessions: SessionsService, clock: Clock) {
    this.#sessions = sessions;
    this.#clock = clock;
  }

  /** The relay hears someone start or stop. */
  heard(speaker: Session, speaking: boolean): void {
    this.#cancelEnding(speaker);
    if (!speaking) {
      const end = this.#clock.after(SPEECH_HOLD_MS, () => {
        this.ended(speaker);
      });
      this.#endings.set(speaker, end);
    } else if (!this.#speaking.has(speaker)) {
      this.#speaking.add(speaker);
      this.#tellEveryone(speaker);
    }
  }

  /** The voice session is over, and its speech at once. Called before its member moves. */
  ended(speaker: Session): void {
    this.#cancelEnding(speaker);
    if (this.#speaking.delete(speaker)) this.#tellEveryone(speaker);
  }

  /** After someone came in, came back or moved. */
  catchUp(listener: Session): void {
    for (const speaker of new Set([...this.#toldTo(listener), ...this.#speaking])) {
      if (this.#isNews(speaker, listener)) listener.tell(newsOf(speaker, this.#toldTo(listener).has(speaker)));
    }
  }

  #tellEveryone(speaker: Session): void {
    const encoded = encodeEvent(newsOf(speaker, this.#speaking.has(speaker)));
    for (const listener of this.#sessions.all) if (this.#isNews(speaker, listener)) listener.push(encoded);
  }

  /** Takes it as told if it is. */
  #isNews(speaker: Session, listener: Session): boolean {
    if (!listener.isAttached) return false;
    const told = this.#toldTo(listener);
    const place = listener.placeOf(speaker.member);
    const speaksElsewhere = this.#speaking.has(speaker) && place !== null && place !== listener.member.channelId;
    if (speaksElsewhere === told.has(speaker)) return false;
    if (speaksElsewhere) told.add(speaker);
    else told.delete(speaker);
    return true;
  }

  #toldTo(listener: Session): Set<Session> {
    const told = this.#told.get(listener) ?? new Set();
    this.#told.set(listener, told);
    return told;
  }

  #cancelEnding(speaker: Session): void {
    this.#endings.get(speaker)?.();
    this.#endings.delete(speaker);
  }
}

function newsOf(speaker: Session, speaking: boolean): ControlEvent {
  return { type: 'member.speaking', data: { memberId: speaker.member.id, speaking } };
}
