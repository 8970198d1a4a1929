/*
 * Looks for the most talkers that a server stands: twice as many until it fails, then between the last that passed and the
 * first that did not. A pure state machine; whoever drives it lets `trying` talkers talk and says how that went.
 */

/** Closer than this share of what passed the search does not go. */
const RESOLUTION = 0.03;

export type RateSearch =
  | {
      readonly state: 'searching';
      readonly trying: number;
      /** Known to pass: 0 at first. */
      readonly passed: number;
      /** Known to fail; more than there are, unless something has. */
      readonly failed: number;
      readonly most: number;
    }
  | { readonly state: 'done'; readonly passed: number };

/** @param first a good guess saves tries. @param most how many there are. */
export function startSearch(first: number, most: number): RateSearch {
  return { state: 'searching', trying: Math.min(Math.max(1, first), most), passed: 0, failed: most + 1, most };
}

export function nextTry(search: Extract<RateSearch, { state: 'searching' }>, passes: boolean): RateSearch {
  const { trying, most } = search;
  const passed = passes ? trying : search.passed;
  const failed = passes ? search.failed : trying;
  const apart = Math.max(1, Math.floor(passed * RESOLUTION));
  if (failed - passed <= apart) return { state: 'done', passed };
  const nothingFailed = failed > most;
  const next = nothingFailed ? Math.min(2 * passed, most) : Math.floor((passed + failed) / 2);
  return { state: 'searching', trying: next, passed, failed, most };
}
