import { ensureBuilt } from './build-steps.ts';
import { handOver } from './run.ts';

if (await ensureBuilt(['client'])) {
  await handOver('client/dist/platform/node/talk.js', process.argv.slice(2));
} else {
  process.exitCode = 1;
}
