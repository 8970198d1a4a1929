import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Long enough for the next letter to be typed. */
const PAUSE_MS = 250;

/** Does something once nothing more comes for a moment, such as the next letter of a search. */
export class Later implements ReactiveController {
  readonly #work: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, work: () => void) {
    this.#work = work;
    host.addController(this);
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#work, PAUSE_MS);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }
}
