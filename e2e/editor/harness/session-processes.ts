import { readdir, readFile } from 'node:fs/promises';

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  readonly commandLine: string;
}

const POLL_MS = 20;
/** In /proc/PID/stat, counted from the state on: the name before it may hold spaces and brackets. */
const STATE = 0;
const SESSION = 3;

/** All that a process which was spawned `detached` has started, and theirs, whoever has ended meanwhile: they share its session. */
export async function processesOfSession(leaderPid: number): Promise<RunningProcess[]> {
  const names = await readdir('/proc');
  const found = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => processOf(Number(name), leaderPid)),
  );
  return found.filter((each) => each !== undefined);
}

/** Waits until none of these runs any more. */
export async function gone(pids: readonly number[], limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (pids.some(isRunning)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/**
 * Asks all processes of a session to end, and ends those that do not within the limit.
 * @returns what had to be ended
 */
export async function endSession(leaderPid: number, limitMs: number): Promise<RunningProcess[]> {
  const deadline = performance.now() + limitMs;
  let left = await processesOfSession(leaderPid);
  signal(left, 'SIGTERM');
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    left = await processesOfSession(leaderPid);
  }
  signal(left, 'SIGKILL');
  return left;
}

function signal(processes: readonly RunningProcess[], name: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function processOf(pid: number, leaderPid: number): Promise<RunningProcess | undefined> {
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[SESSION]) !== leaderPid || fields[STATE] === 'Z') return undefined;
    const commandLine = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8');
    return { pid, commandLine: commandLine.replaceAll('\0', ' ').trim() };
  } catch {
    // It ended between the two.
    return undefined;
  }
}
