import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

/** The folder of the whole project; every script works in it. */
export const ROOT = dirname(import.meta.dirname);

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Starts `node` with this process's own runtime, whatever `node` is in `PATH`. */
export function startNode(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', ...options });
}

/** Starts a tool that a dependency brings, by its script: no shell, no `.cmd` files on Windows. */
export function startTool(script: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return startNode([join(ROOT, 'node_modules', script), ...args], options);
}

/** Starts an npm script of one workspace, with the npm that started this process where there is one. */
export function startWorkspaceScript(workspace: string, script: string): ChildProcess {
  const args = ['run', script, '--silent', '--workspace', workspace];
  const npm = process.env.npm_execpath;
  if (npm !== undefined && /\.c?js$/.test(npm)) return startNode([npm, ...args]);
  return spawn(`npm ${args.join(' ')}`, { cwd: ROOT, stdio: 'inherit', shell: true });
}

/** Waits for the end of a process. Its exit code, or 128 and the usual figure if a signal ended it. */
export async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 128;
}

/**
 * Lets another Node program take this one's place: same terminal, same process group, signals passed on,
 * and the same end.
 */
export async function handOver(script: string, args: readonly string[]): Promise<void> {
  const child = startNode(['--enable-source-maps', join(ROOT, script), ...args]);
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  for (const each of FORWARDED) process.off(each, forward);
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}
