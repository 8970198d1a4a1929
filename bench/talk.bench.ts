/** `npm run bench -- talk`: what people notice of a talk. docs/benchmarks.md says what each figure includes. */

import { ensureBuilt } from '../scripts/build-steps.ts';
import { runBenchmark } from './report.ts';
import { joinTime } from './talk/join-time.ts';
import { mouthToEar } from './talk/mouth-to-ear.ts';
import { pageWeight } from './talk/page-weight.ts';
import { startTime } from './talk/start-time.ts';
import { understanding } from './talk/understanding.ts';

// The server and the client are built by `scripts/bench.ts`, for every benchmark; the page is needed by this one.
if (await ensureBuilt(['page']))
  await runBenchmark('talk', [startTime, pageWeight, joinTime, mouthToEar, understanding]);
else process.exitCode = 1;
