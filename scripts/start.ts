import { ensureBuilt } from './build-steps.ts';
import { handOver } from './run.ts';

if (await ensureBuilt(['server', 'page', 'plugins'])) {
  await handOver('server/dist/main.js', process.argv.slice(2));
} else {
  process.exitCode = 1;
}
