import type { Entrance } from '../target.ts';
import type { LoadPlan, LoadResult } from './load.ts';

/** From the benchmark to the process that makes the load. */
export type LoadCommand =
  | { readonly type: 'enter'; readonly entrance: Entrance; readonly members: number }
  | { readonly type: 'measure'; readonly plan: LoadPlan };

export type LoadAnswer = { readonly type: 'entered' } | { readonly type: 'measured'; readonly result: LoadResult };
