import { readdirSync, readFileSync } from 'node:fs';

const TASKS = '/proc/self/task';
/** As `spawnThread` of the relay names its threads. */
const RELAY_THREAD = /^voice (relay|bridge)$/;
const NS_PER_US = 1_000;

/**
 * CPU time of the voice relay's threads in µs, as the scheduler counts it (man 5 proc, schedstat): they have no event loop that could be asked.
 * Undefined where the system does not tell.
 */
export function relayCpuUs(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const threads = readdirSync(TASKS).filter((task) => RELAY_THREAD.test(read(task, 'comm').trim()));
    if (threads.length === 0) return undefined;
    return threads.reduce((sum, task) => sum + Number(read(task, 'schedstat').split(' ')[0]), 0) / NS_PER_US;
  } catch {
    // A kernel without statistics, or a thread that has just ended.
    return undefined;
  }
}

function read(task: string, file: string): string {
  return readFileSync(`${TASKS}/${task}/${file}`, 'utf8');
}
