import type { Clock } from '../platform/platform.ts';

type Listener<T> = (state: T) => void;

/** Holds the current state and tells of each new one. */
export class StateStore<T> {
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener<T>>();
  #state: T;
  #telling = false;

  constructor(clock: Clock, initial: T) {
    this.#clock = clock;
    this.#state = initial;
  }

  get state(): T {
    return this.#state;
  }

  /** Tells the listeners, unless it is the same object as before. */
  set(state: T): void {
    if (state === this.#state) return;
    this.#state = state;
    // A listener that changes the state is told when all have heard of this one, so that nobody hears them in reverse.
    if (this.#telling) return;
    this.#telling = true;
    let told: T | undefined;
    while (told !== this.#state) {
      told = this.#state;
      for (const listener of [...this.#listeners]) this.#tell(listener, told);
    }
    this.#telling = false;
  }

  subscribe(listener: Listener<T>): () => void {
    // Each subscription is its own, even of the same function.
    const own: Listener<T> = (state) => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #tell(listener: Listener<T>, state: T): void {
    if (!this.#listeners.has(listener)) return;
    try {
      listener(state);
    } catch (error) {
      // As with any event target: it breaks nothing here, and surfaces as an uncaught error of its own.
      this.#clock.after(0, () => {
        throw error;
      });
    }
  }
}
