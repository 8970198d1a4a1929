import { tellablePlace, type Place } from '@switchboard/protocol';
import type { Clock } from '../platform/platform.ts';
import { keepIdentity } from './identity.ts';
import type { Session } from './session.ts';

/** Whoever moves a cursor is at another line many times a second; the others follow by eye. */
const TELL_INTERVAL_MS = 1_000;

/** After these the server may not have it, and will take it later. */
const PASSING: ReadonlySet<string> = new Set(['server.rate_limited', 'server.internal', 'client.timeout']);

/** Where one is in one's files, as far as one shares it: told to the room that one is in, and again to the next. */
export class OwnPlace {
  readonly #session: Pick<Session, 'ask'>;
  readonly #clock: Clock;
  #place: Place | null = null;
  /** As the server has it; undefined if that is not known. */
  #told: Place | null | undefined = null;
  /** The room has been told, or may have been. */
  #asked = false;
  /** In a room, by the server's account. */
  #live = false;
  /** The server is not too old to know of places. */
  #understood = true;
  #cancelPause: (() => void) | undefined;

  constructor(session: Pick<Session, 'ask'>, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** Told at most once a second, the latest; what cannot be told of it is left out. */
  share(place: Place | null): void {
    this.#place = keepIdentity(this.#place, place === null ? null : tellablePlace(place));
    this.#follow();
  }

  /** In another room, or again in the same one: nobody there has been told. */
  entered(): void {
    this.#understood = true;
    this.#asked = false;
    this.#begin(null);
  }

  /** The session goes on. What was told last may have been lost. */
  resumed(): void {
    this.#begin(this.#asked ? undefined : null);
  }

  /** In no room, or without a connection. */
  suspend(): void {
    this.#live = false;
    this.#cancelPause?.();
    this.#cancelPause = undefined;
  }

  #begin(told: null | undefined): void {
    this.suspend();
    this.#live = true;
    this.#told = told;
    this.#follow();
  }

  #follow(): void {
    const place = this.#place;
    if (!this.#live || !this.#understood || this.#cancelPause !== undefined || place === this.#told) return;
    this.#told = place;
    this.#asked = true;
    this.#cancelPause = this.#clock.after(TELL_INTERVAL_MS, () => {
      this.#cancelPause = undefined;
      this.#follow();
    });
    this.#session.ask('self.place', { place }, (outcome) => {
      if (outcome.ok) return;
      if (outcome.error.code === 'protocol.unknown_type') this.#understood = false;
      else if (PASSING.has(outcome.error.code) && this.#told === place) this.#told = undefined;
    });
  }
}
