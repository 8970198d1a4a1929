import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { apiErrorOf, type ApiError } from './api/api-error.ts';
import type { Paged } from './api/types.ts';

/**
 * Something of the server that an element shows: loaded when the element comes, and again every so often while the page
 * is looked at. A failure leaves the last value in place.
 */
export class Resource<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #load: () => Promise<T>;
  readonly #everyMs: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest = 0;
  #connected = false;
  value: T | undefined;
  problem: ApiError | null = null;

  /** @param everyMs the pause between an answer and the next call; once if it is absent */
  constructor(host: ReactiveControllerHost, load: () => Promise<T>, everyMs?: number) {
    this.#host = host;
    this.#load = load;
    this.#everyMs = everyMs;
    host.addController(this);
  }

  hostConnected(): void {
    this.#connected = true;
    if (this.#everyMs !== undefined) document.addEventListener('visibilitychange', this.#seen);
    void this.reload();
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#latest++;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#seen);
  }

  /** Resolves when the answer is shown; a failure is in `problem`. */
  async reload(): Promise<void> {
    clearTimeout(this.#timer);
    const call = ++this.#latest;
    try {
      const value = await this.#load();
      if (call !== this.#latest) return;
      this.value = value;
      this.problem = null;
    } catch (error) {
      if (call !== this.#latest) return;
      this.problem = apiErrorOf(error);
    }
    this.#host.requestUpdate();
    this.#plan();
  }

  /** Forgets the value: it is of something else. */
  restart(): Promise<void> {
    this.value = undefined;
    this.problem = null;
    this.#host.requestUpdate();
    return this.reload();
  }

  #plan(): void {
    if (this.#everyMs === undefined || !this.#connected || document.hidden) return;
    this.#timer = setTimeout(() => void this.reload(), this.#everyMs);
  }

  readonly #seen = (): void => {
    if (document.hidden) clearTimeout(this.#timer);
    else void this.reload();
  };
}

/** A list that comes in parts. */
export class PagedResource<T> extends Resource<Paged<T>> {
  readonly #host: ReactiveControllerHost;
  readonly #part: (after: string | undefined) => Promise<Paged<T>>;
  loadingMore = false;

  constructor(host: ReactiveControllerHost, part: (after: string | undefined) => Promise<Paged<T>>) {
    super(host, () => filled(part, undefined));
    this.#host = host;
    this.#part = part;
  }

  /** Adds the next part. */
  async more(): Promise<void> {
    const before = this.value;
    if (before === undefined || before.next === null || this.loadingMore) return;
    this.loadingMore = true;
    this.#host.requestUpdate();
    try {
      const { items, next } = await filled(this.#part, before.next);
      if (this.value === before) this.value = { items: [...before.items, ...items], next };
    } catch (error) {
      this.problem = apiErrorOf(error);
    }
    this.loadingMore = false;
    this.#host.requestUpdate();
  }
}

/** A part may hold nothing that one may see, and yet not be the last. */
async function filled<T>(
  part: (after: string | undefined) => Promise<Paged<T>>,
  after: string | undefined,
): Promise<Paged<T>> {
  let found = await part(after);
  while (found.items.length === 0 && found.next !== null) found = await part(found.next);
  return found;
}

/** The part of a query that pages. */
export function pageQuery(after: string | undefined): { limit: number; after?: string } {
  return after === undefined ? { limit: 50 } : { limit: 50, after };
}
