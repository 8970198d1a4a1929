import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BenchPart } from '../report.ts';
import type { GrowthFigures } from './growth-child.ts';

/** What memory a sandbox takes for each call that it keeps, over 50,000 calls of each of its hooks. */
export const growth: BenchPart = {
  name: 'growth',
  async measure() {
    const child = fork(join(import.meta.dirname, 'growth-child.ts'), [], {
      execArgv: ['--conditions=source', '--expose-gc'],
    });
    const [figures] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('The process ended'))),
    ])) as [GrowthFigures];
    child.kill();
    const grownBytes =
      figures.after.heapBytes + figures.after.wasmBytes - figures.before.heapBytes - figures.before.wasmBytes;
    return {
      // The collector may leave less than before.
      figures: { growthBytesPerCall: Math.max(0, grownBytes) / figures.calls },
      runs: [{ ...figures, before: { ...figures.before }, after: { ...figures.after } }],
    };
  },
};
