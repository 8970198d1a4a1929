/* A parent for tests: forks an engine, tells its process id, and lives on until it is killed. */

import { nodeClock } from '@switchboard/client/headless';
import { ForkedEngines } from '../forked-engines.ts';
import { forkScripted } from './fork-scripted.ts';

const engines = new ForkedEngines({
  processPath: '',
  clock: nodeClock,
  log: () => undefined,
  fork: () => {
    const child = forkScripted();
    process.send?.(child.pid);
    return child;
  },
});
await engines.start({
  event: () => undefined,
  devicesChanged: () => undefined,
  microphoneLost: () => undefined,
  failed: () => undefined,
});
process.send?.('started');
