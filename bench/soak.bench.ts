/**
 * `npm run bench -- soak [--minutes 10]`: whether the relay holds on to anything of those who have gone. docs/benchmarks.md says
 * what each figure includes.
 */

import { takeMinutes } from './relay/options.ts';
import { soak } from './relay/soak.ts';
import { runBenchmark } from './report.ts';

const MINUTES = 10;

try {
  const [minutes, args] = takeMinutes(process.argv.slice(2), MINUTES);
  await runBenchmark('soak', [soak(minutes)], args);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
