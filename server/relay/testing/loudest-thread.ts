import { workerData } from 'node:worker_threads';
import { LoudestSpeakers } from '../loudest-speakers.ts';

/*
 * One thread of a relay in a test of `LoudestSpeakers`: in each round it offers a packet of each of its speakers, at the same time
 * as the other threads, and notes which were let through.
 */

export interface LoudestThreadSetup {
  readonly state: SharedArrayBuffer;
  /** Two int32: how many threads have arrived, and which round it is. */
  readonly barrier: SharedArrayBuffer;
  /** A byte for each round and token: 1 if it was let through. */
  readonly admitted: SharedArrayBuffer;
  readonly threads: number;
  /** Its own; of all threads there are `allTokens`, counted from 1. */
  readonly tokens: readonly number[];
  readonly allTokens: number;
  readonly limit: number;
  /** A byte for each round and token: its level, 0..127 = −dBov, or 255 for the end of its spurt. */
  readonly levels: Uint8Array;
}

export const SPURT_ENDS = 255;
/** Waiting by looking: sleeping threads wake up one after the other, and would never meet. */
const LOOKS = 20_000;
const PACKET_MS = 20;

if (workerData !== null) speak(workerData as LoudestThreadSetup);

function speak({ state, barrier, admitted, threads, tokens, allTokens, limit, levels }: LoudestThreadSetup): void {
  const sut = new LoudestSpeakers(state);
  const gate = new Int32Array(barrier);
  const noted = new Uint8Array(admitted);
  for (let round = 0; round * allTokens < levels.length; round++) {
    const at = (token: number): number => round * allTokens + token - 1;
    // Ends are told before anybody speaks: what a round admits is then what holds a slot.
    for (const token of tokens) if (levels[at(token)] === SPURT_ENDS) sut.release(token);
    meet(gate, threads);
    for (const token of tokens) {
      const level = levels[at(token)]!;
      if (level !== SPURT_ENDS && sut.admits(token, level, limit, round * PACKET_MS)) noted[at(token)] = 1;
    }
    meet(gate, threads);
  }
}

function meet(gate: Int32Array, threads: number): void {
  const round = Atomics.load(gate, 1);
  if (Atomics.add(gate, 0, 1) === threads - 1) {
    Atomics.store(gate, 0, 0);
    Atomics.add(gate, 1, 1);
    Atomics.notify(gate, 1);
    return;
  }
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(gate, 1) !== round) return;
  Atomics.wait(gate, 1, round);
}
