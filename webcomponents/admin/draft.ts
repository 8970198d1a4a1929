import type { Session } from './api/session.ts';

/** What a form changes before it is saved: kept by the session, so that it outlives the page. */
export class Draft<T extends object> {
  readonly #session: Session;
  readonly #key: string;

  /** @param key the page's name, a colon, and what it is of */
  constructor(session: Session, key: string) {
    this.#session = session;
    this.#key = key;
  }

  get changes(): Partial<T> {
    return (this.#session.drafts.get(this.#key) as Partial<T> | undefined) ?? {};
  }

  get isEmpty(): boolean {
    return !this.#session.drafts.has(this.#key);
  }

  /** What is saved, with the changes over it. */
  over(saved: T): T {
    return { ...saved, ...this.changes };
  }

  /** Takes a change down; one that leads back to what is saved is none. */
  set<K extends keyof T>(saved: T, field: K, value: T[K]): void {
    const next: Partial<T> = { ...this.changes };
    if (isSame(saved[field], value)) Reflect.deleteProperty(next, field);
    else next[field] = value;
    this.#session.setDraft(this.#key, Object.keys(next).length === 0 ? undefined : next);
  }

  clear(): void {
    this.#session.setDraft(this.#key, undefined);
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
