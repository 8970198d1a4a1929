/**
 * Mutes while something goes on, and puts back what was before. It does not fight the user: who unmutes meanwhile stays so until
 * the next time, and who was muted before is muted afterwards.
 */
export class MuteWhile {
  #on = false;
  /** It is muted by us, and not by the user. */
  #ours = false;

  /** The user wants to be muted, and would be without us. */
  keep(): void {
    this.#ours = false;
  }

  /** @returns what to set, if anything */
  follow({ active, muted }: { readonly active: boolean; readonly muted: boolean }): boolean | undefined {
    if (this.#ours && !muted) this.#ours = false;
    if (active === this.#on) return undefined;
    this.#on = active;
    if (active) {
      this.#ours = !muted;
      return muted ? undefined : true;
    }
    const restored = this.#ours ? false : undefined;
    this.#ours = false;
    return restored;
  }
}
