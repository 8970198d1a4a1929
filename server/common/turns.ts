/** Does one thing after the other, in the order they were asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    // The next one's turn comes whether this one succeeded or not.
    this.#last = done.catch(() => undefined);
    return done;
  }
}
