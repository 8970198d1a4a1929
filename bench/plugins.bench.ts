/**
 * `npm run bench -- plugins [--frames 1500]`: what plugins cost a voice, and what is left of a call when one breaks.
 * docs/benchmarks.md says what each figure includes.
 */

import { ensureBuilt } from '../scripts/build-steps.ts';
import { backAfterKill } from './plugins/back-after-kill.ts';
import { extismInThread } from './plugins/extism-in-thread.ts';
import { framesOnHang } from './plugins/frames-on-hang.ts';
import { growth } from './plugins/growth.ts';
import { hookInChromium } from './plugins/hook-in-chromium.ts';
import { hookInNode } from './plugins/hook-in-node.ts';
import { moduleCheck } from './plugins/module-check.ts';
import { takeFrames } from './relay/options.ts';
import { runBenchmark } from './report.ts';

/** Half a minute of speech. */
const FRAMES = 1_500;

try {
  const [frames, args] = takeFrames(process.argv.slice(2), FRAMES);
  if (await ensureBuilt(['page'])) {
    const parts = [
      hookInNode(frames),
      hookInChromium(frames),
      extismInThread(frames),
      framesOnHang,
      backAfterKill,
      moduleCheck,
      growth,
    ];
    await runBenchmark('plugins', parts, args);
  } else process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
