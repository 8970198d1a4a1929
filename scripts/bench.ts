import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

import { ensureBuilt } from './build-steps.ts';
import { handOver, ROOT } from './run.ts';

const SUFFIX = '.bench.ts';

const [name, ...args] = process.argv.slice(2);
const names = globSync(`*${SUFFIX}`, { cwd: join(ROOT, 'bench') })
  .map((file) => basename(file, SUFFIX))
  .sort();

if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME, where NAME is one of: ${names.join(', ')}`);
  process.exitCode = 2;
} else if (await ensureBuilt(['server', 'client'])) {
  // What is measured is what is shipped: the packages' built code.
  await handOver(join('bench', name + SUFFIX), args);
} else {
  process.exitCode = 1;
}
