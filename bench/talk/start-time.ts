import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from '../../e2e/harness/server.ts';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';

const RUNS = 7;

/** From the spawn of the built server until it says that people can talk: asked for every 10 ms. */
export const startTime: BenchPart = {
  name: 'start',
  async measure(log) {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'));
    try {
      // Its first start fills the caches of the disk; it is not counted.
      await using server = await TestServer.start({ env: { SWITCHBOARD_DATA_DIR: dataDir } });
      const runs: Run[] = [];
      const measure = async (data: 'empty' | 'existing'): Promise<number> => {
        await server.stop();
        if (data === 'empty') await emptied(dataDir);
        const ms = await server.start();
        runs.push({ run: runs.length + 1, data, ms });
        return ms;
      };
      const first: number[] = [];
      const again: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        first.push(await measure('empty'));
        again.push(await measure('existing'));
        log(`run ${run + 1} of ${RUNS}`);
      }
      return { figures: { startMs: median(again), firstStartMs: median(first) }, runs };
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

async function emptied(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length === 0) throw new Error('The server left no data: it keeps them somewhere else');
  for (const name of names) await rm(join(folder, name), { recursive: true });
}
