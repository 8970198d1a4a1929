import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('scripted-engine-process.ts', import.meta.url));

/** Forks the source of the engine's process, with scripted devices. @param trouble what goes wrong at its start. */
export function forkScripted(trouble?: string): ChildProcess {
  return fork(PROCESS, trouble === undefined ? [] : [trouble], {
    execArgv: ['--conditions=source'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
