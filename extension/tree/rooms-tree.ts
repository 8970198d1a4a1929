import type { Clock } from '@switchboard/client';
import type { Calls, CallState } from '../calls/calls.ts';
import type { Translate } from '../calls/sentences.ts';
import type { Bookmarks } from '../servers/bookmarks.ts';
import { changedLines, NO_LINES, type TreeLines } from './tree-line.ts';
import { treeLines } from './tree-lines.ts';

/** The lights of speakers change many times a second; the eye needs no more than ten. */
const MIN_INTERVAL_MS = 100;

export interface RoomsTreeOptions {
  readonly bookmarks: Bookmarks;
  readonly calls: Calls;
  readonly clock: Clock;
  readonly t: Translate;
  readonly show: (lines: TreeLines, changed: readonly string[] | 'all') => void;
}

/** Follows the call, and tells the view which lines have changed: the first change at once, those that follow gathered. */
export class RoomsTree {
  readonly #options: RoomsTreeOptions;
  readonly #stops: (() => void)[] = [];
  #lines: TreeLines = NO_LINES;
  #stopClient: () => void = () => undefined;
  #cancel: (() => void) | undefined;
  #dirty = false;

  constructor(options: RoomsTreeOptions) {
    this.#options = options;
    const { bookmarks, calls } = options;
    this.#stops.push(
      bookmarks.subscribe(() => this.#changed()),
      calls.subscribe((state) => this.#follow(state)),
    );
    this.#draw('all');
    this.#follow(calls.state);
  }

  close(): void {
    this.#stopClient();
    this.#cancel?.();
    for (const stop of this.#stops) stop();
  }

  #follow(call: CallState): void {
    this.#stopClient();
    this.#stopClient =
      call.status === 'connecting' || call.status === 'open'
        ? call.client.subscribe(() => this.#changed())
        : () => undefined;
    this.#changed();
  }

  #changed(): void {
    this.#dirty = true;
    if (this.#cancel !== undefined) return;
    this.#draw();
  }

  #draw(all?: 'all'): void {
    const { bookmarks, calls, clock, t, show } = this.#options;
    this.#dirty = false;
    const lines = treeLines(bookmarks.all, calls.state, t);
    const changed = all ?? changedLines(this.#lines, lines);
    this.#lines = lines;
    if (changed !== 'all' && changed.length === 0) return;
    show(lines, changed);
    this.#cancel = clock.after(MIN_INTERVAL_MS, () => {
      this.#cancel = undefined;
      if (this.#dirty) this.#draw();
    });
  }
}
