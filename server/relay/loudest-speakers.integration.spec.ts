import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { LoudestSpeakers } from './loudest-speakers.ts';
import { SPURT_ENDS, type LoudestThreadSetup } from './testing/loudest-thread.ts';

const THREADS = 2;
const TOKENS = 40;
const LIMIT = 4;

/** What all the threads let through, for each round: tokens. `levelOf` says how loud each is, counted from 0. */
async function speakInThreads(rounds: number, levelOf: (round: number, speaker: number) => number) {
  const levels = Uint8Array.from({ length: rounds * TOKENS }, (_, at) => levelOf(Math.floor(at / TOKENS), at % TOKENS));
  const shared = {
    state: LoudestSpeakers.allocate(),
    barrier: new SharedArrayBuffer(8),
    admitted: new SharedArrayBuffer(levels.length),
  };
  const everyone = Array.from({ length: TOKENS }, (_, at) => at + 1);
  const threads = Array.from({ length: THREADS }, (_, thread) => {
    const tokens = everyone.filter((token) => token % THREADS === thread);
    const workerData: LoudestThreadSetup = {
      ...shared,
      threads: THREADS,
      tokens,
      allTokens: TOKENS,
      limit: LIMIT,
      levels,
    };
    return new Worker(new URL('./testing/loudest-thread.ts', import.meta.url), { workerData });
  });
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
  const admitted = new Uint8Array(shared.admitted);
  return Array.from({ length: rounds }, (_, round) =>
    everyone.filter((token) => admitted[round * TOKENS + token - 1] === 1),
  );
}

/** Not of chance, but without any order that matters: a number in 0..range − 1. */
function scattered(a: number, b: number, range: number): number {
  return (Math.imul(a * 7_919 + b * 104_729 + 1, 2_654_435_761) >>> 16) % range;
}

describe('LoudestSpeakers, in two threads', () => {
  it('never lets more through than the limit while slots only become vacant and are taken', async () => {
    // Each round two speakers of three pause, so most slots are free again and both threads want them.
    const rounds = await speakInThreads(2_000, (round, speaker) =>
      scattered(round, speaker, 3) > 0 ? SPURT_ENDS : 30,
    );
    expect(rounds.filter((admitted) => admitted.length > LIMIT)).toEqual([]);
    for (let thread = 0; thread < THREADS; thread++) {
      expect(rounds.flat().filter((token) => token % THREADS === thread).length).toBeGreaterThan(1_000);
    }
  });

  it('lets through one more for each slot that changes hands, and none once that is over', async () => {
    const wild = 3_000;
    const calm = 100;
    // Then each speaker keeps to a level, of which four are far louder.
    const rounds = await speakInThreads(wild + calm, (round, speaker) =>
      round < wild ? scattered(round >> 5, speaker, 90) : speaker % 10 === 3 ? 10 : 40,
    );
    // Before a slot changed hands its holder may have been let through in the same round, and no slot changes twice within 400 ms.
    expect(Math.max(...rounds.map((admitted) => admitted.length))).toBeLessThanOrEqual(2 * LIMIT);
    const changes = rounds.filter((admitted, at) => at > 0 && admitted.some((each) => !rounds[at - 1]!.includes(each)));
    expect(changes.length).toBeGreaterThan(50);
    for (const admitted of rounds.slice(-calm / 2)) expect(admitted).toEqual([4, 14, 24, 34]);
  });
});
